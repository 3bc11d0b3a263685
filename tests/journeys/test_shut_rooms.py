"""Rooms that are full, or locked by a moderator, while they are in use."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.hidden import NINE, TEXT, asked
from tests.reading import labels, text_of, words
from tests.world import World


def room_of(world: World) -> Any:
    return world.channel(world.rows("drops")[0]["room_id"])


def fill(world: World) -> None:
    """Have the room hold as many members as Discord allows."""
    thread: Any = world.bot.get_channel(room_of(world).id)
    thread.member_count = 50
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=400, code=30033, times=None)


def lock(world: World, room: Any) -> None:
    """Have a moderator lock a room; the bot has no Manage Threads there."""
    world.deny(world.daily, "manage_threads")
    room._channel.thread_metadata.locked = True
    world.env.backend.announce_channel_update(room.id)
    for method, path in (
        ("PUT", f"/channels/{room.id}/thread-members/*"),
        ("POST", f"/channels/{room.id}/messages"),
        ("PATCH", f"/channels/{room.id}/messages/*"),
    ):
        world.env.inject_error(method, path, status=403, code=50083, times=None)
    world.env.inject_error("PATCH", f"/channels/{room.id}", status=403, code=50013, times=None)


def unlock(world: World, room: Any) -> None:
    world.env.backend.faults.clear()
    room._channel.thread_metadata.locked = False
    world.env.backend.announce_channel_update(room.id)


def told(world: World, part: str) -> list[str]:
    return [text for m in world.direct_messages(world.olga) if part in (text := words(m))]


async def looked_back(world: World, who: Any, date: str) -> str:
    """Return all pages of a past question."""
    page = await world.command(who, world.daily, "today", date=date)
    pages = [words(page.response)]
    while "Next ▶" in labels(page) and len(pages) < 9:
        page = await world.press(who, page, "Next ▶")
        if words(page.response) == pages[-1]:
            break
        pages.append(words(page.response))
    return "\n".join(pages)


async def test_who_answers_into_a_full_room_is_told_and_reads_the_others(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, f"ADA {TEXT}")
    fill(world)
    saved = await world.answer(world.ben, question, f"BEN {TEXT}")
    assert "saved and stands in its room. **10 points**. You cannot go in: Discord lets 1,000" in text_of(
        saved
    )
    assert labels(saved)[:2] == ["Edit", "Withdraw"]
    assert "Go to the room" not in labels(saved)
    assert sum(f"BEN {TEXT}" in words(m) for m in world.posted(room_of(world))) == 1
    assert world.rows("totals", user_id=world.ben.id)[0]["points"] == 10
    assert f"ADA {TEXT}" not in world.seen_by(world.ben)
    assert f"ADA {TEXT}" in await looked_back(world, world.ben, "today")
    form = await world.press(world.cem, question, "Answer")
    assert f"ADA {TEXT}" not in str(form.modal)


async def test_a_full_room_is_tried_once_for_each_author_and_organisers_are_told_once(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, TEXT)
    fill(world)
    for who in (world.ben, world.cem, world.dia):
        await world.answer(who, question, TEXT)
    before = len(world.env.http_requests)
    await world.restart()
    await world.travel(hours=3)
    tries = [r for r in world.env.http_requests[before:] if "thread-members" in r.path]
    assert not tries, "nothing is tried for ever"
    assert {p["state"] for p in world.rows("posts", kind="answer")} == {"sent"}
    (notice,) = told(world, "the 1,000 members that Discord allows")
    assert "mode:open" in notice


async def test_an_authors_way_back_into_a_full_room_says_what_to_do_instead(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, TEXT)
    fill(world)
    again = await world.press(world.ada, question, "Answer")
    refused = text_of(await world.press(world.ada, again, "Let me in again"))
    assert "I cannot let you in: Discord lets 1,000 people into a room, and this one is full." in refused
    assert "`/today date:` shows you all answers to question 1." in refused


async def test_joining_a_full_room_after_the_reveal_leads_to_the_answers(world: World) -> None:
    question = await asked(world, reveal="10:00", days="Mon")
    await world.answer(world.ada, question, f"ADA {TEXT}")
    await world.travel(hours=2)
    fill(world)
    refused = text_of(await world.press(world.cem, world.questions(world.daily)[0], "Join the room"))
    assert "this one is full" in refused
    assert f"ADA {TEXT}" in await looked_back(world, world.cem, "2026-01-05")


async def test_an_open_room_lets_nobody_in_and_cannot_be_full(world: World) -> None:
    question = await asked(world, mode="open")
    fill(world)
    assert "You cannot go in" not in text_of(await world.answer(world.ada, question, TEXT))
    assert TEXT in world.seen_by(world.ben)


@pytest.mark.parametrize("mode", ["blind", "open"])
async def test_an_answer_for_a_locked_room_waits_and_appears_when_it_is_unlocked(
    world: World, mode: str
) -> None:
    question = await asked(world, mode=mode)
    await world.answer(world.ada, question, f"ADA {TEXT}")
    room = room_of(world)
    lock(world, room)
    saved = await world.answer(world.ben, question, f"BEN {TEXT}")
    assert "Your answer is saved. **10 points**. Its room is locked: it appears there by itself" in text_of(
        saved
    )
    await world.answer(world.cem, question, f"CEM {TEXT}")
    await world.travel(hours=5)
    (notice,) = told(world, "Manage Threads")
    assert "to unlock it helps too" in notice
    assert world.rows("totals", user_id=world.ben.id)[0]["points"] == 10
    assert not any("BEN" in words(m) for m in world.posted(room))
    unlock(world, room)
    await world.restart()
    await world.travel(minutes=11)
    for name in ("BEN", "CEM"):
        assert sum(f"{name} {TEXT}" in words(m) for m in world.posted(room)) == 1
    assert all(row["resolved_at"] for row in world.rows("problems"))


async def test_unlocked_it_shows_at_once_what_waited(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, f"ADA {TEXT}")
    room = room_of(world)
    lock(world, room)
    await world.answer(world.ben, question, f"BEN {TEXT}")
    unlock(world, room)
    await world.rest()
    assert sum(f"BEN {TEXT}" in words(m) for m in world.posted(room)) == 1


async def test_who_joins_a_locked_room_is_told_why_not(world: World) -> None:
    question = await asked(world, reveal="10:00", days="Mon")
    await world.answer(world.ada, question, TEXT)
    await world.travel(hours=2)
    lock(world, room_of(world))
    refused = text_of(await world.press(world.cem, world.questions(world.daily)[0], "Join the room"))
    assert "the room is locked. Ask an organiser to unlock it or to allow me **Manage Threads**" in refused


async def test_votes_for_an_answer_in_a_locked_room_are_shown_when_it_is_unlocked(world: World) -> None:
    question = await asked(world, mode="open")
    for who in (world.ada, world.ben):
        await world.answer(who, question, f"{who.name} {TEXT}")
    room = room_of(world)
    ada, ben = (m for m in world.posted(room) if m.embeds)
    lock(world, room)
    before = len(world.env.http_requests)
    await world.press(world.cem, ada, "Upvote")
    await world.press(world.cem, ben, "Upvote")
    for _ in range(3):
        await world.env.advance_time(3_600)
        await world.rest()
    edits = [r for r in world.env.http_requests[before:] if r.method == "PATCH"]
    assert len(edits) < 12, "one look at a locked room does for all its messages, after longer and longer"
    assert "1 upvote" not in str([m.content for m in world.posted(room)])
    unlock(world, room)
    await world.wake()
    shown = [m.content for m in world.posted(room) if m.embeds]
    assert shown == ["1 upvote", "1 upvote"]


async def test_a_vote_is_shown_as_soon_as_the_room_is_unlocked(world: World) -> None:
    question = await asked(world, mode="open")
    await world.answer(world.ada, question, f"ADA {TEXT}")
    room = room_of(world)
    (ada,) = (m for m in world.posted(room) if m.embeds)
    lock(world, room)
    await world.press(world.cem, ada, "Upvote")
    await world.env.advance_time(61)
    await world.rest()
    unlock(world, room)
    await world.rest()
    await world.env.advance_time(5)
    await world.rest()
    assert [m.content for m in world.posted(room) if m.embeds] == ["1 upvote"]


async def test_an_archived_room_is_opened_for_answers_and_votes(world: World) -> None:
    question = await asked(world, mode="open")
    await world.answer(world.ada, question, f"ADA {TEXT}")
    room = room_of(world)
    metadata: Any = room._channel.thread_metadata
    (ada,) = (m for m in world.posted(room) if m.embeds)
    metadata.archived = True
    world.env.backend.announce_channel_update(room.id)
    world.env.inject_error("PATCH", f"/channels/{room.id}/messages/*", status=400, code=50083, times=1)
    await world.press(world.cem, ada, "Upvote")
    assert not metadata.archived
    assert next(m for m in world.posted(room) if m.embeds).content == "1 upvote"
    world.env.inject_error("POST", f"/channels/{room.id}/messages", status=403, code=50083, times=1)
    await world.answer(world.ben, question, f"BEN {TEXT}")
    await world.travel(to=NINE + timedelta(minutes=1))
    assert any(f"BEN {TEXT}" in words(m) for m in world.posted(room))
    assert not told(world, "Manage Threads")
