"""kill -9 at random moments of a running quiz: no confirmed choice is lost, no question asked twice.

For longer runs: `make explore`, or WIRE_KILLS=50 and another WIRE_SEED; `pytest -rP` prints the figures.
"""

import asyncio
import contextlib
import os
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.explored import number_of_kills
from tests.wire.audit import audit
from tests.wire.crowd import Crowd
from tests.wire.deployment import PATIENCE, Deployment, Group
from tests.wire.quizzes import CALLBACK, asked, quiz_town, running, start_quiz, stop_quiz, told

pytestmark = [pytest.mark.wire, pytest.mark.explored]
KILLS = number_of_kills(3, 18, 60)
SEED = os.environ.get("WIRE_SEED", "1")
TOWNS = 3
MEMBERS = 6
LONGEST_PAUSE = 600.0
# So many choices for each kill make a run that means something.
CONFIRMED = 5
# Whoever has pressed and hears nothing for so long has been forgotten.
UNANSWERED_FOR = 60.0
# No process does anything sooner, in seconds.
STARTS_AFTER = 0.2
# Where the bot dies: anywhere, at a question's creation, at an edit, at a reply to somebody. The number
# is one more than how many of these may pass first.
PLACES = (
    ("*", "*", 20),
    ("POST", "/channels/*/messages", 2),
    ("PATCH", "/channels/*/messages/*", 8),
    ("POST", "/interactions/*/callback", 20),
)


@dataclass
class Figures:
    """What is told of a run. `went_on` are seconds from a start until the quiz went on, by situation."""

    kills: Counter[str] = field(default_factory=Counter[str])
    went_on: dict[str, list[float]] = field(default_factory=dict)
    confirmed: int = 0
    lost: int = 0
    doubles: int = 0
    unanswered: int = 0
    quizzes: Counter[str] = field(default_factory=Counter[str])
    questions: int = 0

    def report(self) -> str:
        """Return them as text."""
        lags = {
            name: f"n {len(all_)}, median {statistics.median(all_):.2f} s, max {max(all_):.2f} s"
            for name, all_ in self.went_on.items()
        }
        return (
            f"kills {self.kills.total()} {dict(self.kills)}, quizzes {dict(self.quizzes)}, questions "
            f"{self.questions}, confirmed choices {self.confirmed}, lost {self.lost}, "
            f"doubles {self.doubles}, buttons without an answer {self.unanswered}, "
            f"went on after a start: {lags}"
        )


async def test_killed_at_random_moments_of_a_quiz(tmp_path: Path) -> None:
    figures = Figures()
    shares = [KILLS // TOWNS + (n < KILLS % TOWNS) for n in range(TOWNS)]
    async with asyncio.TaskGroup() as tasks:
        for number, share in enumerate(shares):
            tasks.create_task(_evening(tmp_path / f"{number}", number, share, figures))
    print(f"seed {SEED}: {figures.report()}")  # noqa: T201 shown by pytest -rP
    assert figures.kills.total() >= KILLS
    assert figures.lost == figures.doubles == figures.unanswered == 0
    assert figures.confirmed >= CONFIRMED * KILLS


async def _evening(folder: Path, number: int, kills: int, figures: Figures) -> None:
    chance = random.Random(f"{SEED}.{number}")  # noqa: S311 no secret
    async with quiz_town(folder) as deployment:
        deployment.server.nonce_seconds = chance.choice((0.0, 300.0))
        group = deployment.add_group("blind", members=MEMBERS)
        crowd = Crowd(deployment, group, chance)
        await deployment.start()
        playing = asyncio.create_task(crowd.run())
        for kill in range(kills):
            await _kill_some_time(deployment, chance)
            crowd.kills.append(time.monotonic())
            paused = (kill + number) % 8 == 1
            await _start_again(deployment, group, chance, figures, paused=paused)
        # A busy machine may not have let anybody choose between two kills.
        await deployment.server.until(lambda: len(told(deployment)) >= CONFIRMED * kills)
        crowd.starting = False
        await _play_to_the_end(deployment, crowd)
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        await _judge(deployment, group, crowd, figures)


async def _kill_some_time(deployment: Deployment, chance: random.Random) -> None:
    """At a request, a moment after it works, or while it starts."""
    how = chance.random()
    if how < 0.5:
        method, path, most = chance.choice(PLACES)
        when, skip = chance.choice(("before", "after")), chance.randrange(most)
        fault = deployment.bot.kill_at(method, path, when=when, skip=skip)
        with contextlib.suppress(TimeoutError):
            await fault.wait(within=8)
        deployment.server.faults.clear()
    elif how < 0.9:
        with contextlib.suppress(TimeoutError):
            await deployment.server.until(lambda: "ready: " in deployment.bot.output(), 10)
        await asyncio.sleep(chance.uniform(0, 6))
    else:
        await asyncio.sleep(chance.uniform(0, 1))
    deployment.kill()


async def _start_again(
    deployment: Deployment, group: Group, chance: random.Random, figures: Figures, *, paused: bool
) -> None:
    """Start a process some seconds, or more than ten minutes, later; measure when the quiz goes on."""
    situation, due_at, item_id = _situation(deployment, group)
    figures.kills[situation] += 1
    pause = chance.uniform(LONGEST_PAUSE + 60, 2 * LONGEST_PAUSE) if paused else chance.uniform(0, 6)
    quiz_id = running(deployment, group)
    seen = len(deployment.server.requests)
    await deployment.launch(deployment.now() + timedelta(seconds=pause))
    launched = time.monotonic()
    wait = max(0.0, due_at - deployment.now().timestamp())
    if situation == "idle" or chance.random() < 0.15:
        return  # the next kill may come before anything has gone on

    def goes_on() -> bool:
        if situation == "open":
            # What the dead process had sent may still be read for a moment.
            fresh = [
                call for call in deployment.server.requests[seen:] if call.time > launched + STARTS_AFTER
            ]
            return any(_shows_life(call, item_id) for call in fresh)
        return not _waits(deployment, situation, item_id)

    await deployment.server.until(goes_on, wait + PATIENCE)
    took = time.monotonic() - launched - wait
    figures.went_on.setdefault(f"{situation}{' after a pause' if paused else ''}", []).append(max(0.0, took))
    if paused and quiz_id is not None:
        assert deployment.one("SELECT state, reason FROM quizzes WHERE id = ?", quiz_id) == ("ended", "pause")
        await deployment.server.until(lambda: not _waits(deployment, "ended", quiz_id), PATIENCE)
        notices = [
            m for m in deployment.server.messages(group.channel) if "away for more than ten min" in m.text
        ]
        assert len(notices) == deployment.one("SELECT count(*) FROM quizzes WHERE reason = 'pause'")[0]


def _situation(deployment: Deployment, group: Group) -> tuple[str, float, int]:
    """What the quiz was doing, until when (seconds by the bot's clock) it waits, and the item or quiz."""
    query = (
        "SELECT i.id, i.state, coalesce(p.next_try_at, 0) FROM quizzes q JOIN quiz_items i "
        "ON i.quiz_id = q.id AND i.position = q.position LEFT JOIN posts p ON p.kind = 'quiz_item' "
        "AND p.subject_id = i.id WHERE q.state = 'running' AND q.channel_id = ?"
    )
    for item_id, state, due_at in deployment.rows(query, group.channel.id):
        return ("open", 0.0, item_id) if state == "open" else ("between", due_at / 1e6, item_id)
    ends = (
        "SELECT subject_id, next_try_at FROM posts "
        "WHERE kind = 'quiz_end' AND state IN ('pending', 'sending')"
    )
    for quiz_id, due_at in deployment.rows(ends):
        return "ended", due_at / 1e6, quiz_id
    return "idle", 0.0, 0


def _waits(deployment: Deployment, situation: str, subject_id: int) -> bool:
    kind = "quiz_end" if situation == "ended" else "quiz_item"
    query = "SELECT state FROM posts WHERE kind = ? AND subject_id = ?"
    return deployment.one(query, kind, subject_id)[0] in {"pending", "sending"}


def _shows_life(call: Any, item_id: int) -> bool:
    """Whether a request shows that a question goes on or was called off: its edit, or a choice taken."""
    if call.status not in {200, 204} or call.body is None:
        return False
    if call.method == "PATCH" and call.route == "/channels/{channel_id}/messages/{message_id}":
        return f":v1:{item_id}" in str(call.body) or "called off" in str(call.body)
    return call.route == CALLBACK and f":v1:{item_id}" in str(call.body)


async def _play_to_the_end(deployment: Deployment, crowd: Crowd) -> None:
    """Until the last quiz is over. What nobody does anything in is shortened by a restart."""
    await deployment.server.until(lambda: "ready: " in deployment.bot.output(), PATIENCE)
    end = time.monotonic() + 3 * PATIENCE
    while (
        left := deployment.rows("SELECT due_at FROM posts WHERE state IN ('pending', 'sending')")
    ) or running(deployment, crowd.group):
        assert time.monotonic() < end, deployment.bot.tail()
        ahead = min((row[0] / 1e6 for row in left), default=0.0) - deployment.now().timestamp()
        if ahead > 2:
            crowd.kills.append(time.monotonic())
            await deployment.start(deployment.now() + timedelta(seconds=ahead))
        await asyncio.sleep(0.1)


async def _judge(deployment: Deployment, group: Group, crowd: Crowd, figures: Figures) -> None:
    with contextlib.suppress(TimeoutError):
        # The last presses were made a moment ago.
        await deployment.server.until(lambda: not crowd.unanswered(), UNANSWERED_FOR)
    await deployment.quiet()
    known = {row[0] for row in deployment.rows("SELECT message_id FROM quiz_items")}
    figures.questions += len(asked(deployment, group))
    figures.doubles += sum(message.id not in known for message in asked(deployment, group))
    figures.confirmed += len(told(deployment))
    lost, unanswered = crowd.lost(), crowd.unanswered()
    figures.lost += len(lost)
    figures.unanswered += len(unanswered)
    figures.quizzes.update(row[0] for row in deployment.rows("SELECT reason FROM quizzes"))
    assert not lost, lost
    assert not unanswered, unanswered
    audit(deployment)
    await _press_everything(deployment, group)
    # The channel is free: a new quiz starts, and ends when it is stopped.
    started = await start_quiz(deployment, group.organiser, group)
    assert started.content.startswith("Quiz: "), started.content
    await stop_quiz(deployment, group.organiser, started)
    await deployment.quiet()
    audit(deployment)
    code, _ = await deployment.bot.stop()
    assert code == 0


async def _press_everything(deployment: Deployment, group: Group) -> None:
    """Every button that stands in the channel answers."""
    for message in deployment.server.messages(group.channel):
        for custom_id in message.custom_ids:
            if not custom_id.startswith("quiz:again"):
                reply = await deployment.server.click(group.organiser, message, custom_id, within=PATIENCE)
                assert reply.text
