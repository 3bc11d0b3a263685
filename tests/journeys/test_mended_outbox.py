"""What Discord says about a person or its own limits, and clocks that do not agree."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.outbox.message import InChannel, Receipt
from bot.outbox.service import get_post
from bot.ui.message import Message
from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


async def test_where_the_organisers_account_is_gone_the_server_is_told(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/users/@me/channels", status=400, code=50033, times=None)
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(minutes=30))
    notices = [(post["part"], post["state"], post["reason"]) for post in world.rows("posts", kind="notice")]
    assert notices == [(0, "skipped", "direct messages are closed"), (1, "sent", None)]


async def test_a_limit_of_discords_is_no_closed_door(world: World) -> None:
    """Discord limits the bot: that says nothing about the person, and organisers can mend nothing."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/users/@me/channels", status=429, times=2)
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(minutes=30))
    notices = [(post["part"], post["state"]) for post in world.rows("posts", kind="notice")]
    assert notices == [(0, "sent")]


async def test_a_question_is_found_by_a_clock_that_is_some_minutes_ahead(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    async with world.bot.db.reading() as tx:
        post = await get_post(tx, "drop", 1)
    assert post is not None
    assert post.claimed_at is not None
    ahead = replace(post, claimed_at=post.claimed_at + timedelta(minutes=5))
    found = await world.bot.services.transport.find(ahead, InChannel(world.daily.id, Message("")))
    assert isinstance(found, Receipt)
    assert found.message_id == post.message_id


async def test_who_could_not_be_let_in_because_of_a_limit_is_let_in_later(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=429, times=1)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(minutes=1)
    assert TEXT in world.seen_by(world.ada)
