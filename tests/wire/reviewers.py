"""Members who review each other's answers whatever happens to the bot."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field

from simcord.components import walk_components

from tests.loopcord import DriverError, InteractionRecord, Member, Message
from tests.wire.deployment import Deployment, Group

_CHECKBOX_GROUP = 22


@dataclass
class Reviewers:
    """The members of the open groups; `sent` are their forms by reviewer and answer, and the replies."""

    deployment: Deployment
    chance: random.Random
    sent: list[tuple[int, int, InteractionRecord]] = field(default_factory=list)
    _done: set[tuple[int, int]] = field(default_factory=set)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for group in self.deployment.groups:
                for member in group.members[:3]:
                    tasks.create_task(self._live(group, member))

    async def _live(self, group: Group, member: Member) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.2, 0.6))
            shown = [(m, i) for m in self._room_messages(group) if (i := _answer_of(m)) is not None]
            left = [(m, i) for m, i in shown if (member.id, i) not in self._done]
            if left:
                # Its process may be dead, and what it showed may be old.
                with contextlib.suppress(TimeoutError, ConnectionError, DriverError):
                    await self._review(member, *self.chance.choice(left))

    def _room_messages(self, group: Group) -> list[Message]:
        return [
            m
            for room in self.deployment.server.threads(group.channel)
            for m in self.deployment.server.messages(room)
        ]

    async def _review(self, member: Member, message: Message, answer_id: int) -> None:
        form = await self.deployment.server.click(
            member, message, f"reviews:review:v1:{answer_id}", wait=False
        )
        if not await self.deployment.hear(form) or form.modal is None:
            # One's own answer, or hidden until one has answered.
            return
        boxes = next(c for c in walk_components(form.modal["components"]) if c["type"] == _CHECKBOX_GROUP)
        ticked = {boxes["custom_id"]: [boxes["options"][0]["value"]]}
        record = await self.deployment.server.submit_form(member, form, ticked, wait=False)
        self.sent.append((member.id, answer_id, record))
        if await self.deployment.hear(record):
            self._done.add((member.id, answer_id))

    def confirmed(self) -> set[tuple[int, int]]:
        """Who was told that their review of which answer is saved."""
        return {
            (member, answer)
            for member, answer, record in self.sent
            if record.content.startswith("Your review is")
        }


def _answer_of(message: Message) -> int | None:
    """Return which answer a message shows."""
    marks = [i for i in message.custom_ids if i.startswith("reviews:review:")]
    return int(marks[0].rpartition(":")[2]) if marks else None
