"""What has to hold whatever happened: nothing twice, nothing lost, points as the ledger says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.loopcord.state import SYSTEM_KINDS
from tests.wire.deployment import Deployment, Group

_CREATE_MESSAGE = "/channels/{channel_id}/messages"
_ROOMS = "('room', 'quiz_room')"
_POINTS = {"easy": 1, "medium": 2, "hard": 3}
_THREADS = ("/channels/{channel_id}/threads", "/channels/{channel_id}/messages/{message_id}/threads")


def audit(deployment: Deployment) -> None:
    """Compare what stands in Discord, all that was ever created there, and the database."""
    _compare_messages(deployment)
    _compare_threads(deployment)
    _check_follow_ups(deployment)
    _check_answers(deployment)
    check_quizzes(deployment)
    check_totals(deployment)


def created(deployment: Deployment, *routes: str) -> set[int]:
    """The ids of everything that requests of these routes have made, whether the bot learned it or not."""
    calls = [call for route in routes for call in deployment.server.calls("POST", route)]
    return {int(call.answer["id"]) for call in calls if call.answer and "id" in call.answer}


def deleted(deployment: Deployment) -> set[int]:
    """The ids of channels, threads and messages that the bot deleted."""
    done = [c for c in deployment.server.requests if c.method == "DELETE" and c.status in {200, 204}]
    return {call.ids.get("message_id") or call.ids["channel_id"] for call in done}


def sent(deployment: Deployment, condition: str = "1") -> list[int]:
    """The message or thread ids that the database knows as sent."""
    query = (
        "SELECT p.message_id FROM posts p LEFT JOIN drops d ON p.kind = 'drop' AND d.id = p.subject_id "  # noqa: S608 the condition is this file's
        f"WHERE p.state = 'sent' AND ({condition})"
    )
    return [row[0] for row in deployment.rows(query)]


def _compare_messages(deployment: Deployment) -> None:
    world = deployment.server.world
    standing = [
        message.id
        for channel in world.messages.values()
        for message in channel.values()
        if message.author_id == world.bot.id
        and message.kind not in SYSTEM_KINDS
        # A public reply to somebody is no post: it is made once by Discord's own rules.
        and message.interaction is None
    ]
    known = Counter(sent(deployment, f"p.kind NOT IN {_ROOMS}"))
    gone = deleted(deployment)
    assert Counter(standing) == Counter(i for i in known.elements() if i not in gone)
    starters = {thread.id for group in deployment.groups for thread in _forum_posts(deployment, group)}
    assert set(standing) - starters == created(deployment, _CREATE_MESSAGE) - gone


def _forum_posts(deployment: Deployment, group: Group) -> list[Any]:
    return deployment.server.threads(group.channel) if group.kind == "forum" else []


def _compare_threads(deployment: Deployment) -> None:
    standing = Counter(
        thread.id for group in deployment.groups for thread in deployment.server.threads(group.channel)
    )
    assert standing == Counter(sent(deployment, f"p.kind IN {_ROOMS} OR d.channel_kind = 'forum'"))
    assert set(standing) == created(deployment, *_THREADS) - deleted(deployment)


def _check_follow_ups(deployment: Deployment) -> None:
    """Each question that went out has its reveal, when it is time, and its room.

    A hidden room is there where somebody has answered, with its first message, and nowhere else.
    """
    now = int(deployment.now().timestamp() * 1_000_000)
    drops = deployment.rows("SELECT id, channel_kind, mode, state, reveal_at, room_id FROM drops")
    for drop_id, channel_kind, mode, state, reveal_at, room_id in drops:
        if state not in {"open", "revealed"}:
            continue
        answered = deployment.rows("SELECT 1 FROM answers WHERE drop_id = ?", drop_id) != []
        rooms = {"open": {"room"}, "blind": {"room", "intro"} if answered else set()}
        wanted = {"drop"} if channel_kind == "forum" else {"drop", *rooms[mode]}
        wanted |= {"reveal"} if reveal_at <= now else set()
        query = (
            "SELECT kind FROM posts WHERE subject_id = ? AND state = 'sent' "
            "AND kind IN ('drop', 'room', 'intro', 'reveal')"
        )
        assert sorted(row[0] for row in deployment.rows(query, drop_id)) == sorted(wanted)
        has_room = channel_kind == "forum" or "room" in wanted
        assert room_id in deployment.server.world.channels if has_room else room_id is None
        assert state == ("revealed" if reveal_at <= now else "open")


def _check_answers(deployment: Deployment) -> None:
    """Each live answer stands once in its room, whose author is inside; its points are in the ledger once."""
    query = (
        "SELECT a.id, a.user_id, a.text, a.scored, d.room_id, d.mode FROM answers a "
        "JOIN drops d ON d.id = a.drop_id WHERE a.state = 'live'"
    )
    for answer_id, user_id, text, scored, room_id, mode in deployment.rows(query):
        room = deployment.server.world.channels[room_id].thread
        assert mode == "open" or (room is not None and user_id in room.members)
        shown = [
            m for m in deployment.server.messages(room_id) if f"answers:edit:v1:{answer_id}" in m.custom_ids
        ]
        assert [m.embeds[0]["description"] for m in shown] == [text]
        ledger = "SELECT points FROM ledger WHERE act = 'answer' AND subject_id = ? AND user_id = ?"
        points = [row[0] for row in deployment.rows(ledger, answer_id, user_id)]
        assert points == ([10] if scored else [])


def check_quizzes(deployment: Deployment) -> None:
    """Each quiz goes on from where it was or has ended with one last message; its questions stand once."""
    for quiz_id, state, position, reason in deployment.rows(
        "SELECT id, state, position, reason FROM quizzes"
    ):
        closed = "SELECT count(*) FROM posts WHERE kind IN ('quiz_end', 'quiz_notice') AND subject_id = ?"
        # A last message that is refused brings a notice besides.
        assert deployment.one(closed, quiz_id)[0] in ({1, 2} if state == "ended" else {0})
        ends = "SELECT count(*) FROM posts WHERE kind = 'quiz_end' AND subject_id = ?"
        assert deployment.one(ends, quiz_id)[0] == (1 if state == "ended" and reason != "channel" else 0)
        items = deployment.rows("SELECT position, state FROM quiz_items WHERE quiz_id = ?", quiz_id)
        for place, item_state in items:
            if place < position:
                assert item_state == "closed", items
            elif place > position:
                assert item_state == "planned", items
            elif state == "ended":
                assert item_state in {"closed", "void"}, items
            else:
                assert item_state in {"planned", "open"}, items
    _check_quiz_points(deployment)
    _check_quiz_messages(deployment)


def _check_quiz_points(deployment: Deployment) -> None:
    """The choices on closed questions, and only those, are in the log once and paid as they should be."""
    query = (
        "SELECT i.id, q.guild_id, i.question_id, c.user_id, c.option, "
        "json_extract(v.content, '$.difficulty') "
        "FROM quiz_items i JOIN quizzes q ON q.id = i.quiz_id JOIN quiz_choices c ON c.item_id = i.id "
        "JOIN question_versions v ON v.id = i.version_id WHERE i.state = 'closed' ORDER BY i.closed_at, i.id"
    )
    paid: set[tuple[int, ...]] = set()
    wanted: list[tuple[int, ...]] = []
    logged: list[tuple[int, ...]] = []
    for item_id, guild_id, question_id, user_id, option, difficulty in deployment.rows(query):
        logged.append((item_id, user_id, option))
        # In the packs of these tests the first option is right, and no test lasts for 14 days.
        if option == 0 and (guild_id, question_id, user_id) not in paid:
            paid.add((guild_id, question_id, user_id))
            wanted.append((item_id, user_id, _POINTS[difficulty]))
    ledger = deployment.rows("SELECT subject_id, user_id, points FROM ledger WHERE act = 'quiz'")
    assert sorted(ledger) == sorted(wanted)
    log = deployment.rows("SELECT source_id, user_id, option FROM item_answers WHERE source = 'quiz'")
    assert sorted(log) == sorted(logged)


def _check_quiz_messages(deployment: Deployment) -> None:
    """Each question's message says how many chose, or its result, or that it was called off."""
    query = (
        "SELECT q.channel_id, i.message_id, i.state, i.answered, "
        "(SELECT count(*) FROM quiz_choices c WHERE c.item_id = i.id), "
        "(SELECT count(*) FROM quiz_choices c WHERE c.item_id = i.id AND c.option = 0) "
        "FROM quiz_items i JOIN quizzes q ON q.id = i.quiz_id WHERE i.message_id IS NOT NULL"
    )
    for channel_id, message_id, state, answered, chose, right in deployment.rows(query):
        assert answered == chose
        message = deployment.server.world.message(channel_id, message_id)
        shown = {
            "open": f"{chose} locked in",
            "closed": f"{right} of {chose} right." if chose else "nobody chose",
            "void": "called off",
        }
        assert shown[state] in message.text, (state, message.text)
        assert bool(message.custom_ids) == (state == "open")


def check_totals(deployment: Deployment) -> None:
    """The totals are the sums of the ledger."""
    totals = deployment.rows("SELECT guild_id, user_id, points FROM totals ORDER BY 1, 2")
    sums = deployment.rows("SELECT guild_id, user_id, sum(points) FROM ledger GROUP BY 1, 2 ORDER BY 1, 2")
    assert totals == sums
