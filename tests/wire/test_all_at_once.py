"""kill -9 at random moments while everything goes on at once: drops, answers, reviews and a quiz.

For the long run: `make explore`, or WIRE_KILLS=200 and another WIRE_SEED; `pytest -rP` prints the figures.
"""

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.explored import number_of_kills
from tests.features.choices.pack import write_pack
from tests.loopcord import DriverError
from tests.wire.audit import audit
from tests.wire.crowd import Crowd
from tests.wire.deployment import PATIENCE, Deployment, at
from tests.wire.quizzes import asked, told
from tests.wire.reviewers import Reviewers
from tests.wire.test_kills import CLOCKS
from tests.wire.test_kills import Crowd as Answerers

pytestmark = [pytest.mark.wire, pytest.mark.explored]
KILLS = number_of_kills(2, 24, 200)
SEED = os.environ.get("WIRE_SEED", "1")
# So many towns die at the same time, each has three servers.
TOWNS = 2 if KILLS > 20 else 1
MEMBERS = 4


@dataclass
class Figures:
    """What is told of a run."""

    kills: int = 0
    counts: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])

    def report(self) -> str:
        """Return them as text."""
        return f"kills {self.kills}, {dict(self.counts)}, found wrong: {dict(self.faults) or 'nothing'}"


async def test_killed_while_everything_goes_on(tmp_path: Path) -> None:
    figures = Figures()
    shares = [KILLS // TOWNS + (n < KILLS % TOWNS) for n in range(TOWNS)]
    async with asyncio.TaskGroup() as tasks:
        for number, share in enumerate(shares):
            tasks.create_task(_live(tmp_path / f"{number}", f"{SEED}.{number}", share, figures))
    print(f"seed {SEED}: {figures.report()}")  # noqa: T201 shown by pytest -rP
    assert figures.kills == KILLS
    assert not figures.faults, figures.report()
    assert all(figures.counts[name] for name in ("answers", "choices", "questions"))


async def _live(folder: Path, seed: str, kills: int, figures: Figures) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    async with Deployment(folder, QUESTIONS_DIR=str(folder / "both")) as deployment:
        write_pack(folder / "both", written=20, items=12)
        deployment.server.nonce_seconds = chance.choice((0.0, 300.0))
        await deployment.found("blind", "forum", "open", members=MEMBERS)
        answerers, reviewers = Answerers(deployment, chance), Reviewers(deployment, chance)
        players = Crowd(deployment, deployment.groups[2], chance)
        living = asyncio.gather(answerers.run(), reviewers.run(), players.run())
        for number in range(kills):
            day, clock = divmod(number, len(CLOCKS))
            await deployment.launch(at(day, CLOCKS[clock]))
            await _kill_some_time(deployment, chance)
            players.kills.append(time.monotonic())
            figures.kills += 1
        days = 1 + (kills - 1) // len(CLOCKS)
        # A busy machine may not let a bot live between two kills: this one lives until all was done once.
        await deployment.start(at(days - 1, "12:45"))
        await deployment.server.until(lambda: answerers.confirmed() and told(deployment))
        players.starting = False
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
        await _judge(deployment, answerers, reviewers, players, figures, days)


async def _kill_some_time(deployment: Deployment, chance: random.Random) -> None:
    """At a request, a moment after it works, or while it starts."""
    how = chance.random()
    if how < 0.6:
        fault = deployment.bot.kill_at(
            "*", "*", when=chance.choice(("before", "after")), skip=chance.randrange(3, 80)
        )
        with contextlib.suppress(TimeoutError):
            await fault.wait(within=8)
        deployment.server.faults.clear()
    elif how < 0.9:
        with contextlib.suppress(TimeoutError):
            await deployment.server.until(lambda: "ready: " in deployment.bot.output(), 10)
        await asyncio.sleep(chance.uniform(0, 5))
    else:
        await asyncio.sleep(chance.uniform(0, 1))
    deployment.kill()


async def _judge(
    deployment: Deployment,
    answerers: Answerers,
    reviewers: Reviewers,
    players: Crowd,
    figures: Figures,
    days: int,
) -> None:
    # A question that comes late stays open for an hour, and a pause of more than ten minutes ends a quiz.
    for clock in ("13:30", "15:00"):
        players.kills.append(time.monotonic())
        await deployment.start(at(days - 1, clock))
        # Old messages are edited one every five seconds.
        await deployment.quiet(3 * PATIENCE)
    audit(deployment)
    states = Counter(row[0] for row in deployment.rows("SELECT state FROM drops"))
    figures.faults["questions not revealed"] += sum(states.values()) - states["revealed"]
    answers, chosen = answerers.confirmed(), told(deployment)
    stored = set(deployment.rows("SELECT user_id, text FROM answers"))
    figures.faults["answers lost"] += len(set(answers) - stored)
    reviewed = set(deployment.rows("SELECT reviewer_id, answer_id FROM reviews"))
    figures.faults["reviews lost"] += len(reviewers.confirmed() - reviewed)
    figures.faults["choices lost"] += len(players.lost())
    known = {row[0] for row in deployment.rows("SELECT message_id FROM quiz_items")}
    figures.faults["doubles"] += sum(message.id not in known for message in asked(deployment, players.group))
    figures.faults["presses unanswered"] += len(players.unanswered())
    figures.counts.update(answers=len(answers), reviews=len(reviewers.confirmed()), choices=len(chosen))
    figures.counts.update(
        questions=sum(states.values()), quizzes=len(deployment.rows("SELECT id FROM quizzes"))
    )
    await _press_everything(deployment, figures)
    figures.faults = +figures.faults
    code, _ = await deployment.bot.stop()
    assert code == 0


async def _press_everything(deployment: Deployment, figures: Figures) -> None:
    """Every button that stands in a channel or thread answers."""
    server = deployment.server
    for group in deployment.groups:
        for place in (group.channel, *server.threads(group.channel)):
            for message in server.messages(place):
                for custom_id in list(message.custom_ids):
                    if custom_id not in message.custom_ids or custom_id.startswith("quiz:again"):
                        continue  # an earlier press has changed it
                    figures.counts["buttons"] += 1
                    try:
                        await server.click(group.organiser, message, custom_id, within=PATIENCE)
                    except (TimeoutError, DriverError):
                        figures.faults["dead buttons"] += 1
