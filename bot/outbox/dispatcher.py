"""The one dispatcher: claim, render from the store now, send, mark sent and queue what follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.core.clock import Clock
from bot.core.watch import QUIET, Watch
from bot.db import Connection, Database
from bot.db.trouble import trouble_of
from bot.gateway.budget import Priority
from bot.gateway.pacer import asked_as
from bot.outbox import rules, store
from bot.outbox.message import Blocked, Creation, Prepared, Receipt, Skip, Trouble, Unknown, Wait
from bot.outbox.store import Post, State

log = logging.getLogger("studyloop.outbox")
Lane = tuple[int, int]
# So many lanes run at a time; new ones are started when so many have come to rest. A second's requests of
# the whole bot are fewer.
MOST_LANES, REFILL = 64, 16
PAGE = 200
# Kept as the reason of a post that waits because of it.
MY_ERROR = "an error of mine; the log has it"


class PostKind(Protocol):
    """What a feature tells the outbox about one kind of post."""

    async def prepare(self, post: Post) -> Prepared:
        """Return what to create, from the store as it is now."""
        ...

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Record what the sent message causes, in the transaction that marks it sent."""
        ...

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Record that somebody has to mend something, in the transaction that keeps the post waiting."""
        ...

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Record that it will never go out."""
        ...


class Transport(Protocol):
    """How the outbox reaches Discord; the real one is outbox/transport.py."""

    async def find(self, post: Post, creation: Creation) -> Receipt | Blocked | None:
        """Return the message that an earlier attempt created, if it stands there; Blocked: may not look."""
        ...

    async def remove(self, receipt: Receipt) -> None:
        """Take back a message that should not stand there."""
        ...

    async def create(self, post: Post, creation: Creation) -> Receipt | Blocked | Unknown:
        """Create it; Unknown where the reply was lost."""
        ...


class Dispatcher:
    """Sends what is due. Each channel is a lane of its own, so that a slow one keeps nobody waiting."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        transport: Transport,
        kinds: Mapping[str, PostKind],
        mine: Callable[[int], bool] = rules.everybody,
        watch: Watch = QUIET,
        rested: Callable[[], None] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._transport = transport
        self._kinds = kinds
        self._watch = watch
        self._mine = mine  # which servers (by guild_id) this process works for
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._crowded = False  # whether more lanes may be due than run
        self._closed = False
        self._rested = rested  # called when a lane has come to rest

    @property
    def kinds(self) -> list[str]:
        """Every kind of post that exists."""
        return sorted(self._kinds)

    async def dispatch(self) -> datetime | None:
        """Start a lane for each channel that has something due and no lane running.

        Returns when the next post wants attention that is not due yet. What comes due in a running lane is
        seen by that lane. Where many are due, some lanes run and the others follow when those rest: each
        look then costs the same, however many wait.
        """
        if self._closed or len(self._lanes) > MOST_LANES - REFILL:
            return None
        now = self._clock.now()
        async with self._db.reading() as tx:
            lanes = await self._next_lanes(tx, now)
            next_at = await store.next_at_after(tx, now)
        self._crowded = len(self._lanes) + len(lanes) >= MOST_LANES
        for lane in lanes:
            if lane not in self._lanes and not self._closed:
                self._lanes[lane] = asyncio.create_task(self._run_lane(lane), name=f"outbox {lane[1]}")
        return next_at

    async def _next_lanes(self, tx: Connection, now: datetime) -> list[Lane]:
        """Return as many lanes as may be started, those with something urgent first."""
        free, found = MOST_LANES - len(self._lanes), dict[Lane, None]()
        for priority in rules.PRIORITIES:
            due = await store.list_first_due_lanes(tx, priority, now, PAGE)
            found |= dict.fromkeys(lane for lane in due if self._is_free(lane))
            if len(found) < free and len(due) >= PAGE:
                # Many wait in channels at work, or for servers that are not here: others stand behind.
                every = await store.list_due_lanes(tx, priority, now)
                found |= dict.fromkeys(lane for lane in every if self._is_free(lane))
            if len(found) >= free:
                break
        return list(found)[:free]

    def _is_free(self, lane: Lane) -> bool:
        return lane not in self._lanes and self._mine(lane[0])

    async def close(self, grace: float) -> None:
        """Let running sends end for `grace` seconds, then drop them: the next start looks for them."""
        self._closed = True
        tasks = list(self._lanes.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            # Their connections have to be back before the database is closed.
            await asyncio.gather(*late, return_exceptions=True)

    async def _run_lane(self, lane: Lane) -> None:
        try:
            while not self._closed:
                async with self._db.reading() as tx:
                    post = await store.next_due(tx, lane, self._clock.now())
                if post is None:
                    break
                await self._try(post)
                if self._crowded:
                    break  # what follows here, a room perhaps, lets the questions of other channels pass
        except Exception:
            # The database failed: rows keep their state, and the alarm looks again in a minute.
            log.exception("lane guild=%s channel=%s stopped", *lane)
            self._lanes.pop(lane, None)
            return
        self._lanes.pop(lane, None)
        if self._rested is not None and not self._closed:
            self._rested()

    async def _try(self, post: Post) -> None:
        """Deliver one post; one that cannot be rendered or looked for waits and lets the others pass."""
        try:
            with asked_as(rules.priority(post.kind)):
                await self._deliver(post)
        except Exception as error:
            # Once with its traceback: it is tried again and again, and organisers see that it waits.
            again = post.reason == MY_ERROR
            log.log(
                logging.WARNING if again else logging.ERROR,
                "failed %s: %r",
                _about(post),
                error,
                exc_info=None if again else error,
            )
            self._watch.posted(post.kind, "failed")
            await self._put_off(post, MY_ERROR)

    async def _deliver(self, post: Post) -> None:
        """Bring one post a step further. A row found `sending` was cut off by a crash or a lost reply."""
        kind = self._kinds[post.kind]
        prepared = await kind.prepare(post)
        if isinstance(prepared, Wait):
            await self._put_off(post, prepared.reason)
            return
        if post.state == "sending" and await self._settle(post, prepared):
            return
        if isinstance(prepared, Skip):
            await self._skip(post, prepared.reason, logging.INFO)
            return
        now = self._clock.now()
        if rules.is_too_late(post.not_after, now):
            await self._skip(post, post.reason or "too late")
            return
        async with self._db.transaction() as tx:
            if not await store.claim(tx, post, now):
                return
        outcome = await self._transport.create(post, prepared)
        match outcome:
            case Receipt():
                await self._mark_sent(post, outcome)
                delay = self._clock.now() - post.due_at
                self._watch.posted(post.kind, "sent", delay.total_seconds())
            case Blocked():
                await self._hold(post, outcome)
            case Unknown():
                log.warning("lost %s: %s", _about(post), outcome.detail)
                self._watch.posted(post.kind, "lost")

    async def _mark_sent(self, post: Post, receipt: Receipt) -> None:
        async with self._db.transaction() as tx:
            await store.mark(tx, post.id, state="sent", message_id=receipt.message_id, reason=None)
            await self._kinds[post.kind].sent(tx, post, receipt)
        log.info("sent %s", _about(post))

    async def _settle(self, post: Post, prepared: Creation | Skip) -> bool:
        """Look for what an earlier attempt created; False where the post is still to be sent or skipped."""
        wanted = prepared.undo if isinstance(prepared, Skip) else prepared
        with asked_as(Priority.SEARCH):
            found = None if wanted is None else await self._transport.find(post, wanted)
        if isinstance(found, Receipt) and isinstance(prepared, Skip):
            await self._transport.remove(found)
        elif isinstance(found, Receipt):
            await self._mark_sent(post, found)
            self._watch.posted(post.kind, "found")
            return True
        elif isinstance(found, Blocked) and not rules.is_given_up(post.not_after, self._clock.now()):
            await self._hold(post, found, "sending")
            return True
        return False

    async def _hold(self, post: Post, blocked: Blocked, state: State = "pending") -> None:
        """Keep a refused post waiting for the one who can mend it; give up where nobody can."""
        now = self._clock.now()
        if blocked.trouble is Trouble.UNREACHABLE and post.channel_id == 0:
            await self._skip(post, "direct messages are closed", logging.INFO)  # theirs to decide
            return
        async with self._db.transaction() as tx:
            await store.mark(
                tx,
                post.id,
                state=state,
                attempts=post.attempts + 1,
                reason=blocked.trouble.value,
                next_try_at=rules.next_try_at(post.attempts + 1, now, post.not_after),
            )
            await self._kinds[post.kind].blocked(tx, post, blocked)
        log.warning("blocked %s: %s %s", _about(post), blocked.trouble, blocked.detail)
        self._watch.posted(post.kind, "blocked")

    async def _put_off(self, post: Post, reason: str) -> None:
        now = self._clock.now()
        # What may stand already is kept: it would stand there for ever and nobody would know it.
        is_over = rules.is_given_up if post.state == "sending" else rules.is_too_late
        if is_over(post.not_after, now):
            await self._skip(post, reason)
            return
        async with self._db.transaction() as tx:
            attempts = post.attempts + 1
            await store.mark(
                tx,
                post.id,
                attempts=attempts,
                reason=reason,
                next_try_at=rules.next_try_at(attempts, now, post.not_after),
            )

    async def _skip(self, post: Post, reason: str, level: int = logging.WARNING) -> None:
        """End a post that does not go out: skipped where nobody wants it any more, failed where given up."""
        unwanted = level == logging.INFO
        state: State = "skipped" if unwanted else "failed"
        try:
            async with self._db.transaction() as tx:
                await store.mark(tx, post.id, state=state, reason=reason)
                await self._kinds[post.kind].skipped(tx, post, reason)
        except Exception as error:
            if trouble_of(error) is not None:
                raise
            # It is over all the same: tried for ever, it would keep those behind it waiting.
            log.exception("nobody can be told of the end of %s", _about(post))
            async with self._db.transaction() as tx:
                await store.mark(tx, post.id, state=state, reason=reason)
        log.log(level, "skipped %s: %s", _about(post), reason)
        self._watch.posted(post.kind, "skipped" if unwanted else "given_up")


def _about(post: Post) -> str:
    """Name a post in a line of the log."""
    return f"guild={post.guild_id} kind={post.kind} id={post.subject_id} post={post.id}"
