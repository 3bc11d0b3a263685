"""`python -m bot doctor | backup | restore`: what whoever runs the bot needs when something is wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.core.console import say, writes_all
from bot.settings import Settings, SettingsError, load_settings

FATAL = 2


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy is written.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,  # noqa: FBT002 a typer option
) -> None:
    """Copy the database to FILE and check the copy; the bot may go on running."""
    from bot.db.address import path_of  # noqa: PLC0415 as above
    from bot.ops.backups import copies  # noqa: PLC0415 the database is loaded where it is needed
    from bot.ops.backups.rules import size_text  # noqa: PLC0415 as above

    try:
        made = copies.make(path_of(_settings().database_url), file, force=force)
    except copies.BackupError as error:
        raise _refused(error) from None
    counts = f"{_count(made.tables, 'table')}, {_count(made.rows, 'row')}"
    say(f"{file}: {size_text(made.size)}, {counts}, checked.")
    if made.differing:
        say(
            f"The copy is whole, but in the database itself {_people(made.differing)} not the sum of the "
            "ledger: see `python -m bot doctor --ledger`.",
            err=True,
        )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup that `backup` or the bot made.")],
) -> None:
    """Put a backup in the database's place; the bot must not run. The old database is kept beside it."""
    from bot.db import lock  # noqa: PLC0415 as above
    from bot.db.address import path_of  # noqa: PLC0415 as above
    from bot.db.upgrades import DatabaseError  # noqa: PLC0415 as above
    from bot.ops.backups import copies, restores  # noqa: PLC0415 the database is loaded where it is needed

    database = path_of(_settings().database_url)
    try:
        done = restores.restore(file, database, datetime.now(UTC))
    except lock.Busy:
        raise _refused("The bot is running: stop it first, then restore. Nothing was changed.") from None
    except (copies.BackupError, DatabaseError) as error:
        raise _refused(error) from None
    say(f"Restored {file} to {database.resolve()}: schema {done.version}, {_count(done.rows, 'row')}.")
    if done.is_older:
        say("It is of an older version: the next start brings it up to date.")
    if done.aside is not None:
        say(f"The database as it was is kept as {done.aside}; delete it when all is well.")
    if done.logs:
        logs = ", ".join(map(str, done.logs))
        say(f"What a database that is gone had left there is kept as {logs}; delete it when all is well.")
    say(
        "Start the bot again. What happened after the backup is gone from the scores; a question that was "
        "posted since then may be posted once more."
    )


def doctor(
    ledger: Annotated[bool, typer.Option("--ledger", help="Compare all totals with the ledger.")] = False,  # noqa: FBT002 a typer option
    offline: Annotated[bool, typer.Option("--offline", help="Ask Discord nothing.")] = False,  # noqa: FBT002 a typer option
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,  # noqa: FBT002 a typer option
    rebuild_totals: Annotated[  # noqa: FBT002 a typer option
        bool,
        typer.Option("--rebuild-totals", help="Compute all totals anew from the ledger; nothing else."),
    ] = False,
) -> None:
    """Look whether all is well and say what to do. The exit code is 1 if something is wrong."""
    if rebuild_totals:
        _rebuild_totals()
        return
    from bot.cli import terminal  # noqa: PLC0415 the parts that are looked at are loaded where they are needed
    from bot.cli.run import commands_of  # noqa: PLC0415 as above
    from bot.ops.doctor import report, service  # noqa: PLC0415 as above

    # What discord.py and others would say on their own is part of the findings.
    logging.basicConfig(level=logging.CRITICAL)
    findings = asyncio.run(
        service.examine(service.Wanted(ledger=ledger, offline=offline), datetime.now(UTC), commands_of)
    )
    if as_json:
        found = report.as_json(findings, __version__)
        say(json.dumps(found, ensure_ascii=not writes_all(sys.stdout)))
    elif terminal.is_person_reading():
        terminal.draw_table("StudyLoop's doctor", report.COLUMNS, report.rows(findings))
        say(report.summary(findings))
    else:
        terminal.write_tabs(report.rows(findings))
    if report.is_ill(findings):
        raise typer.Exit(1)


def _rebuild_totals() -> None:
    from bot.db import lock  # noqa: PLC0415 as above
    from bot.db.address import path_of  # noqa: PLC0415 as above
    from bot.db.upgrades import DatabaseError  # noqa: PLC0415 as above
    from bot.ops.backups import copies  # noqa: PLC0415 the database is loaded where it is needed
    from bot.ops.doctor import repairs  # noqa: PLC0415 as above

    path = path_of(_settings().database_url)
    try:
        changed = asyncio.run(repairs.rebuild_totals(path))
    except lock.Busy:
        raise _refused("The bot is running: stop it first. Nothing was changed.") from None
    except (copies.BackupError, DatabaseError) as error:
        raise _refused(error) from None
    say(f"All totals are the sum of the ledger now; {_people(changed)} not before.")


def _people(count: int) -> str:
    return "one person's total was" if count == 1 else f"{count:,} people's totals were"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        say(f"studyloop: {error}", err=True)
        raise typer.Exit(FATAL) from None


def _refused(sentence: object) -> typer.Exit:
    say(f"studyloop: {sentence}", err=True)
    return typer.Exit(1)
