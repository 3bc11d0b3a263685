"""What the editor asks about answers: which messages are behind, and how they look now."""

from __future__ import annotations

from functools import partial

from bot.db import Database, News
from bot.features.answers import messages
from bot.features.answers.peers import Peers
from bot.features.answers.service import AnswersService
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.gateway.edits import Edit
from bot.outbox import service as outbox
from bot.ui.message import Message


class AnswerEdits:
    """An answer's message, when something was added to it or said of it, or it was withdrawn."""

    news = frozenset({News.ANSWERS})

    def __init__(self, db: Database, bank: BankService, answers: AnswersService, peers: Peers) -> None:
        self._db = db
        self._bank = bank
        self._answers = answers
        self._peers = peers

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind their answers."""
        edits: list[Edit] = []
        for answer in await self._answers.list_stale():
            async with self._db.reading() as tx:
                drop = await drops.get_drop(tx, answer.drop_id)
                post = await outbox.get_post(tx, "answer", answer.id, part=answer.round)
            if drop is None or drop.room_id is None:
                continue
            # Written again before the old message was gone: what stands there is the withdrawn text.
            withdrawn = answer.state == "withdrawn" or post is None or post.state != "sent"
            done = partial(self._answers.removed if withdrawn else self._answers.shown, answer)
            draw = None if withdrawn else partial(self._draw, drop, answer)
            refused = partial(self._answers.give_addition_back, answer)
            edits.append(Edit(drop.room_id, answer.message_id or 0, draw, done, refused))
        return edits

    async def _draw(self, drop: Drop, answer: Answer) -> Message:
        async with self._db.reading() as tx:
            question = await drops.question_of(tx, self._bank, drop)
            judged = await self._peers.judged(tx, [answer])
        return messages.answer(answer, question, judged[answer.id])
