"""What holds whatever happened: one message a post, nothing lost, totals are the ledger, no dead button."""

from __future__ import annotations

from collections import Counter
from typing import Any

import discord
import simcord
from simcord.backend.errors import SetupError
from simcord.components import walk_components
from simcord.results import to_discord_message

from tests.explore.edges import Edges
from tests.world import World

_ROOMS = {"room", "quiz_room"}
_WRITTEN = {discord.MessageType.default.value, discord.MessageType.reply.value}
# What is the same however often the bot was interrupted: tables, and their columns that hold no time or id.
_SAME: dict[str, tuple[str, ...]] = {
    "posts": ("kind", "state"),
    "drops": ("number", "discussion", "kind", "mode", "state"),
    "schedules": ("state", "kind", "mode", "minutes"),
    "answers": ("user_id", "text", "addition", "state", "scored"),
    "choices": ("user_id", "option"),
    "votes": ("user_id",),
    "reviews": ("reviewer_id", "ticks", "state"),
    "reports": ("reporter_id", "reason", "state"),
    "reminders": ("user_id",),
    "drafts": ("user_id", "text"),
    "quizzes": ("state", "reason", "position"),
    "quiz_items": ("position", "state", "answered"),
    "quiz_choices": ("user_id", "option"),
    "item_answers": ("user_id", "source", "option", "points"),
    "cards": ("user_id",),
    "totals": ("user_id", "points"),
}

Summary = dict[str, list[tuple[Any, ...]]]


def summary(world: World) -> Summary:
    """Return what people have in the end: it must not depend on whether the bot died in between."""
    return {
        table: sorted((tuple(row[name] for name in columns) for row in world.rows(table)), key=repr)
        for table, columns in _SAME.items()
    }


def check_records(world: World, edges: Edges) -> None:
    """Compare what stands in Discord, all that was ever created there, and the database."""
    check_totals(world)
    posts = world.rows("posts")
    late = [p for p in posts if p["state"] in {"pending", "sending"} and p["due_at"] <= world.clock.now()]
    assert not late, late
    sent = [post for post in posts if post["state"] == "sent"]
    known = Counter(post["message_id"] for post in sent if post["kind"] not in _ROOMS)
    standing = Counter(message.id for message in _written_by_itself(world))
    expected = Counter({message: n for message, n in known.items() if message not in edges.deleted})
    assert standing == expected, f"standing {standing - expected}, known {expected - standing}"
    rooms = Counter(post["message_id"] for post in sent if post["kind"] in _ROOMS)
    threads = Counter(c.id for c in world.env.backend.channels.values() if c.type in {10, 11, 12})
    forum = {d["room_id"] for d in world.rows("drops") if d["channel_kind"] == "forum"}
    assert Counter(i for i in threads.elements() if i not in forum) == rooms
    _check_hidden_rooms(world, sent)


def _check_hidden_rooms(world: World, sent: list[dict[str, Any]]) -> None:
    """A hidden question has one room with one first message where somebody has answered, else none.

    Who has an answer in it is inside; so is the bot, which opened it.
    """
    answers = world.rows("answers")
    for drop in world.rows("drops", mode="blind"):
        authors = {a["user_id"] for a in answers if a["drop_id"] == drop["id"]}
        wanted = Counter({"room": 1, "intro": 1} if authors else {})
        about = (p["kind"] for p in sent if p["subject_id"] == drop["id"])
        assert Counter(kind for kind in about if kind in {"room", "intro"}) == wanted, drop
        assert (drop["room_id"] is not None) == bool(authors), drop
        if authors:
            inside = set(world.env.backend.channels[drop["room_id"]].thread_members)
            assert authors <= inside, (authors, inside)


def _written_by_itself(world: World) -> list[Any]:
    """Return the messages that the bot posted on its own and that answer nobody."""
    backend = world.env.backend
    return [
        message
        for messages in backend.messages.values()
        for message in messages.values()
        if message.author_id == backend.bot_user.id
        and message.type in _WRITTEN
        and message.interaction_metadata is None
    ]


def check_totals(world: World) -> None:
    """The totals are the sums of the ledger."""
    ledger = Counter[tuple[int, int]]()
    for entry in world.rows("ledger"):
        ledger[entry["guild_id"], entry["user_id"]] += entry["points"]
    totals = {(row["guild_id"], row["user_id"]): row["points"] for row in world.rows("totals")}
    assert totals == dict(ledger)


async def press_everything(world: World) -> int:
    """Have somebody who sees it press each button that stands anywhere; each answers. Return how many."""
    backend = world.env.backend
    pressed = 0
    found = [
        (message, part)
        for messages in list(backend.messages.values())
        for message in list(messages.values())
        if message.author_id == backend.bot_user.id
        for part in list(walk_components(message.components))
        if part.get("custom_id") and not part.get("disabled")
    ]
    for message, part in found:
        still = backend.messages.get(message.channel_id, {}).get(message.id)
        ids = [p.get("custom_id") for p in walk_components(still.components)] if still else []
        if part["custom_id"] not in ids:
            continue  # an earlier press has changed it
        reply = await _press(world, message, part["custom_id"])
        pressed += 1
        assert reply.acknowledged, f"{part['custom_id']} on {message.content!r} is dead"
    return pressed


async def _press(world: World, message: Any, custom_id: str) -> simcord.InteractionResult:
    """Press it as the first person who can."""
    for who in (world.olga, *world.home.members):
        if not message.visible_to(who.id):
            continue
        try:
            reply = await who.click(to_discord_message(world.env, message), custom_id=custom_id)
        except SetupError:
            continue  # not in that room
        await world.rest()
        return reply
    raise AssertionError(f"nobody can press {custom_id} on {message.content!r}")
