"""What the editor asks about answers and their rooms: which messages are behind, and how they look now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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

# Channel, message, and how that is to look; False where it has to be done again.
Rewrite = Callable[[int, int, Message], Awaitable[bool]]
# So many rooms are remembered whose first message is up to date; a restart looks at one once more.
REMEMBERED = 10_000


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


class RoomHeads:
    """The first messages of hidden rooms, which say what holds before the reveal."""

    def __init__(self, db: Database, bank: BankService, rewrite: Rewrite) -> None:
        self._db = db
        self._bank = bank
        self._rewrite = rewrite
        self._shown: dict[int, int] = {}  # by drop, the message that shows its end

    async def follow(self, drop: Drop) -> bool:
        """Bring a room's first message in line with its question; False where that has to be done again."""
        if drop.state not in {"revealed", "skipped"} or drop.room_id is None:
            return True
        async with self._db.reading() as tx:
            part = await outbox.next_part(tx, "intro", drop.id) - 1
            post = await outbox.get_post(tx, "intro", drop.id, part=part)
            if post is None or post.message_id is None:
                # One that is on its way may have been written before; one that waits is written when it goes.
                return post is None or post.state != "sending"
            if self._shown.get(drop.id) == post.message_id:
                return True
            question = await drops.question_of(tx, self._bank, drop)
        if not await self._rewrite(drop.room_id, post.message_id, messages.room_intro(drop, question)):
            return False
        if len(self._shown) >= REMEMBERED:
            self._shown.clear()
        self._shown[drop.id] = post.message_id
        return True
