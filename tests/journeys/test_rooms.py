"""Rooms that are deleted, closed by Discord, or left; and texts that are only talk."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.outbox.message import PrivateThread, Receipt
from bot.outbox.service import get_post
from tests.reading import labels, text_of, words
from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


async def test_a_hidden_room_that_was_deleted_comes_back_with_all_answers(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    await world.answer(world.ada, question, f"ADA {TEXT}")
    world.env.backend.delete_channel(world.rows("drops")[0]["room_id"])
    await world.answer(world.ben, question, f"BEN {TEXT}")
    await world.travel(minutes=1)
    assert f"ADA {TEXT}" in world.seen_by(world.ben)
    assert f"BEN {TEXT}" in world.seen_by(world.ada)
    room = world.channel(world.rows("drops")[0]["room_id"])
    assert sum("ADA" in words(message) for message in world.posted(room)) == 1
    await world.restart()
    await world.travel(minutes=30)
    assert sum("BEN" in words(message) for message in world.posted(room)) == 1


async def test_who_left_a_hidden_room_is_let_in_again(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    await world.answer(world.ada, question, TEXT)
    again = await world.press(world.ada, question, "Answer")
    assert "Let me in again" in labels(again)
    inside = await world.press(world.ada, again, "Let me in again")
    assert "You are in" in text_of(inside)


@pytest.mark.parametrize("second_thread", [True, False])
async def test_a_deleted_open_room_is_opened_a_bounded_number_of_times(
    world: World, *, second_thread: bool
) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    world.env.backend.delete_channel(world.rows("drops")[0]["room_id"])
    if not second_thread:
        path = f"/channels/{world.daily.id}/messages/*/threads"
        world.env.inject_error("POST", path, status=400, code=160004, times=None)
    before = len(world.env.http_requests)
    await world.answer(world.ada, question, TEXT)
    await world.travel(hours=1)
    assert len(world.env.http_requests) - before < 30
    assert f"{TEXT}" in world.seen_by(world.ben)


async def test_a_room_that_discord_closed_takes_late_answers_and_who_joins(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", reveal="10:00", days="Mon")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(hours=90)
    for _ in range(2):
        world.env.inject_error("PUT", "/channels/*/thread-members/*", status=400, code=50083, times=1)
        inside = await world.press(world.cem, world.questions(world.daily)[0], "Join the room")
        assert "You are in" in text_of(inside)
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=400, code=50083, times=1)
    await world.answer(world.ben, world.questions(world.daily)[0], f"BEN {TEXT}")
    await world.travel(minutes=1)
    assert f"BEN {TEXT}" in world.seen_by(world.cem)


async def test_talk_below_a_question_overwrites_no_draft_and_gets_no_lecture(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    form = await world.press(world.ada, question, "Answer")
    started = "My careful start, which is not quite long enough yet"
    await world.submit(world.ada, form, started)
    before = len(world.posted(world.daily))
    await world.say(world.ada, world.daily, "thanks!", reply_to=question)
    assert [draft["text"] for draft in world.rows("drafts")] == [started]
    assert len([m for m in world.posted(world.daily) if m.author.bot]) == before


async def test_a_withdrawn_text_that_cannot_be_deleted_now_is_deleted_later(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.travel(to=NINE)
    saved = await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    world.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50001, times=1)
    sure = await world.press(world.ada, saved, "Withdraw")
    await world.press(world.ada, sure, "Withdraw it")
    assert TEXT in world.seen_by(world.ben)
    await world.restart()
    await world.travel(minutes=2)
    assert TEXT not in world.seen_by(world.ben)


async def test_a_new_database_takes_no_old_room_for_its_own(world: World) -> None:
    """Numbers start at 1 again there, so a room of the same name may stand from before."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    old = world.channel(world.rows("drops")[0]["room_id"])
    async with world.bot.db.reading() as tx:
        post = await get_post(tx, "room", 1)
    assert post is not None
    await world.travel(hours=1)
    transport = world.bot.services.transport
    wanted = PrivateThread(world.daily.id, str(old.name))
    found_then = await transport.find(post, wanted)
    assert isinstance(found_then, Receipt)
    assert found_then.message_id == old.id
    assert await transport.find(replace(post, claimed_at=world.clock.now()), wanted) is None
    made = await transport.create(post, wanted)
    assert isinstance(made, Receipt)
    assert made.message_id != old.id


async def test_who_is_in_a_hidden_room_cannot_let_in_who_has_not_answered(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="blind")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    path = f"/channels/{world.daily.id}/threads"
    (opened,) = [r for r in world.env.http_requests if (r.method, r.path) == ("POST", path)]
    assert opened.json["invitable"] is False


async def test_who_answers_is_told_that_the_hidden_room_is_full(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="blind")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    await world.answer(world.ada, question, TEXT)
    room_id = world.rows("drops")[0]["room_id"]
    room: Any = world.bot.get_channel(room_id)
    room.member_count = 1000
    path = f"/channels/{room_id}/thread-members/{world.ben.id}"
    world.env.inject_error("PUT", path, status=400, code=30033, times=None)
    replied = await world.answer(world.ben, question, TEXT)
    said = "\n".join([text_of(replied), *(message.content for message in replied.followups)])
    assert "this one is full" in said
    assert world.rows("answers", user_id=world.ben.id)[0]["state"] == "live"
