"""What has to hold whatever happened: nothing twice, nothing lost, points as the ledger says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.loopcord.state import SYSTEM_KINDS
from tests.wire.town import Group, Town

_CREATE_MESSAGE = "/channels/{channel_id}/messages"
_THREADS = ("/channels/{channel_id}/threads", "/channels/{channel_id}/messages/{message_id}/threads")


def audit(town: Town) -> None:
    """Compare what stands in Discord, all that was ever created there, and the database."""
    _compare_messages(town)
    _compare_threads(town)
    _check_follow_ups(town)
    _check_answers(town)
    check_totals(town)


def created(town: Town, *routes: str) -> set[int]:
    """The ids of everything that requests of these routes have made, whether the bot learned it or not."""
    calls = [call for route in routes for call in town.server.calls("POST", route)]
    return {int(call.answer["id"]) for call in calls if call.answer and "id" in call.answer}


def deleted(town: Town) -> set[int]:
    """The ids of channels, threads and messages that the bot deleted."""
    done = [c for c in town.server.requests if c.method == "DELETE" and c.status in {200, 204}]
    return {call.ids.get("message_id") or call.ids["channel_id"] for call in done}


def sent(town: Town, condition: str = "1") -> list[int]:
    """The message or thread ids that the database knows as sent."""
    query = (
        "SELECT p.message_id FROM posts p LEFT JOIN drops d ON p.kind = 'drop' AND d.id = p.subject_id "  # noqa: S608 the condition is this file's
        f"WHERE p.state = 'sent' AND ({condition})"
    )
    return [row[0] for row in town.rows(query)]


def _compare_messages(town: Town) -> None:
    world = town.server.world
    standing = [
        message.id
        for channel in world.messages.values()
        for message in channel.values()
        if message.author_id == world.bot.id and message.kind not in SYSTEM_KINDS
    ]
    known = Counter(sent(town, "p.kind != 'room'"))
    gone = deleted(town)
    assert Counter(standing) == Counter(i for i in known.elements() if i not in gone)
    starters = {thread.id for group in town.groups for thread in _forum_posts(town, group)}
    assert set(standing) - starters == created(town, _CREATE_MESSAGE) - gone


def _forum_posts(town: Town, group: Group) -> list[Any]:
    return town.server.threads(group.channel) if group.kind == "forum" else []


def _compare_threads(town: Town) -> None:
    standing = Counter(thread.id for group in town.groups for thread in town.server.threads(group.channel))
    assert standing == Counter(sent(town, "p.kind = 'room' OR d.channel_kind = 'forum'"))
    assert set(standing) == created(town, *_THREADS) - deleted(town)


def _check_follow_ups(town: Town) -> None:
    """Each question that went out has its room, its room's first message and, when it is time, its reveal."""
    now = int(town.now().timestamp() * 1_000_000)
    drops = town.rows("SELECT id, channel_kind, mode, state, reveal_at, room_id FROM drops")
    for drop_id, channel_kind, mode, state, reveal_at, room_id in drops:
        if state not in {"open", "revealed"}:
            continue
        wanted = {"drop"}
        wanted |= set() if channel_kind == "forum" else {"room"}
        wanted |= {"intro"} if mode == "blind" else set()
        wanted |= {"reveal"} if reveal_at <= now else set()
        query = (
            "SELECT kind FROM posts WHERE subject_id = ? AND state = 'sent' "
            "AND kind IN ('drop', 'room', 'intro', 'reveal')"
        )
        assert sorted(row[0] for row in town.rows(query, drop_id)) == sorted(wanted)
        assert room_id in town.server.world.channels
        assert state == ("revealed" if reveal_at <= now else "open")


def _check_answers(town: Town) -> None:
    """Each live answer stands once in its room; its points are in the ledger once."""
    query = (
        "SELECT a.id, a.user_id, a.text, a.scored, d.room_id FROM answers a "
        "JOIN drops d ON d.id = a.drop_id WHERE a.state = 'live'"
    )
    for answer_id, user_id, text, scored, room_id in town.rows(query):
        shown = [m for m in town.server.messages(room_id) if f"answers:edit:v1:{answer_id}" in m.custom_ids]
        assert [m.embeds[0]["description"] for m in shown] == [text]
        ledger = "SELECT points FROM ledger WHERE act = 'answer' AND subject_id = ? AND user_id = ?"
        points = [row[0] for row in town.rows(ledger, answer_id, user_id)]
        assert points == ([10] if scored else [])


def check_totals(town: Town) -> None:
    """The totals are the sums of the ledger."""
    totals = town.rows("SELECT guild_id, user_id, points FROM totals ORDER BY 1, 2")
    sums = town.rows("SELECT guild_id, user_id, sum(points) FROM ledger GROUP BY 1, 2 ORDER BY 1, 2")
    assert totals == sums
