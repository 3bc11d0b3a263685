"""Deleting all data of a server in small transactions, so that nobody else waits for the one that writes."""

from __future__ import annotations

import logging

from bot.db import Connection, Database
from bot.features.servers import store

log = logging.getLogger("studyloop.servers")

# A transaction of so many rows takes some milliseconds.
ROWS = 200
PEOPLE = 10
# So many transactions in one look; then the other work has its turn.
BATCHES = 20


class Deletion:
    """Goes through the tables, children first. Where it was is no more than a memory: it can begin anew."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._steps: dict[int, int] = {}
        self._deleted: dict[int, int] = {}

    async def go_on(self, guild_id: int) -> bool:
        """Delete some of a server's rows; True when all are gone, and with them that it had left."""
        for _ in range(BATCHES):
            async with self._db.transaction() as tx:
                if await self._batch(tx, guild_id):
                    return True
        return False

    async def _batch(self, tx: Connection, guild_id: int) -> bool:
        step = self._steps.setdefault(guild_id, 0)
        if step == 0:
            await store.begin_deleting(tx, guild_id)
        if step > len(store.tables()) + 1:
            return await self._end(tx, guild_id)
        deleted = await self._delete(tx, step, guild_id)
        self._deleted[guild_id] = self._deleted.get(guild_id, 0) + deleted
        if not deleted:
            self._steps[guild_id] = step + 1
        return False

    async def _delete(self, tx: Connection, step: int, guild_id: int) -> int:
        if step == 0:
            # While it is known who practised here.
            return await store.delete_cards(tx, guild_id, ROWS)
        if step == 1:
            return await store.delete_points(tx, guild_id, PEOPLE)
        return await store.delete_rows(tx, store.tables()[step - 2], guild_id, ROWS)

    async def _end(self, tx: Connection, guild_id: int) -> bool:
        """Forget the server, unless something came in behind: then once more from the start."""
        self._steps.pop(guild_id)
        if guild_id in await store.list_known(tx):
            return False
        await store.remove(tx, guild_id)
        log.info("guild=%s deleted: %s rows", guild_id, self._deleted.pop(guild_id, 0))
        return True
