"""The one thing that the doctor can mend: totals, which are what the ledger says."""

from __future__ import annotations

from pathlib import Path

from bot.backups import copying, rules, store
from bot.backups.copying import BackupError
from bot.db import Database, lock
from bot.db.schema import HEAD
from bot.scores.service import ScoresService


async def rebuild_totals(path: Path) -> int:
    """Compute all totals anew and return for how many people they differed; the bot must not run."""
    with (
        copying.told(f"Rebuilding the totals of {path}", path.parent, "free some space"),
        lock.exclusive(path),
    ):
        with store.one_state(path, alone=True) as connection:
            contents = store.examine(connection)
        if (wrong := rules.flaw(contents, (HEAD,), HEAD)) is not None:
            raise BackupError(f"The totals of {path} cannot be rebuilt: {wrong}. Nothing was changed.")
        db = Database(f"sqlite+aiosqlite:///{path}")
        try:
            await ScoresService(db).rebuild()
        finally:
            await db.close()
    return len(contents.differing)
