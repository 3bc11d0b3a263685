"""What the doctor found out, before anybody judges it, and what came of it: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from bot.features.drops.modes import ChannelKind, Kind, Mode
from bot.ops.backups.rules import Contents


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """`mistakes` are load_settings' lines; `known` are all settings, `set_names` those that have a value.

    `in_file` and `in_environment` are the other names there.
    """

    mistakes: tuple[str, ...]
    has_token: bool
    offset: timedelta
    known: frozenset[str]
    set_names: frozenset[str]
    in_file: tuple[str, ...]
    in_environment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The file and its disk; `contents` is None where it could not be opened, and `error` says why.

    `folder` is where it stands, in full.
    """

    path: Path
    folder: Path
    has_folder: bool
    may_use_folder: bool
    exists: bool
    error: str | None
    is_damage: bool
    size: int
    free: int
    is_writable: bool
    is_running: bool
    contents: Contents | None


@dataclass(frozen=True, slots=True)
class BankFacts:
    """A question pack: how many questions it has and how many mistakes."""

    folder: Path
    is_bundled: bool
    questions: int
    mistakes: int
    first: str


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """The zones that the database names, those this machine does not know, and how old its data is."""

    named: int
    unknown: tuple[str, ...]
    version: str | None
    today: date


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """The folder of daily backups."""

    folder: Path
    exists: bool
    is_writable: bool
    error: str | None
    newest: datetime | None
    count: int
    free: int
    database_size: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An active schedule: where it posts and what it needs there."""

    guild_id: int
    channel_id: int
    channel_kind: ChannelKind
    mode: Mode
    kind: Kind
    role_id: int | None
    zone: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """A post that did not go out; `reason` is Discord's or the bot's word for it."""

    guild_id: int
    kind: str
    due_at: datetime
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """What organisers were told to mend and have not."""

    guild_id: int
    channel_id: int | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What waits (tried at least once), what is late though it was never tried, and what was given up."""

    problems: tuple[OpenProblem, ...] = ()
    waiting: tuple[Stuck, ...] = ()
    late: int = 0
    given_up: tuple[Stuck, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the running bot tells: how many requests wait, how many were refused in ten minutes."""

    waiting: int
    invalid: int


Ping = Literal["none", "rings", "silent", "gone"]


@dataclass(frozen=True, slots=True)
class QuestionChannel:
    """A schedule's channel as Discord has it now; a name is None where there is no such thing any more.

    `cannot_hide` says that hidden answers are wanted in it and it has no private threads.
    """

    scheduled: Scheduled
    server: str | None
    channel: str | None
    missing: tuple[str, ...] = ()
    ping: Ping = "none"
    error: str | None = None
    cannot_hide: bool = False


@dataclass(frozen=True, slots=True)
class Commands:
    """How the commands that Discord knows differ from this version's, by name."""

    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Who the bot is, and how often it may still connect. `ahead` is by how much this machine's clock is."""

    name: str
    application: str
    starts_left: int
    starts_total: int
    starts_again_in: timedelta
    ahead: timedelta | None


@dataclass(frozen=True, slots=True)
class DiscordFacts:
    """What Discord says; without an account nothing else is known and `error` says why."""

    account: Account | None
    is_refused: bool = False
    error: str | None = None
    places: tuple[QuestionChannel, ...] = ()
    commands: Commands | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for the operator: `todo` is empty where there is nothing to do."""

    part: str
    level: Literal["ok", "warning", "problem"]
    what: str
    todo: str = field(default="")
