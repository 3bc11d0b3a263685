"""Choice questions of the day when something goes wrong: people, permissions, channels, Discord, downtime."""

from __future__ import annotations

from datetime import timedelta

import pytest
import simcord
from simcord.enums import ChannelType

from tests.journeys.choices.day import (
    MONDAY,
    REVEAL,
    TEXT,
    asked_in,
    letter,
    reveal_in,
)
from tests.world import World, labels, text_of, words


async def test_people_who_leave_are_counted_and_named_nowhere(world: World) -> None:
    question = await asked_in(world, world.daily)
    joker = world.guild.add_member(world.env.create_user("@everyone **[x](https://evil.example)**"))
    await world.press(joker, question, letter(question, 0))
    await world.press(world.ben, question, letter(question, 0))
    world.guild.remove_member(world.ben)
    await world.travel(to=REVEAL)
    reveal = world.posted(world.daily)[-1]
    assert "2 of 2 chose the right option" in reveal.content
    assert "evil" not in words(reveal)
    assert {row["user_id"] for row in world.rows("ledger")} == {joker.id, world.ben.id}


async def test_a_lost_permission_holds_the_reveal_up_and_no_choice_is_lost(world: World) -> None:
    question = await asked_in(world, world.daily)
    panel = await world.press(world.ada, question, letter(question, 0))
    world.deny(world.daily, "send_messages")
    await world.travel(to=REVEAL + timedelta(hours=1))
    (notice,) = world.direct_messages(world.olga)
    assert "I am missing: Send Messages" in notice.content
    late = text_of(await world.press(world.ada, panel, letter(question, 1)))
    assert "Time is up, and the answer is on its way." in late
    assert f"What counts: **{letter(question, 0)}**" in late
    assert "Time is up" in text_of(await world.command(world.ada, world.news, "today"))
    await world.restart()
    world.deny(world.daily)
    await world.rest()
    assert "1 of 1 chose the right option" in reveal_in(world, world.daily).content
    assert world.rows("problems")[0]["resolved_at"] is not None
    assert len(world.rows("ledger")) == 1
    assert world.rows("choices")[0]["option"] == 0


async def test_a_reveal_that_was_held_up_closes_its_problem_by_itself(world: World) -> None:
    await asked_in(world, world.daily, days="Mon", reveal="12:00")
    world.deny(world.daily, "send_messages")
    await world.travel(to=MONDAY + timedelta(hours=4))
    assert [row["resolved_at"] for row in world.rows("problems")] == [None]
    world.deny(world.daily)
    await world.rest()
    assert reveal_in(world, world.daily)
    assert world.rows("problems")[0]["resolved_at"] == MONDAY + timedelta(hours=4)


async def test_a_question_that_waits_for_a_permission_is_still_a_choice_question(world: World) -> None:
    """The schedule is changed meanwhile: nothing of that hides a choice question's room."""
    await world.command(world.olga, world.daily, "setup", kind="choice")
    world.deny(world.daily, "send_messages")
    await world.travel(to=MONDAY)
    await world.command(world.olga, world.daily, "manage schedule edit", mode="blind", kind="open")
    assert world.rows("drops")[0]["mode"] == "open"
    world.deny(world.daily)
    await world.rest()
    (question,) = world.questions(world.daily)
    await world.press(world.ada, question, letter(question, 0))
    await world.travel(to=REVEAL)
    assert "1 of 1 chose" in reveal_in(world, world.daily).content
    assert world.daily.threads[0]._channel.type == ChannelType.PUBLIC_THREAD


async def test_without_the_permission_for_its_room_the_reveal_comes_all_the_same(world: World) -> None:
    question = await asked_in(world, world.daily)
    await world.press(world.ada, question, letter(question, 0))
    world.deny(world.daily, "create_public_threads")
    await world.travel(to=REVEAL)
    assert "1 of 1 chose" in world.posted(world.daily)[-1].content
    assert len(world.rows("ledger")) == 1
    assert labels(world.questions(world.daily)[0]) == ["My result", "The answer"]
    assert "Create Public Threads" in world.direct_messages(world.olga)[0].content
    world.deny(world.daily)
    await world.rest()
    assert labels(world.questions(world.daily)[0]) == ["My result", "The answer", "Talk about it"]


@pytest.mark.parametrize("kind", ["daily", "news", "forum"])
async def test_a_channel_deleted_before_the_reveal_still_pays(world: World, kind: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    question = await asked_in(world, channel)
    await world.press(world.ada, question, letter(question, 0))
    await world.press(world.ben, question, letter(question, 1))
    if kind == "forum":
        world.env.backend.delete_channel(question.channel.id)  # Discord deletes the posts with their forum
    world.env.backend.delete_channel(channel.id)
    await world.travel(to=REVEAL + timedelta(minutes=20))
    await world.restart()
    (drop,) = world.rows("drops")
    assert (drop["state"], drop["reason"]) == ("skipped", "its channel was deleted")
    assert min(row["points"] for row in world.rows("ledger")) == 1
    assert len(world.rows("ledger")) == 2
    assert len(world.rows("cards")) == 1
    assert "the channel was deleted" in world.direct_messages(world.olga)[0].content
    assert not world.rows("posts", state="pending", kind="choice_reveal")


async def test_a_forum_post_deleted_before_the_reveal_still_pays(world: World) -> None:
    question = await asked_in(world, world.forum)
    await world.press(world.ada, question, letter(question, 0))
    world.env.backend.delete_channel(question.channel.id)
    await world.travel(to=REVEAL + timedelta(minutes=20))
    assert world.rows("drops")[0]["state"] == "skipped"
    assert len(world.rows("ledger")) == 1
    assert not world.direct_messages(world.olga), "somebody meant it: there is nothing to mend"


async def test_a_question_s_message_deleted_by_a_moderator(world: World) -> None:
    question = await asked_in(world, world.daily)
    panel = await world.press(world.ada, question, letter(question, 1))
    world.env.backend.delete_message(world.daily.id, question.id)
    right = letter(question, 0)
    changed = await world.press(world.ada, panel, right)
    assert f"You chose **{right}**" in text_of(changed)
    today = await world.command(world.ben, world.news, "today")
    await world.press(world.ben, today, right)
    await world.travel(to=REVEAL + timedelta(minutes=20))
    reveal = world.posted(world.daily)[-1]
    assert "2 of 2 chose the right option" in reveal.content
    assert not world.daily.threads
    assert not world.direct_messages(world.olga), "a room for talk is missed by nobody"
    assert not world.rows("posts", kind="room", state="pending")
    assert world.rows("drops")[0]["state"] == "revealed"


@pytest.mark.parametrize("kind", ["daily", "news", "forum"])
async def test_every_first_answer_of_discord_s_is_lost_all_day(world: World, kind: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    await world.command(world.olga, world.daily, "setup", kind="choice", channel=channel)
    seen: set[str] = set()

    def first(method: str, path: str) -> bool:
        if method != "POST" or not path.endswith(("/messages", "/threads")) or f"{method} {path}" in seen:
            return False
        seen.add(f"{method} {path}")
        return True

    world.lose(first, 99)
    await world.travel(to=MONDAY)
    (question,) = world.questions(channel)
    early = await world.press(world.ada, question, letter(question, 0))
    assert "You chose" in text_of(early), "the question stands there, only the bot was not told"
    await world.travel(to=MONDAY + timedelta(minutes=5))
    assert "1 answered" in words(world.questions(channel)[0])
    await world.travel(to=REVEAL + timedelta(minutes=20))
    assert len(world.questions(channel)) == 1
    assert len(channel.threads) == 1
    reveals = [m for c in (channel, *channel.threads) for m in world.posted(c) if "**Reveal" in m.content]
    assert len(reveals) == 1
    assert len(world.rows("ledger")) == len(world.rows("item_answers")) == 1
    assert {p["state"] for p in world.rows("posts")} == {"sent"}


async def test_a_bot_that_was_away_over_the_reveal(world: World) -> None:
    question = await asked_in(world, world.daily)
    await world.press(world.ada, question, letter(question, 0))
    await world.press(world.ben, question, letter(question, 2))
    await world.travel(to=REVEAL - timedelta(minutes=1))
    await world.restart(away=timedelta(hours=5))
    assert "1 of 2 chose the right option" in reveal_in(world, world.daily).content
    assert len(world.rows("ledger")) == 2


async def test_a_reveal_that_is_more_than_a_week_late_closes_and_pays(world: World) -> None:
    question = await asked_in(world, world.daily)
    await world.press(world.ada, question, letter(question, 0))
    await world.restart(away=timedelta(days=9))
    (drop,) = world.rows("drops", id=1)
    assert (drop["state"], drop["reveal_message_id"]) == ("revealed", None)
    assert len(world.rows("ledger")) == 1
    closed = world.questions(world.daily)[0]
    assert "Closed without a reveal" in words(closed)
    assert labels(closed) == ["My result"]
    mine = await world.press(world.ada, closed, "My result")
    assert "and that is right" in text_of(mine)
    assert "Because reason 0" in text_of(mine)
    assert not world.rows("posts", kind="room", subject_id=1)


async def test_removed_and_paused(world: World) -> None:
    question = await asked_in(world, world.daily)
    panel = await world.press(world.ada, question, letter(question, 0))
    await world.command(world.olga, world.daily, "manage schedule pause")
    await world.travel(to=REVEAL - timedelta(hours=1))
    again = await world.press(world.ada, panel, letter(question, 1))
    assert "You chose" in text_of(again), "a pause ends no open question"
    await world.command(world.olga, world.daily, "manage schedule remove")
    still = await world.press(world.ada, again, letter(question, 0))
    assert "You chose" in text_of(still), "what was chosen is paid at the reveal, which still comes"
    await world.travel(to=REVEAL + timedelta(days=2))
    assert len(world.questions(world.daily)) == 1, "no further question"
    assert len(world.rows("ledger")) == 1
    (reveal,) = [m for m in world.posted(world.daily) if m.content.startswith("**Reveal")]
    assert "of 1 chose the right option" in reveal.content


async def test_the_usual_number_is_of_the_same_kind(world: World) -> None:
    """Three tap and one writes: a mixed schedule must not compare the one with the other."""
    await world.command(world.olga, world.daily, "setup")
    for day in range(9):
        await world.travel(to=MONDAY + timedelta(days=day))
        question = world.questions(world.daily)[-1]
        if labels(question)[0] == "Answer":
            await world.answer(world.ada, question, TEXT)
            continue
        for who in (world.ada, world.ben, world.cem):
            await world.press(who, question, "A")
    await world.travel(to=MONDAY + timedelta(days=9, hours=12))
    assert [row["kind"] for row in world.rows("drops")][-2:] == ["choice", "open"]
    assert "0 answered, usually 1" in words(world.questions(world.daily)[-1])
    await world.travel(to=MONDAY + timedelta(days=10, hours=1))
    assert "0 answered, usually 3" in words(world.questions(world.daily)[-1])
