"""Which servers the bot has left, and what follows: nothing is posted, and after a time all is deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Database, News
from bot.db.trouble import trouble_of
from bot.features.quiz import departure as quiz_departure
from bot.features.schedules import departure as schedule_departure
from bot.features.schedules.service import SchedulesService
from bot.features.servers import rules, store
from bot.features.servers.deletion import Deletion
from bot.features.servers.store import Departure
from bot.gateway.directory import Directory
from bot.outbox import service as outbox

log = logging.getLogger("studyloop.servers")

BACK_NOT_AFTER = timedelta(days=7)
# At a start a server can come later than the others: until then nothing is planned or sent there anyway.
GRACE = timedelta(minutes=1)
DIRECT = 0
Mine = Callable[[int], bool]


class ServersService:
    """Compares the servers in the database with those the bot is in; every step can be done again.

    Nothing is decided by an event alone: events only say that there is something to look at, so that what
    happened while the bot was offline, or could not write, is found all the same.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        schedules: SchedulesService,
        directory: Directory,
        wake: Callable[[Collection[str] | None], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._schedules = schedules
        self._directory = directory
        self._deletion = Deletion(db)
        self._compare = True
        self._check: set[int] | None = None  # None: all
        self._departures: list[Departure] = []
        self._removed: set[int] = set()
        self._missing: dict[int, datetime] = {}  # from when on those who are not here count as gone
        self._wake = wake

    def look(self) -> None:
        """Compare again: the bot has connected anew."""
        self._compare = True
        self._wake(None)

    def removed(self, guild_id: int) -> None:
        """Take note that a server has removed the bot."""
        self._removed.add(guild_id)
        self.look()

    def check(self, guild_id: int) -> None:
        """Look at the schedules of a server: a channel, a role or a permission of it has changed."""
        if self._check is not None:
            self._check.add(guild_id)
        self._wake({News.SERVERS})

    def look_at(self, guild_id: int) -> None:
        """Look at a server that is there now: it may be back, or its schedules may lack something."""
        if self._check is not None:
            self._check.add(guild_id)
        self._compare = True
        self._wake(None)

    async def settle(self, on_shard: Mine, is_here: Mine) -> datetime | None:
        """Do what follows from who is here; `on_shard` says which servers are this process's to judge.

        Returns when there is something to delete; the past where that is going on.
        """
        now = self._clock.now()
        if self._compare or any(at <= now for at in self._missing.values()):
            self._compare = False
            try:
                await self._compare_all(on_shard, is_here)
            except Exception:
                self._compare = True
                raise
        await self._check_wanted(is_here)
        await self._delete_due(on_shard, is_here)
        moments = [*self._missing.values(), *(rules.deleted_at(one.left_at) for one in self._departures)]
        return min(moments, default=None)

    async def _compare_all(self, on_shard: Mine, is_here: Mine) -> None:
        async with self._db.reading() as tx:
            known = await store.list_known(tx)
            gone = {one.guild_id: one for one in await store.list_all(tx)}
        absent = {g for g in known - gone.keys() if on_shard(g) and not is_here(g)}
        await self._judge(absent)
        for one in gone.values():
            # What has begun to be deleted is deleted to the end: half of it would be of no use to anybody.
            if not one.deleting and is_here(one.guild_id):
                await self._came_back(one)
        async with self._db.reading() as tx:
            self._departures = [one for one in await store.list_all(tx) if on_shard(one.guild_id)]
        if self._check is None:
            self._check = known

    async def _check_wanted(self, is_here: Mine) -> None:
        """Compare what servers have set up with their channels and roles, where these may have changed."""
        wanted = self._check or set[int]()
        while wanted:
            guild_id = min(wanted)
            wanted.remove(guild_id)  # first: an event meanwhile asks for another look
            if not is_here(guild_id):
                continue
            try:
                await self._schedules.check(self._directory, guild_id)
            except Exception as error:
                if trouble_of(error) is not None:
                    wanted.add(guild_id)
                    raise  # of all servers alike: the alarm looks again in a minute
                log.exception("guild=%s cannot be compared with what is set up in it", guild_id)

    async def _judge(self, absent: set[int]) -> None:
        """Record who has gone: at once where Discord said so, else after some patience."""
        now = self._clock.now()
        self._missing = {g: now if g in self._removed else self._missing.get(g, now + GRACE) for g in absent}
        for guild_id in sorted(g for g, at in self._missing.items() if at <= now):
            await self._left(guild_id)
            del self._missing[guild_id]
        self._removed &= self._missing.keys()

    async def _left(self, guild_id: int) -> None:
        """Stop what is under way in a server; what is stored stays for the time it is kept."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if await store.add(tx, guild_id, now):
                await schedule_departure.left(tx, guild_id, now)
                await quiz_departure.left(tx, guild_id, now)
        until = rules.deleted_at(now)
        log.info(
            "guild=%s has removed the bot: its data is deleted at %s",
            guild_id,
            until.isoformat(" ", "minutes"),
        )

    async def _came_back(self, departure: Departure) -> None:
        """Go on where it stopped, from now on, and tell the organisers."""
        now = self._clock.now()
        guild_id = departure.guild_id
        async with self._db.transaction() as tx:
            await store.remove(tx, guild_id)
            await schedule_departure.came_back(tx, guild_id, now)
            await outbox.queue(
                tx,
                "back",
                guild_id,
                part=await outbox.next_part(tx, "back", guild_id),
                guild_id=guild_id,
                channel_id=DIRECT,
                due_at=now,
                not_after=now + BACK_NOT_AFTER,
            )
        log.info("guild=%s is back after %s days", guild_id, (now - departure.left_at).days)

    async def _delete_due(self, on_shard: Mine, is_here: Mine) -> None:
        """Delete the data of servers that did not come back, some of it at a time."""
        now = self._clock.now()
        for one in self._departures:
            late = rules.is_over(one.left_at, now) and (one.deleting or not is_here(one.guild_id))
            if late and on_shard(one.guild_id) and await self._deletion.go_on(one.guild_id):
                self._departures = [other for other in self._departures if other != one]
