"""What the doctor finds in a database file, and that it leaves out servers that the bot has left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.clock import ManualClock
from bot.db.upgrades import HEAD, KNOWN, upgrade
from bot.ops.doctor import store
from bot.ops.doctor.machine import facts as machine_facts
from bot.ops.doctor.machine import rules
from bot.ops.doctor.rules import PostFacts
from bot.outbox.message import Skip, Wait
from tests.db.files import opened, url_of
from tests.ops.backups.samples import NOW, filled
from tests.outbox.fakes import Outbox

HERE, GONE = 1, 2
SCHEDULE = (
    "INSERT INTO schedules (id, guild_id, channel_id, channel_kind, minutes, zone, days, categories, "
    "difficulties, mode, kind, late_hours, state, next_run_at, created_by, created_at) "
    "VALUES (?1, ?1, 9, 'text', 540, 'UTC', 127, '[]', '[]', 'blind', 'mixed', 12, 'active', 0, 30, 0)"
)
POST = (
    "INSERT INTO posts (guild_id, kind, subject_id, part, channel_id, due_at, not_after, next_try_at, "
    "state, attempts, reason) VALUES (?1, 'reveal', ?1, ?2, 9, ?3, ?3, ?3, ?4, ?5, 'no_permission')"
)
PROBLEM = (
    "INSERT INTO problems (guild_id, schedule_id, code, detail, created_at) "
    "VALUES (?1, ?1, 'no_permission', '', 0)"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(filled(tmp_path / "studyloop.db"))) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def fill(database: sqlite3.Connection, guild_id: int) -> None:
    """Give a server one of each: a schedule, a problem, and posts that are stuck, late and given up."""
    due_at = int((NOW - timedelta(days=1)).timestamp()) * 1_000_000
    database.execute("INSERT INTO guilds (guild_id, zone, created_at) VALUES (?, 'UTC', 0)", (guild_id,))
    database.execute(SCHEDULE, (guild_id,))
    database.execute(PROBLEM, (guild_id,))
    for part, (state, attempts) in enumerate((("pending", 3), ("pending", 0), ("failed", 9))):
        database.execute(POST, (guild_id, part, due_at, state, attempts))
    database.commit()


def leave(database: sqlite3.Connection, guild_id: int) -> None:
    database.execute("INSERT INTO departures (guild_id, left_at) VALUES (?, 0)", (guild_id,))
    database.commit()


def find(database: sqlite3.Connection) -> PostFacts:
    return store.find_posts(database, NOW, NOW - rules.LATE_AFTER, NOW - rules.GIVEN_UP_WITHIN)


def test_a_server_that_the_bot_has_left_is_no_trouble(database: sqlite3.Connection) -> None:
    for guild_id in (HERE, GONE):
        fill(database, guild_id)
    before = find(database)
    assert (len(before.problems), len(before.waiting), before.late, len(before.given_up)) == (2, 2, 2, 2)
    leave(database, GONE)
    found = find(database)
    assert {one.guild_id for one in (*found.problems, *found.waiting, *found.given_up)} == {HERE}
    assert found.late == 1
    assert [one.guild_id for one in store.list_scheduled(database)] == [HERE]
    leave(database, HERE)
    assert find(database) == PostFacts()
    assert [one.level for one in rules.posts(find(database), is_running=True)] == ["ok"]


async def test_what_the_outbox_gave_up_is_told_and_what_nobody_wants_is_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as db:
        outbox = Outbox(db, ManualClock(NOW - timedelta(hours=2)))
        await outbox.queue(1, 2)
        outbox.letter.prepared = lambda post: (
            Skip("taken back") if post.subject_id == 1 else Wait("no room yet")
        )
        await outbox.run()
        outbox.clock.shift(timedelta(hours=2))
        await outbox.run()
        assert [(await outbox.get(n)).state for n in (1, 2)] == ["skipped", "failed"]
    _, inside = machine_facts.look_at_database(url_of(tmp_path / "studyloop.db"), HEAD, NOW)
    assert [(one.kind, one.reason) for one in inside.posts.given_up] == [("letter", "no room yet")]
    (found,) = rules.posts(inside.posts, is_running=True)
    assert found.level == "warning"
    assert found.what.startswith("One post is given up in the last week, the last on 02 Mar 08:15 UTC")


@pytest.mark.parametrize("version", ["0001", "0002", "0003"])
def test_a_database_that_knows_no_departures_is_only_told_to_be_old(tmp_path: Path, version: str) -> None:
    path = tmp_path / "studyloop.db"
    upgrade(path, version)
    facts, inside = machine_facts.look_at_database(url_of(path), HEAD, NOW)
    assert inside == machine_facts.Inside()
    (found,) = rules.database(facts, KNOWN, HEAD)[:1]
    assert (found.level, f"has schema {version}" in found.what) == ("warning", True)
