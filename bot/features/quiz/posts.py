"""What the outbox asks about a quiz's posts: prepare, and what follows when they were sent."""

from __future__ import annotations

import asyncio

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.quiz import messages, picture, store
from bot.features.quiz.boards import Boards
from bot.features.quiz.outcomes import Ending
from bot.features.quiz.rounds import DIRECT, END_NOT_AFTER, Rounds
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import (
    Blocked,
    Direct,
    InChannel,
    Prepared,
    PublicThread,
    Receipt,
    Skip,
    Trouble,
)
from bot.outbox.store import Post
from bot.ui import refusals
from bot.ui.message import Picture
from bot.ui.refusals import Kind

# Only somebody else can mend these, and players do not wait for that.
NO_WAY_IN = {Trouble.CHANNEL_GONE, Trouble.NO_ACCESS, Trouble.NO_PERMISSION}
ENDED = "the quiz has ended"
ALONE = 1


class ItemPost:
    """A question."""

    def __init__(self, db: Database, rounds: Rounds, boards: Boards) -> None:
        self._db = db
        self._rounds = rounds
        self._boards = boards

    async def prepare(self, post: Post) -> Prepared:
        """Render the question, unless the quiz has ended meanwhile."""
        async with self._db.reading() as tx:
            item = await store.get_item(tx, post.subject_id)
            shown = None if item is None else await self._boards.shown_as(tx, item)
        if shown is None:
            return Skip(ENDED)
        creation = InChannel(post.channel_id, messages.question(shown))
        if shown.item.state != "planned" or shown.quiz.state != "running":
            return Skip(ENDED, creation)
        return creation

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Begin the question's time."""
        item = await store.get_item(tx, post.subject_id)
        if item is not None:
            await self._rounds.opened(tx, item, receipt)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """End the quiz where nobody will mend it in time."""
        item = await store.get_item(tx, post.subject_id)
        if item is None:
            return
        if blocked.trouble in NO_WAY_IN:
            await self._rounds.cannot_post(tx, item)
        elif refusals.kind_of(blocked.code) in (Kind.WORDS, Kind.SETTING):
            await self._rounds.lost(tx, item, tried=True)

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """End the quiz whose question came too late."""
        del reason
        item = await store.get_item(tx, post.subject_id)
        if item is not None:
            await self._rounds.lost(tx, item, tried=post.attempts > 0)


class _AboutTheEnd:
    """What the posts after a quiz have in common: nobody has to mend anything."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._directory = directory

    async def _ending(self, post: Post) -> Ending | None:
        async with self._db.reading() as tx:
            return await self._boards.ending(tx, post.subject_id)

    async def _queue(self, tx: Connection, kind: str, post: Post, channel_id: int) -> None:
        now = self._clock.now()
        await outbox.queue(
            tx,
            kind,
            post.subject_id,
            guild_id=post.guild_id,
            channel_id=channel_id,
            due_at=now,
            not_after=now + END_NOT_AFTER,
        )

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Leave it waiting: it goes out when the channel takes it again, or lapses."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing follows."""


class EndPost(_AboutTheEnd):
    """The last message: standings, hardest question, what to do next."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it; with many players the standings are drawn, where files may be attached."""
        ending = await self._ending(post)
        if ending is None:
            return Skip(ENDED)
        drawn: Picture | None = None
        may_attach = self._directory.missing(post.guild_id, post.channel_id, ("attach_files",)) == ()
        if len(ending.places) >= messages.PICTURE_FROM and may_attach:
            # Drawing takes longer than the loop may stand still.
            drawn = await asyncio.to_thread(_drawn, ending)
        return InChannel(post.channel_id, messages.end(ending, drawn))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Open a thread on it where more than one person can talk there."""
        await store.set_quiz(tx, post.subject_id, end_message_id=receipt.message_id)
        ending = await self._boards.ending(tx, post.subject_id)
        if ending is not None and len(ending.places) > ALONE:
            await self._queue(tx, "quiz_room", post, post.channel_id)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the starter, once; the message still goes out when the channel takes it again, or lapses."""
        if blocked.trouble in NO_WAY_IN:
            await self._queue(tx, "quiz_notice", post, DIRECT)


class ThreadPost(_AboutTheEnd):
    """The thread to talk about the answers."""

    async def prepare(self, post: Post) -> Prepared:
        """Name it."""
        ending = await self._ending(post)
        if ending is None or ending.quiz.end_message_id is None:
            return Skip(ENDED)
        return PublicThread(post.channel_id, ending.quiz.end_message_id, messages.thread_name(ending))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Write the answers into it."""
        await store.set_quiz(tx, post.subject_id, thread_id=receipt.message_id)
        await self._queue(tx, "quiz_answers", post, receipt.message_id)


class AnswersPost(_AboutTheEnd):
    """The first message in the thread: every question with its answer."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it."""
        ending = await self._ending(post)
        return Skip(ENDED) if ending is None else InChannel(post.channel_id, messages.answers(ending))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""


class QuizNoticePost(_AboutTheEnd):
    """What the starter is told privately where the channel is closed to the bot."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it."""
        ending = await self._ending(post)
        if ending is None:
            return Skip(ENDED)
        server = self._directory.server_name(post.guild_id)
        return Direct(ending.quiz.starter_id, messages.notice(ending.quiz, server))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""


def _drawn(ending: Ending) -> Picture:
    lines = [
        picture.Line(
            place.rank,
            ending.names.get(place.user_id, "somebody"),
            place.points,
            place.right,
            len(ending.lines),
            place.change or 0,
        )
        for place in ending.places
    ]
    title = "Quiz standings"
    subtitle = f"{len(ending.lines)} questions · {messages.subject(ending.category, ending.quiz.difficulty)}"
    colour = ending.category.colour if ending.category else messages.NEUTRAL
    return picture.standings(title, subtitle, lines, colour)


def post_kinds(
    db: Database, clock: Clock, rounds: Rounds, boards: Boards, directory: Directory
) -> dict[str, PostKind]:
    """Return what the outbox asks about quizzes."""
    parts = (db, clock, boards, directory)
    return {
        "quiz_item": ItemPost(db, rounds, boards),
        "quiz_end": EndPost(*parts),
        "quiz_room": ThreadPost(*parts),
        "quiz_answers": AnswersPost(*parts),
        "quiz_notice": QuizNoticePost(*parts),
    }
