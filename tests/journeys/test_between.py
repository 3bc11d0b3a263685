"""What happens between two moments: while a question is on its way, late, paused, or lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.features.schedules.options import ScheduleOptions
from tests.reading import labels, text_of, words
from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


def while_it_is_sent(world: World, act: Any) -> None:
    """Do something when Discord has the next question and the bot does not know it yet."""
    transport = world.bot.services.transport
    create, done = transport.create, []

    async def slow(post: Any, creation: Any) -> Any:
        result = await create(post, creation)
        if post.kind == "drop" and not done:
            done.append(post)
            await act()
        return result

    transport.create = slow


async def test_a_schedule_that_cannot_be_planned_keeps_no_other_waiting(world: World) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    world.execute("UPDATE schedules SET zone = 'Mars/Base' WHERE id = 1")
    world.expected.append("cannot be planned")
    await world.travel(to=NINE)
    assert len(world.questions(other.daily)) == 1
    world.execute("UPDATE schedules SET zone = 'UTC' WHERE id = 1")
    await world.travel(minutes=11)
    assert len(world.questions(world.daily)) == 1


async def test_a_question_that_comes_late_still_has_its_hour(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", reveal="12:00")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(hours=3, minutes=5))
    world.deny(world.daily)
    await world.rest()
    await world.travel(minutes=10)
    (drop,) = world.rows("drops")
    assert drop["state"] == "open"
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert world.rows("totals")[0]["points"] == 10
    await world.travel(hours=1)
    assert world.rows("drops")[0]["state"] == "revealed"


async def test_a_schedule_removed_while_its_question_is_sent_stays_removed(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    schedule_id = world.rows("schedules")[0]["id"]
    while_it_is_sent(world, lambda: world.bot.services.schedules.remove(world.guild.id, schedule_id))
    await world.travel(to=NINE)
    await world.travel(hours=24)
    assert [drop["state"] for drop in world.rows("drops")] == ["skipped"]
    (question,) = world.posted(world.daily)
    assert "removed" in words(question)
    assert labels(question) == []


async def test_a_schedule_moved_while_its_question_is_sent_keeps_that_question(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    schedule_id = world.rows("schedules")[0]["id"]
    wish = ScheduleOptions(channel_id=world.forum.id, channel_kind="forum")
    while_it_is_sent(world, lambda: world.bot.services.schedules.edit(world.guild.id, schedule_id, wish))
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(hours=23.7)
    (drop,) = world.rows("drops")
    assert (drop["state"], drop["channel_id"]) == ("revealed", world.daily.id)
    assert {post["state"] for post in world.rows("posts", subject_id=drop["id"])} == {"sent"}


async def test_what_waited_when_it_was_paused_does_not_come_after_it_is_resumed(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(minutes=5))
    await world.command(world.olga, world.daily, "manage schedule pause")
    world.deny(world.daily)
    await world.rest()
    await world.travel(hours=3)
    await world.command(world.olga, world.daily, "manage schedule resume")
    await world.travel(hours=1)
    assert world.questions(world.daily) == []
    await world.travel(to=NINE + timedelta(days=1))
    assert len(world.questions(world.daily)) == 1


async def test_a_question_that_nobody_saw_was_not_asked(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", late_hours=1, categories="behavioral")
    world.deny(world.daily, "send_messages")
    await world.travel(hours=24 * 2 + 4)
    world.deny(world.daily)
    await world.rest()
    for _ in range(4):
        await world.travel(hours=24)
    asked = world.questions(world.daily)
    assert [message.content.split(" · ")[0] for message in asked] == [f"Question {n}" for n in range(1, 5)]
    seen = [drop["question_id"] for drop in world.rows("drops") if drop["message_id"]]
    assert len(set(seen)) == 4


async def test_a_role_that_is_gone_does_not_come_back_with_an_edit(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert "<@&" not in world.questions(world.daily)[0].content


async def test_the_zone_that_an_organiser_named_is_the_next_schedules(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.daily, "setup", kind="open", zone="Europe/Berlin")
    await world.command(world.olga, world.daily, "manage schedule add", kind="open", channel=world.news)
    assert [schedule["zone"] for schedule in world.rows("schedules")] == ["Europe/Berlin"] * 2


async def test_an_edit_that_mends_nothing_tells_nobody_again(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE)
    await world.command(world.olga, world.daily, "manage schedule edit", time="10:00")
    await world.travel(hours=2)
    assert len(world.direct_messages(world.olga)) == 1


async def test_everyone_is_no_role_to_ping(world: World) -> None:
    reply = await world.command(
        world.olga, world.daily, "setup", kind="open", ping_role=world.guild.default_role
    )
    assert "choose a role" in text_of(reply)
    assert world.rows("schedules") == []
