"""Finding the facts on this machine: settings, files, database, packs, time zones. Writes nothing."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import shutil
import urllib.request
import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.core.zones import known_zone
from bot.db import lock
from bot.db.address import path_of, real
from bot.ops.backups import rules as backup_rules
from bot.ops.backups import store as backup_store
from bot.ops.backups.files import in_full
from bot.ops.doctor import store
from bot.ops.doctor.machine import rules
from bot.ops.doctor.rules import (
    BackupFacts,
    BankFacts,
    DatabaseFacts,
    PostFacts,
    RequestFacts,
    Scheduled,
    SettingsFacts,
    ZoneFacts,
)
from bot.settings import Settings, SettingsError, load_settings
from questions import examine_pack

METRICS_SECONDS = 2.0
MOST_METRICS = 4_000_000
# What it takes to make a file in a folder.
IN_FOLDER = os.W_OK | os.X_OK


@dataclass(frozen=True, slots=True)
class Inside:
    """What a database of this version says beyond its own state."""

    scheduled: tuple[Scheduled, ...] = ()
    zones: tuple[str, ...] = ()
    posts: PostFacts = field(default_factory=PostFacts)


def look_at_settings() -> tuple[Settings | None, SettingsFacts]:
    """Read the settings as `run` does, and the names beside them; no value of an unknown name is kept."""
    try:
        settings, mistakes = load_settings(), ()
    except SettingsError as wrong:
        settings, mistakes = None, wrong.lines
    known = frozenset(
        str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()
    )
    in_file: dict[str, str | None] = {}
    with contextlib.suppress(OSError, UnicodeDecodeError):  # the line above says it
        in_file = {name.upper(): value for name, value in DotEnvSettingsSource(Settings).env_vars.items()}
    around = {name.upper(): value for name, value in EnvSettingsSource(Settings).env_vars.items()}
    both = in_file | around
    return settings, SettingsFacts(
        mistakes=mistakes,
        has_token=settings is not None and settings.discord_token is not None,
        offset=backup_rules.DAY * 0 if settings is None else settings.offset,
        known=known,
        set_names=frozenset(name for name in known if (both.get(name) or "").strip()),
        in_file=tuple(sorted(in_file.keys() - known)),
        in_environment=tuple(sorted(around.keys() - known - in_file.keys())),
    )


def look_at_database(url: str, head: str, now: datetime) -> tuple[DatabaseFacts, Inside]:
    """Open the file for reading only and look through all of it."""
    path = path_of(url)
    try:
        return _look_into(path, head, now)
    except OSError as failure:
        # Of its folder, its lock or itself this user may see nothing.
        facts = DatabaseFacts(
            path=path,
            folder=in_full(path.parent),
            has_folder=True,
            may_use_folder=_may_write(path.parent, IN_FOLDER),
            exists=True,
            error=str(failure),
            is_damage=False,
            size=0,
            free=_free(real(path).parent),
            is_writable=_may_write(path),
            is_running=False,
            contents=None,
        )
        return facts, Inside()


def _look_into(path: Path, head: str, now: datetime) -> tuple[DatabaseFacts, Inside]:
    folder = real(path).parent
    is_running = lock.held_by_other(path) if folder.is_dir() else False
    contents, error, is_damage, inside = None, None, False, Inside()
    size = path.stat().st_size if path.is_file() else 0
    if path.exists() and (size or path.is_dir()):
        try:
            with backup_store.one_state(path, alone=not is_running) as connection:
                contents = backup_store.examine(connection)
                if contents.version == head and not contents.damages:
                    since = now - rules.GIVEN_UP_WITHIN
                    inside = Inside(
                        store.list_scheduled(connection),
                        store.list_zones(connection),
                        store.find_posts(connection, now, now - rules.LATE_AFTER, since),
                    )
        except backup_store.Failure as failure:
            error, is_damage = str(failure), backup_store.is_damage(failure)
    return (
        DatabaseFacts(
            path=path,
            folder=in_full(folder),
            has_folder=folder.is_dir(),
            may_use_folder=_may_write(folder, IN_FOLDER),
            exists=path.exists(),
            error=error,
            is_damage=is_damage,
            size=size,
            free=_free(folder) if folder.is_dir() else 0,
            is_writable=_may_write(path),
            is_running=is_running,
            contents=contents,
        ),
        inside,
    )


def _may_write(path: Path, needed: int = os.W_OK) -> bool:
    """Return True if this user may write a file; links are followed."""
    # As the process acts and as its user is: SQLite asks the system for the first, access() for the second.
    effective = os.access in os.supports_effective_ids
    return all(os.access(path, needed, effective_ids=each) for each in {False, effective})


def _free(folder: Path) -> int:
    """Return how many bytes are free on a folder's disk, as the nearest folder that can be asked knows it."""
    for asked in (folder, *folder.absolute().parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(asked).free
    return 0


def look_at_bank(settings: Settings) -> BankFacts:
    """Load the pack as the bot does and count its mistakes."""
    examination = examine_pack(settings.pack_dir)
    mistakes = examination.mistakes
    return BankFacts(
        folder=settings.pack_dir,
        is_bundled=settings.questions_dir is None,
        questions=len(examination.pack.questions) if examination.pack else 0,
        mistakes=len(mistakes),
        first=str(mistakes[0]) if mistakes else "",
    )


def look_at_zones(names: tuple[str, ...], now: datetime) -> ZoneFacts:
    """Ask zoneinfo for each zone, and how old its data is."""
    unknown = tuple(name for name in names if known_zone(name) is None)
    return ZoneFacts(len(names), unknown, _version(), now.date())


def _version() -> str | None:
    """Return the version of the data that zoneinfo takes: the system's, else the package's."""
    for folder in zoneinfo.TZPATH:
        listed = Path(folder) / "tzdata.zi"
        if listed.is_file():
            with listed.open(encoding="utf-8") as file:
                return file.readline().removeprefix("# version").strip() or None
        if (Path(folder) / "Europe" / "Berlin").is_file():
            return None
    try:
        return importlib.metadata.version("tzdata")
    except importlib.metadata.PackageNotFoundError:
        return None


def asked_at(host: str) -> str:
    """Return at which address a bot that listens on `host` is asked from this machine."""
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 what it listens on is not where to ask
    return f"[{host}]" if ":" in host else host


def look_at_requests(host: str, port: int | None) -> RequestFacts | None:
    """Ask the running bot's /metrics; None where it listens nowhere or does not answer."""
    if port is None:
        return None
    try:
        with urllib.request.urlopen(
            f"http://{asked_at(host)}:{port}/metrics", timeout=METRICS_SECONDS
        ) as answer:
            text = answer.read(MOST_METRICS).decode()
        found = {family.name: family.samples for family in text_string_to_metric_families(text)}
        return RequestFacts(
            waiting=int(sum(sample.value for sample in found["studyloop_discord_requests_waiting"])),
            invalid=int(sum(sample.value for sample in found["studyloop_discord_invalid_requests"])),
        )
    except (OSError, ValueError, KeyError):
        return None  # another program, or a bot that is starting: `run` says what is wrong with the port


def look_at_backups(folder: Path | None, database: DatabaseFacts, now: datetime) -> BackupFacts | None:
    """Look into the folder of daily backups; None where none is set."""
    if folder is None:
        return None
    stem = database.path.stem
    names: list[str] = []
    error = None
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError as failure:
        error = failure.strerror
    return BackupFacts(
        folder=in_full(folder),
        exists=error is None,
        is_writable=_may_write(folder, IN_FOLDER),
        error=error,
        newest=backup_rules.newest(stem, names, now),
        count=sum(backup_rules.made_at(stem, name) is not None for name in names),
        free=_free(folder) if error is None else 0,
        database_size=database.size,
        now=now,
    )
