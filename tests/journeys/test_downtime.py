"""The bot is away: for a moment between two steps, for a night, for days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.world import World, text_of, words

TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def test_thirty_hours_away_brings_the_newest_question_and_the_reveal_once(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    await world.answer(world.ada, question, TEXT)

    await world.restart(away=timedelta(hours=30))
    first, second = world.questions(world.daily)
    assert second.content.startswith("Question 2")
    assert "revealed" in world.rows("drops")[0]["state"]
    reveals = [m for m in world.posted(world.daily) if m.content.startswith("**Reveal")]
    assert len(reveals) == 1
    assert "One answer, by ada: 10 points." in reveals[0].content
    assert "1 answered" in words(first)
    second_drop = world.rows("drops")[1]
    assert second_drop["due_at"] == NINE + timedelta(days=1)
    assert second_drop["opened_at"] == NINE + timedelta(hours=30)
    await world.restart(away=timedelta(minutes=1))
    assert len(world.questions(world.daily)) == 2
    health = text_of(await world.command(world.olga, world.daily, "manage health"))
    assert "All is well" in health


async def test_more_than_twelve_hours_late_is_skipped_and_health_says_so(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.restart(away=timedelta(hours=15))
    assert not world.questions(world.daily)
    (drop,) = world.rows("drops")
    assert (drop["state"], drop["reason"]) == ("skipped", "I was not running at that time")
    health = text_of(await world.command(world.olga, world.daily, "manage health"))
    assert f"<t:{int(NINE.timestamp())}:f>: not posted (I was not running at that time)" in health
    await world.travel(to=NINE + timedelta(days=1))
    (question,) = world.questions(world.daily)
    assert question.content.startswith("Question 1"), "a question that was not posted takes no number"


@pytest.mark.parametrize(("late", "posted"), [(2, False), (4, True)])
async def test_how_late_is_still_good_can_be_chosen(world: World, late: int, *, posted: bool) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", late_hours=late)
    await world.restart(away=timedelta(hours=5))
    assert bool(world.questions(world.daily)) is posted


async def test_five_days_away_bring_one_question_and_the_missed_ones_are_listed(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.restart(away=timedelta(days=5, hours=3))
    assert len(world.questions(world.daily)) == 1
    assert [d["state"] for d in world.rows("drops")] == ["skipped"] * 5 + ["open"]


async def test_a_late_question_is_open_for_at_least_an_hour(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", late_hours=48, reveal="20:00")
    await world.restart(away=timedelta(hours=12, minutes=59))
    (drop,) = world.rows("drops")
    assert drop["reveal_at"] - drop["opened_at"] >= timedelta(hours=1)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(hours=2)
    assert world.rows("drops")[0]["state"] == "revealed"
    assert world.rows("totals")[0]["points"] == 10


@pytest.mark.parametrize("path", ["/channels/*/threads", "/channels/*/messages"])
async def test_a_restart_between_two_steps_goes_on_where_it_stopped(world: World, path: str) -> None:
    """The thread (or its first message) cannot be made; the bot is killed; then it can."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    world.env.inject_error("POST", path, status=503, times=2)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(minutes=8 / 60)
    await world.restart(away=timedelta(seconds=1))
    await world.travel(minutes=5)
    (room,) = world.daily.threads
    assert TEXT not in words(world.posted(room)[0]), "the room's first message comes first"
    assert {p["kind"]: p["state"] for p in world.rows("posts")} == {
        "drop": "sent",
        "room": "sent",
        "intro": "sent",
        "answer": "sent",
        "reveal": "pending",
    }
    assert len(world.posted(room)) == 2


async def test_an_answer_that_waits_for_its_room_comes_after_a_restart(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/threads", status=503, times=3)
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    reply = await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert "your answer opens the room, in a moment" in text_of(reply)
    await world.restart()
    await world.travel(minutes=10)
    (room,) = world.daily.threads
    assert TEXT in str([words(m) for m in world.posted(room)])
    assert TEXT in world.seen_by(world.ada)
    assert TEXT not in world.seen_by(world.ben)


async def test_a_restart_between_the_room_and_the_reveal_loses_no_point(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    for _ in range(3):
        await world.restart(away=timedelta(hours=1))
    await world.answer(world.ben, world.questions(world.daily)[0], TEXT)
    await world.travel(to=NINE + timedelta(hours=23, minutes=29))
    await world.restart(away=timedelta(minutes=2))
    reveal = world.posted(world.daily)[-1]
    assert "10 points each: ada and ben." in reveal.content
    assert len(world.posted(world.daily)) == 2


async def test_a_reveal_missed_by_more_than_a_week_is_not_posted_any_more(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.restart(away=timedelta(days=9))
    reveal = world.rows("posts", kind="reveal")[0]
    assert (reveal["state"], reveal["reason"]) == ("failed", "too late")
    old = world.questions(world.daily)[0]
    today = text_of(await world.command(world.ada, world.daily, "today"))
    assert "Question 1" not in today, "a question of last week is not today's"
    late = await world.answer(world.ada, old, TEXT)
    assert "without points" in text_of(late)
