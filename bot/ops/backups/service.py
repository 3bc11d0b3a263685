"""Daily backups by the running bot: in a thread, beside its own work; what is due stands in the folder."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core.amounts import span
from bot.core.clock import Clock
from bot.core.watch import QUIET, Watch
from bot.db.address import path_of
from bot.ops.backups import copies, files, rules
from bot.ops.backups.copies import BackupError, Made

log = logging.getLogger("studyloop.backups")
STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Failed:
    """No backup was made; the sentence says why and what to do."""

    sentence: str
    at: datetime


Outcome = Made | Failed


class BackupsService:
    """Makes a backup a day and keeps the newest; without a folder it does nothing.

    `watch` hears how each one ended; `rested` is called when one has ended, so that the next can be planned.
    `last` is how the last one of this process ended.
    """

    def __init__(
        self,
        database_url: str,
        folder: Path | None,
        keep: int,
        clock: Clock,
        watch: Watch = QUIET,
        rested: Callable[[], None] | None = None,
    ) -> None:
        self._database = path_of(database_url)
        self._folder = folder
        self._keep = keep
        self._clock = clock
        self._next_at: datetime | None = None
        self._running: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self._told: Failed | None = None
        self.last: Outcome | None = None
        self._watch = watch
        self._rested = rested

    async def make_due(self) -> datetime | None:
        """Begin a backup if one is due; it goes on beside what else there is to do.

        Returns when to look again; None while one is being made, as its end says so itself.
        """
        if self._folder is None or self._stop.is_set() or self._is_busy:
            return None
        if self._next_at is not None and not rules.is_due(self._next_at, self._clock.now()):
            return self._next_at
        self._running = asyncio.get_running_loop().create_task(self._turn(self._folder), name="backup")
        return None

    async def close(self) -> None:
        """End a backup that is being made: it leaves nothing behind, and the next start makes one."""
        self._stop.set()
        if self._running is not None:
            await asyncio.wait([self._running], timeout=STOP_SECONDS)

    @property
    def _is_busy(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _turn(self, folder: Path) -> None:
        try:
            made, self._next_at = await asyncio.to_thread(self._look, folder, self._clock.now())
        except BackupError as error:
            self._fail(str(error))
        except Exception as error:
            log.exception("a backup failed for a reason of its own")
            self._fail(f"The backup to {folder} failed ({error}).")
        else:
            if made is not None:
                self._report(made)
        # The task is not done before its last line: the next look must not find it busy.
        if self._rested is not None:
            asyncio.get_running_loop().call_soon(self._rested)

    def _look(self, folder: Path, now: datetime) -> tuple[Made | None, datetime]:
        """Make a backup if the folder has none that is young enough; in a thread."""
        stem = self._database.stem
        with copies.told(f"The backup to {folder}", folder, "free some space or set a lower BACKUP_KEEP"):
            names = [path.name for path in folder.iterdir()]
            at = rules.due_at(rules.newest(stem, names, now), now)
            if at > now:
                return None, at
            for name in names:
                if files.is_part(name, stem):
                    (folder / name).unlink(missing_ok=True)
        target = folder / rules.file_name(stem, now)
        made = copies.make(self._database, target, force=True, stop=self._stop, breath=copies.BREATH_SECONDS)
        with copies.told(f"Deleting old backups in {folder}", folder):
            for name in rules.surplus(stem, {*names, target.name}, self._keep, now):
                (folder / name).unlink(missing_ok=True)
        return made, rules.due_at(now, now)

    def _report(self, made: Made) -> None:
        self.last, self._told = made, None
        log.info("backup %s, %s, in %.1f s", made.path, rules.size_text(made.size), made.seconds)
        if made.differing:
            log.warning("totals of %s people differ from the ledger: see doctor --ledger", made.differing)
        self._watch.backed_up(failed=False)

    def _fail(self, sentence: str) -> None:
        if self._stop.is_set():
            return
        now = self._clock.now()
        self._next_at = now + rules.RETRY_AFTER
        self.last = failed = Failed(sentence, now)
        told = self._told
        if told is None or told.sentence != sentence or now - told.at >= rules.TELL_AGAIN_AFTER:
            self._told = failed
            log.error("no backup, the next try is in %s: %s", span(rules.RETRY_AFTER), sentence)
        self._watch.backed_up(failed=True)
