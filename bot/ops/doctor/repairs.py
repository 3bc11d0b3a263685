"""The one thing that the doctor can mend: totals, which are what the ledger says."""

from __future__ import annotations

from pathlib import Path

from bot.db import Database, lock
from bot.db.address import url_of
from bot.db.trouble import trouble_of
from bot.db.upgrades import HEAD
from bot.features.scores.service import ScoresService
from bot.ops.backups import copies, rules, store
from bot.ops.backups.copies import BackupError


async def rebuild_totals(path: Path) -> int:
    """Compute all totals anew and return for how many people they differed; the bot must not run."""
    doing = f"Rebuilding the totals of {path}"
    with copies.told(doing, path.parent, "free some space"):
        _check(path)
        with lock.exclusive(path):
            with store.one_state(path, alone=True) as connection:
                contents = store.examine(connection)
            if (wrong := rules.flaw(contents, (HEAD,), HEAD)) is not None:
                raise BackupError(f"The totals of {path} cannot be rebuilt: {wrong}. Nothing was changed.")
            await _rebuild(path, doing)
    return len(contents.differing)


def _check(path: Path) -> None:
    if not path.is_file():
        raise BackupError(f"There is no database at {path}: correct DATABASE_URL.")


async def _rebuild(path: Path, doing: str) -> None:
    db = Database(url_of(path))
    try:
        await ScoresService(db).rebuild()
    except Exception as error:
        if (trouble := trouble_of(error)) is None:
            raise
        raise BackupError(f"{doing} failed, as {trouble}: see to that first. Nothing was changed.") from error
    finally:
        await db.close()
