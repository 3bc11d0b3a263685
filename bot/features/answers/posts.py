"""What the outbox asks about answers and reminders."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import lifecycle, messages, store
from bot.features.answers.peers import Peers
from bot.features.answers.room_posts import AboutDrop, IntroPost, RoomPost, no_room_yet
from bot.features.answers.service import OLD_TEXT_STANDS
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle as drop_lifecycle
from bot.features.drops import queries as drops
from bot.features.drops import trouble
from bot.features.drops.store import Drop
from bot.gateway.directory import Directory
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import (
    Blocked,
    Direct,
    InChannel,
    Prepared,
    Receipt,
    Skip,
    Wait,
)
from bot.outbox.store import Post
from bot.ui import refusals
from bot.ui.refusals import Kind

NOT_SHOWN = "withdrawn or hidden"


class AboutAnswer(AboutDrop):
    """What the posts about an answer share."""

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        answer = await store.get_answer(tx, post.subject_id)
        return None if answer is None else await drops.get_drop(tx, answer.drop_id)


class AnswerPost(AboutAnswer):
    """An answer in its room; its author is let in first."""

    def __init__(
        self, db: Database, clock: Clock, bank: BankService, directory: Directory, peers: Peers
    ) -> None:
        super().__init__(db, clock, bank, directory)
        self._peers = peers

    async def prepare(self, post: Post) -> Prepared:
        """Render the answer as it is now; one that was withdrawn or hidden meanwhile is not shown."""
        async with self._db.reading() as tx:
            answer = await store.get_answer(tx, post.subject_id)
            drop = await self._drop_of(tx, post)
            withdrawn = answer is None or not answer.stands or answer.round != post.part
            if answer is None or drop is None or (withdrawn and drop.room_id is None):
                return Skip(NOT_SHOWN)
            if drop.room_id is not None and answer.message_id is not None and post.part > 1 and not withdrawn:
                return Wait(OLD_TEXT_STANDS)
            question = await drops.question_of(tx, self._bank, drop)
            judged = await self._peers.judged(tx, [answer])
        if drop.room_id is None:
            return await self._wait_for_room(post)
        message = messages.answer(answer, question, judged[answer.id])
        if withdrawn:
            return Skip(NOT_SHOWN, undo=InChannel(drop.room_id, message))
        let_in = (answer.user_id,) if drop.mode == "blind" else ()
        return InChannel(drop.room_id, message, let_in)

    async def _wait_for_room(self, post: Post) -> Wait | Skip:
        """Wait, and have a room opened where none is on its way: the first may have been given up."""
        async with self._db.transaction() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.state == "skipped":
                return Skip(drop_lifecycle.REMOVED)
            now = self._clock.now()
            if now <= post.not_after:  # else it is about to be given up itself
                await drop_lifecycle.answered(tx, drop, now)
        return Wait(no_room_yet(drop))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Write the message down, for edits and withdrawal."""
        drop = await self._drop_of(tx, post) if receipt.left_out else None
        if drop is not None:
            await trouble.report_full(tx, drop, self._clock.now())
        else:
            await self._went_out(tx, post)
        await lifecycle.posted(tx, post.subject_id, receipt.message_id)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Give its author a text back that Discord does not let stand; the rest is for organisers."""
        answer = await store.get_answer(tx, post.subject_id)
        drop = await self._drop_of(tx, post)
        its_text = refusals.kind_of(blocked.code) is Kind.WORDS
        if answer is None or drop is None or not its_text:
            await super().blocked(tx, post, blocked)
        elif answer.stands and answer.round == post.part:
            await lifecycle.give_back(tx, self._peers, drop, answer, blocked.code, self._clock.now())


class GivenBackPost(AboutAnswer):
    """The direct message to an author whose answer, or addition, Discord does not let stand."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it, unless the author has written again meanwhile."""
        async with self._db.reading() as tx:
            answer = await store.get_answer(tx, post.subject_id)
            drop = await self._drop_of(tx, post)
            if answer is None or drop is None or answer.hidden:
                return Skip(NOT_SHOWN)
            why = await lifecycle.refusal_of(tx, answer)
            purpose = lifecycle.ADDITION if why is None else lifecycle.ANSWER
            if await store.find_draft(tx, answer.user_id, purpose, drop.id) is None:
                return Skip("written again meanwhile")
            question = await drops.question_of(tx, self._bank, drop)
        server = self._directory.server_name(drop.guild_id)
        return Direct(answer.user_id, messages.given_back(drop, question, server, why))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing: `/today` and **Answer** tell the author too."""


class ReminderPost(AboutDrop):
    """The direct message two hours before the reveal."""

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        reminder = await store.get_reminder(tx, post.subject_id)
        return None if reminder is None else await drops.get_drop(tx, reminder.drop_id)

    async def prepare(self, post: Post) -> Prepared:
        """Render it, unless the person has answered or the question is over."""
        async with self._db.reading() as tx:
            reminder = await store.get_reminder(tx, post.subject_id)
            drop = await self._drop_of(tx, post)
            if reminder is None or drop is None or drop.state != "open":
                return Skip("the question is over")
            answer = await store.find_answer(tx, drop.id, reminder.user_id)
            if answer is not None and answer.state == "live":
                return Skip("answered meanwhile")
            question = await drops.question_of(tx, self._bank, drop)
        server = self._directory.server_name(drop.guild_id)
        return Direct(reminder.user_id, messages.reminder(drop, question, server))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing: a person's closed direct messages are no organiser's matter."""


def post_kinds(
    db: Database, clock: Clock, bank: BankService, directory: Directory, peers: Peers
) -> dict[str, PostKind]:
    """Return what the outbox asks about rooms, answers, reminders and what is given back."""
    parts = (db, clock, bank, directory)
    return {
        "room": RoomPost(*parts),
        "intro": IntroPost(*parts),
        "answer": AnswerPost(*parts, peers),
        "reminder": ReminderPost(*parts),
        "given_back": GivenBackPost(*parts),
    }
