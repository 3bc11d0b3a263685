"""What the doctor reads of the database: SQL on a connection that cannot write.

Other rooms' tables, and plain sqlite3 instead of their stores: these open engines, which write to the file,
and a doctor must be able to look at one that the bot cannot use. Only a database of this version's schema is
asked. What a server that the bot has left still has there is no finding: nothing of it is due.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.ops.doctor.rules import OpenProblem, PostFacts, Scheduled, Stuck

MOST = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def list_scheduled(connection: sqlite3.Connection) -> tuple[Scheduled, ...]:
    """Return the active schedules."""
    query = """
    SELECT guild_id, channel_id, channel_kind, mode, kind, role_id, zone
    FROM schedules WHERE state = 'active' AND guild_id NOT IN (SELECT guild_id FROM departures)
    ORDER BY guild_id, id
    """
    return tuple(Scheduled(*row) for row in connection.execute(query))


def list_zones(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the time zones that servers and active schedules name."""
    query = "SELECT zone FROM guilds UNION SELECT zone FROM schedules WHERE state = 'active'"
    return tuple(sorted(str(row[0]) for row in connection.execute(query)))


def find_posts(
    connection: sqlite3.Connection, now: datetime, late_before: datetime, given_up_since: datetime
) -> PostFacts:
    """Return what did not go out."""
    return PostFacts(
        problems=_list_problems(connection),
        waiting=_list_waiting(connection, now),
        late=_count_late(connection, late_before),
        given_up=_list_given_up(connection, given_up_since),
    )


def _list_problems(connection: sqlite3.Connection) -> tuple[OpenProblem, ...]:
    query = """
    SELECT p.guild_id, s.channel_id, p.code, p.detail
    FROM problems p LEFT JOIN schedules s ON s.id = p.schedule_id
    WHERE p.resolved_at IS NULL AND p.guild_id NOT IN (SELECT guild_id FROM departures)
    ORDER BY p.created_at LIMIT ?
    """
    return tuple(OpenProblem(*row) for row in connection.execute(query, (MOST,)))


def _list_waiting(connection: sqlite3.Connection, now: datetime) -> tuple[Stuck, ...]:
    query = """
    SELECT guild_id, kind, due_at, attempts, reason FROM posts
    WHERE state IN ('pending', 'sending') AND attempts > 0 AND due_at <= ?
    AND guild_id NOT IN (SELECT guild_id FROM departures) ORDER BY due_at LIMIT ?
    """
    return tuple(_stuck(*row) for row in connection.execute(query, (_micros(now), MOST)))


def _count_late(connection: sqlite3.Connection, before: datetime) -> int:
    query = """
    SELECT count(*) FROM posts WHERE state = 'pending' AND attempts = 0 AND next_try_at < ?
    AND guild_id NOT IN (SELECT guild_id FROM departures)
    """
    return int(connection.execute(query, (_micros(before),)).fetchone()[0])


def _list_given_up(connection: sqlite3.Connection, since: datetime) -> tuple[Stuck, ...]:
    query = """
    SELECT guild_id, kind, due_at, attempts, reason FROM posts
    WHERE state = 'failed' AND due_at >= ? AND guild_id NOT IN (SELECT guild_id FROM departures)
    ORDER BY due_at DESC LIMIT ?
    """
    return tuple(_stuck(*row) for row in connection.execute(query, (_micros(since), MOST)))


def _stuck(guild_id: int, kind: str, due_at: int, attempts: int, reason: str | None) -> Stuck:
    return Stuck(guild_id, kind, EPOCH + due_at * MICROSECOND, attempts, reason)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
