"""People who play quizzes whatever happens, and what has to be true of what they were told."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import defaultdict
from dataclasses import dataclass, field

from tests.loopcord import DriverError, InteractionRecord, Member, Message
from tests.wire.deployment import Deployment, Group
from tests.wire.quizzes import asked, item_of, running, stored, told

# A bot that lives on for so long after a press, and answers later ones, has lost it.
REPLY_WITHIN = 3.0
# A click that was on its way when the bot died, or that its dying connection still took.
AROUND_A_KILL = 0.5


@dataclass(frozen=True)
class Press:
    """A press of A to D that reached a connection of the bot's."""

    user_id: int
    item_id: int
    letter: str
    record: InteractionRecord
    # The number of the process that it was sent to.
    life: int


@dataclass
class Crowd:
    """The members of a group: they start a quiz when none runs, choose, and change their minds.

    `kills` are the moments (time.monotonic()) at which the bot was killed; the test writes them down.
    """

    deployment: Deployment
    group: Group
    chance: random.Random
    starting: bool = True
    presses: list[Press] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    _panels: dict[tuple[int, int], Message] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._start())
            for member in self.group.members:
                tasks.create_task(self._play(member))

    async def _start(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            if self.starting and running(self.deployment, self.group) is None:
                with contextlib.suppress(TimeoutError, ConnectionError, DriverError):
                    member = self.chance.choice(self.group.members)
                    await self._ask_for_quiz(member)

    async def _ask_for_quiz(self, member: Member) -> None:
        """As start_quiz, with a bot that may die before it has replied."""
        given = {"questions": 3, "seconds": 10}
        channel = self.group.channel
        await self.deployment.hear(
            await self.deployment.server.slash(member, channel, "quiz", wait=False, **given)
        )

    async def _play(self, member: Member) -> None:
        items: dict[int, int] = {}
        while True:
            await asyncio.sleep(self.chance.uniform(0.1, 0.5))
            questions = asked(self.deployment, self.group)
            if not questions:
                continue
            # What they see may be old: a question that was closed a moment ago keeps its item here.
            question = questions[-1]
            item_id = item_of(question) or items.get(question.id)
            if item_id is not None:
                items[question.id] = item_id
                await self._press(member, question, item_id)

    async def _press(self, member: Member, question: Message, item_id: int) -> None:
        panel = self._panels.get((member.id, item_id))
        place = panel if panel is not None and self.chance.random() < 0.4 else question
        letter = self.chance.choice("ABCD")
        custom_id = f"quiz:{letter.lower()}:v1:{item_id}"
        with contextlib.suppress(TimeoutError, ConnectionError):
            record = await self.deployment.server.click(member, place, custom_id, forged=True, wait=False)
            self.presses.append(Press(member.id, item_id, letter, record, self.deployment.starts))
            if not await self.deployment.hear(record):
                return
            if record.response == "reply" and record.message is not None:
                self._panels[(member.id, item_id)] = record.message

    def unanswered(self) -> list[str]:
        """The presses that were lost although the bot was not killed around them, each in a sentence."""
        return [
            self._describe(press)
            for press in self.presses
            if not press.record.answered and not self._died_around(press) and not self._was_slow(press)
        ]

    def _describe(self, press: Press) -> str:
        """What happened around a press, in seconds from it."""
        start = press.record.started
        tries = [
            (call.status, round(call.time - start, 2))
            for call in self.deployment.server.requests
            if call.texts.get("token") == press.record.token
        ]
        kills = [round(kill - start, 1) for kill in self.kills if abs(kill - start) < 20]
        return f"item {press.item_id}: kills at {kills}, replies {tries}"

    def _was_slow(self, press: Press) -> bool:
        """Whether a process that is dead had not come to what was pressed a second later either.

        On a machine that is busy with other things a bot takes longer than three seconds to get to a press.
        """
        if press.life == self.deployment.starts:
            return False
        later = [
            one
            for one in self.presses
            if one.life == press.life and one.record.started > press.record.started + 1
        ]
        return not any(one.record.answered for one in later)

    def _died_around(self, press: Press) -> bool:
        at = press.record.started
        return any(at - AROUND_A_KILL <= kill <= at + REPLY_WITHIN for kill in self.kills)

    def lost(self) -> list[str]:
        """Confirmed choices that are not stored, each in a sentence.

        What somebody was told last has to stand, unless a later press of theirs was not confirmed: the
        bot may have died after it had stored that one.
        """
        presses: defaultdict[tuple[int, int], list[Press]] = defaultdict(list)
        for press in self.presses:
            presses[press.item_id, press.user_id].append(press)
        confirmed = {(one.item_id, one.user_id): one for one in told(self.deployment)}
        kept = stored(self.deployment)
        wrong = [f"{key}: nobody pressed {letter}" for key, letter in kept.items() if key not in presses]
        for key, mine in presses.items():
            last = confirmed.get(key)
            if last is None:
                allowed = {None, *(press.letter for press in mine)}
            else:
                causes = [
                    n for n, p in enumerate(mine) if p.letter == last.letter and p.record.started < last.at
                ]
                allowed = {press.letter for press in mine[causes[-1] :]}
            if kept.get(key) not in allowed:
                pressed = "".join(press.letter for press in mine)
                wrong.append(f"{key}: told {last}, stored {kept.get(key)}, pressed {pressed}")
        return wrong
