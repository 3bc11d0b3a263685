"""kill -9 at random moments of days on which members answer; then nothing is doubled and nothing is lost."""

import asyncio
import contextlib
import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.explored import number_of_kills
from tests.loopcord import DriverError, InteractionRecord, Member, Message
from tests.wire.audit import audit
from tests.wire.deployment import TEXT, Deployment, Group, at

pytestmark = [pytest.mark.wire, pytest.mark.sampled]

# For longer runs: `make explore`, or WIRE_KILLS=500 and another WIRE_SEED.
KILLS = number_of_kills(4, 40, 200)
SEED = os.environ.get("WIRE_SEED", "1")
TOWNS = 4
CLOCKS = ("08:59:57", "09:00:10", "09:00:40", "09:10", "11:59:57", "12:00:10", "12:01", "12:30")
MEMBERS = 6


@dataclass
class Crowd:
    """Members who answer every question they see; `sent` are their forms and what the bot replied."""

    deployment: Deployment
    chance: random.Random
    sent: list[tuple[Member, str, InteractionRecord]] = field(default_factory=list)
    done: set[tuple[int, int]] = field(default_factory=set)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for group in self.deployment.groups:
                for member in group.members:
                    tasks.create_task(self._live(group, member))

    async def _live(self, group: Group, member: Member) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.02, 0.2))
            open_ones = [m for m in questions(self.deployment, group) if (member.id, m.id) not in self.done]
            # Its process may be dead, and what it showed may be old.
            with contextlib.suppress(TimeoutError, ConnectionError, DriverError):
                if open_ones:
                    await self._answer(member, self.chance.choice(open_ones))

    async def _answer(self, member: Member, question: Message) -> None:
        button = next(i for i in question.custom_ids if i.startswith("answers:answer:"))
        form = await self.deployment.server.click(member, question, button, wait=False)
        if not await self.deployment.hear(form):
            return
        if form.modal is None:
            assert form.content.startswith("You have answered")
            self.done.add((member.id, question.id))
            return
        text = f"{len(self.sent)}. {TEXT}".strip()
        record = await self.deployment.server.submit_form(member, form, {"text": text}, wait=False)
        self.sent.append((member, text, record))
        await self.deployment.hear(record)

    def confirmed(self) -> list[tuple[int, str]]:
        """Who was told that which text is saved."""
        return [
            (member.id, text)
            for member, text, record in self.sent
            if record.content.startswith("Your answer is saved")
        ]


def questions(deployment: Deployment, group: Group) -> list[Message]:
    """The questions of a group that stand in Discord, oldest first."""
    places = deployment.server.threads(group.channel) if group.kind == "forum" else [group.channel]
    found = [m for place in places for m in deployment.server.messages(place)]
    return [m for m in found if m.content.startswith("Question ")]


async def test_killed_at_random_moments(tmp_path: Path) -> None:
    towns = (_days(tmp_path / f"{n}", f"{SEED}.{n}", -(-KILLS // TOWNS)) for n in range(TOWNS))
    await asyncio.gather(*towns)


async def _days(folder: Path, seed: str, kills: int) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    async with Deployment(folder) as deployment:
        await deployment.found("blind", "forum" if chance.random() < 0.5 else "open", members=MEMBERS)
        crowd = Crowd(deployment, chance)
        living = asyncio.create_task(crowd.run())
        for number in range(kills):
            day, clock = divmod(number, len(CLOCKS))
            await deployment.launch(at(day, CLOCKS[clock]))
            await _kill_some_time(deployment, chance)
        days = 1 + (kills - 1) // len(CLOCKS)
        # A busy machine may not let a bot live between two kills: this one lives until somebody has answered.
        await deployment.start(at(days - 1, "12:45"))
        await deployment.server.until(crowd.confirmed)
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
        await _judge(deployment, crowd, days)


async def _kill_some_time(deployment: Deployment, chance: random.Random) -> None:
    """At a request, a moment after it works, or while it starts."""
    how = chance.random()
    if how < 0.5:
        skip, when = chance.randrange(5, 40), chance.choice(("before", "after"))
        fault = deployment.bot.kill_at("*", "*", when=when, skip=skip)
        with contextlib.suppress(TimeoutError):
            await fault.wait(within=5)
        deployment.server.faults.clear()
    elif how < 0.85:
        with contextlib.suppress(TimeoutError):
            await deployment.server.until(lambda: "ready: " in deployment.bot.output(), 10)
        await asyncio.sleep(chance.uniform(0, 0.5))
    else:
        await asyncio.sleep(chance.uniform(0, 2))
    deployment.kill()


async def _judge(deployment: Deployment, crowd: Crowd, days: int) -> None:
    # A question that comes late stays open for an hour: the second start brings its reveal.
    for clock in ("13:30", "15:00"):
        await deployment.start(at(days - 1, clock))
        await deployment.quiet()
    audit(deployment)
    drops = deployment.rows("SELECT local_date, state, reason, reveal_at FROM drops ORDER BY id")
    assert [drop[1] for drop in drops] == ["revealed"] * days * len(deployment.groups), drops
    confirmed = crowd.confirmed()
    stored = deployment.rows("SELECT user_id, text FROM answers")
    assert set(confirmed) <= set(stored)
    assert len(confirmed) == len(set(confirmed)) >= 1
    for group in deployment.groups:
        for question in questions(deployment, group):
            for button in [i for i in question.custom_ids if not i.startswith("answers:join")]:
                reply = await deployment.server.click(group.organiser, question, button)
                assert reply.text
    code, _ = await deployment.bot.stop()
    assert code == 0
