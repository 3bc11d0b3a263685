"""A Discord of one dictionary, and a kind of post that can be told what to do."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.clock import ManualClock
from bot.db import Connection, Database
from bot.outbox import service, store
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.message import Blocked, Creation, InChannel, Prepared, Receipt, Unknown
from bot.outbox.store import Post
from bot.ui.message import Message
from tests.loopcord.waiting import PATIENCE

GUILD, CHANNEL = 1, 10


class PaperDiscord:
    """Keeps what was created; `answers` are given in turn instead of doing it, `lost` does it and forgets."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.standing: dict[int, Receipt] = {}
        self.tries: list[int] = []
        self.searches: list[int] = []
        self.answers: list[Blocked | Unknown] = []
        self.lose_replies = 0
        self.search_error: Exception | None = None
        self.search_refusal: Blocked | None = None
        self.slow: dict[int, asyncio.Event] = {}

    async def find(self, post: Post, creation: Creation) -> Receipt | Blocked | None:
        del creation
        self.searches.append(post.id)
        if self.search_error is not None:
            raise self.search_error
        return self.search_refusal or self.standing.get(post.id)

    async def remove(self, receipt: Receipt) -> None:
        self.standing = {post_id: r for post_id, r in self.standing.items() if r != receipt}

    async def create(self, post: Post, creation: Creation) -> Receipt | Blocked | Unknown:
        assert isinstance(creation, InChannel)
        self.tries.append(post.id)
        if post.channel_id in self.slow:
            await self.slow[post.channel_id].wait()
        if self.answers:
            return self.answers.pop(0)
        assert post.id not in self.standing, "sent twice"
        receipt = Receipt(creation.channel_id, 1000 + len(self.standing), self._clock.now())
        self.standing[post.id] = receipt
        if self.lose_replies:
            self.lose_replies -= 1
            return Unknown("the reply was lost")
        return receipt


class Letter:
    """A kind of post that writes down what the dispatcher tells it."""

    def __init__(self) -> None:
        self.prepared: Callable[[Post], Prepared] = lambda post: InChannel(post.channel_id, Message("hello"))
        self.events: list[tuple[str, int]] = []
        self.sent_error: Exception | None = None

    async def prepare(self, post: Post) -> Prepared:
        return self.prepared(post)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        await add(tx, post.subject_id, kind="follow-up", channel_id=receipt.channel_id, due_at=post.not_after)
        if self.sent_error is not None:
            raise self.sent_error
        self.events.append(("sent", post.subject_id))

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        del tx
        self.events.append((f"blocked {blocked.trouble.value}", post.subject_id))

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        del tx
        self.events.append((f"skipped {reason}", post.subject_id))


async def add(
    tx: Connection, subject_id: int, *, kind: str = "letter", channel_id: int = CHANNEL, due_at: datetime
) -> bool:
    """Queue a post for `due_at` that may go out for an hour."""
    return await service.queue(
        tx,
        kind,
        subject_id,
        guild_id=GUILD,
        channel_id=channel_id,
        due_at=due_at,
        not_after=due_at + timedelta(hours=1),
    )


class Outbox:
    """A dispatcher with its database, and the Discord and the letters it works with."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        self.db = db
        self.clock = clock
        self.discord = PaperDiscord(clock)
        self.letter = Letter()
        self.restart()

    def restart(self, rested: Callable[[], None] | None = None) -> None:
        """Go on with a new dispatcher, as a new process does."""
        kinds = {"letter": self.letter}
        self.dispatcher = Dispatcher(self.db, self.clock, self.discord, kinds, rested=rested)

    async def queue(self, *subjects: int, channel_id: int = CHANNEL) -> None:
        async with self.db.transaction() as tx:
            for subject_id in subjects:
                assert await add(tx, subject_id, channel_id=channel_id, due_at=self.clock.now())

    async def run(self) -> None:
        """Send what is due and wait for every lane."""
        await self.dispatcher.dispatch()
        while lanes := list(self.dispatcher._lanes.values()):
            await asyncio.wait(lanes, timeout=PATIENCE)

    async def get(self, subject_id: int, kind: str = "letter") -> Post:
        post = await self.find(subject_id, kind)
        assert post is not None
        return post

    async def find(self, subject_id: int, kind: str) -> Post | None:
        async with self.db.reading() as tx:
            return await store.get_post(tx, kind, subject_id)
