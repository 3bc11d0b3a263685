"""Edits of what stands: answers in their room, and reveals."""

from __future__ import annotations

from functools import partial

from bot.db import Database
from bot.features.answers import messages, points, turnout
from bot.features.answers.service import AnswersService
from bot.features.answers.store import Answer
from bot.features.drops import revealing
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.gateway.edits import Edit
from bot.outbox import service as outbox
from bot.ui.message import Message


class AnswerEdits:
    """An answer's message, when something was added to it or said of it, or it was withdrawn."""

    def __init__(self, db: Database, daily: DailyService, answers: AnswersService) -> None:
        self._db = db
        self._daily = daily
        self._answers = answers

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind their answers."""
        edits: list[Edit] = []
        for answer in await self._answers.list_stale():
            async with self._db.reading() as tx:
                drop = await self._daily.get_drop(tx, answer.drop_id)
                post = await outbox.get_post(tx, "answer", answer.id, part=answer.round)
            if drop is None or drop.room_id is None:
                continue
            # Written again before the old message was gone: what stands there is the withdrawn text.
            withdrawn = answer.state == "withdrawn" or post is None or post.state != "sent"
            done = partial(self._answers.removed if withdrawn else self._answers.shown, answer)
            draw = None if withdrawn else partial(self._draw, drop, answer)
            edits.append(Edit(drop.room_id, answer.message_id or 0, draw, done))
        return edits

    async def _draw(self, drop: Drop, answer: Answer) -> Message:
        async with self._db.reading() as tx:
            question = await self._daily.question_of(tx, drop)
            judged = await points.judged(tx, [answer])
        return messages.answer(answer, question, judged[answer.id])


class RevealEdits:
    """A reveal, when reviews, votes or withdrawals have changed what it tells of the answers."""

    def __init__(self, db: Database, daily: DailyService) -> None:
        self._db = db
        self._daily = daily

    async def list_edits(self) -> list[Edit]:
        """Return the reveals that are behind their questions."""
        async with self._db.reading() as tx:
            stale = await revealing.list_stale(tx)
        return [self._edit(drop) for drop in stale]

    def _edit(self, drop: Drop) -> Edit:
        place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
        done = partial(self._shown, drop)
        return Edit(place or drop.channel_id, drop.reveal_message_id or 0, partial(self._draw, drop), done)

    async def _draw(self, drop: Drop) -> Message:
        async with self._db.reading() as tx:
            question = await self._daily.question_of(tx, drop)
            return messages.reveal(drop, question, await turnout.load(tx, self._daily, drop))

    async def _shown(self, drop: Drop) -> None:
        async with self._db.transaction() as tx:
            await revealing.shown(tx, drop)
