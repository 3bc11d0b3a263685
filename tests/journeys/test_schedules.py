"""Schedules: further ones, changed, paused, left out, removed; and what becomes of their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.world import World, labels, text_of, words

TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def stamp(at: datetime, style: str = "F") -> str:
    return f"<t:{int(at.timestamp())}:{style}>"


async def test_add_and_list_and_each_keeps_its_own_time(world: World) -> None:
    assert "`/setup` starts one" in text_of(
        await world.command(world.olga, world.daily, "manage schedule list")
    )
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(
        world.olga,
        world.daily,
        "manage schedule add",
        kind="open",
        channel=world.forum,
        time="18:00",
        days="Mon",
    )
    listed = text_of(await world.command(world.olga, world.daily, "manage schedule list"))
    assert f"<#{world.daily.id}>: every day at 09:00 UTC, next {stamp(NINE, 'R')}" in listed
    assert f"<#{world.forum.id}>: Mon at 18:00 UTC, next {stamp(NINE + timedelta(hours=9), 'R')}" in listed
    await world.restart()
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 2
    assert len(world.questions(world.forum)) == 1
    numbers = [d["number"] for d in world.rows("drops")]
    assert numbers == [1, 2, 3], "numbers run through the server"
    questions = [d["question_id"] for d in world.rows("drops")]
    assert len(set(questions)) == 3
    ask = await world.command(world.olga, world.daily, "manage schedule pause")
    assert "There are several schedules" in text_of(ask)
    ask = await world.command(world.olga, world.daily, "manage schedule pause", schedule="17")
    assert "I do not know that schedule" in text_of(ask)


async def test_twenty_schedules_are_the_most_and_still_shown(world: World) -> None:
    long_zone = "America/Argentina/ComodRivadavia"
    for _ in range(20):
        await world.command(
            world.olga,
            world.daily,
            "manage schedule add",
            channel=world.daily,
            zone=long_zone,
            days="Mon, Tue, Wed, Thu, Sat, Sun",
        )
    refused = await world.command(
        world.olga, world.daily, "manage schedule add", kind="open", channel=world.daily
    )
    assert "This server has 20 schedules, which is the most" in text_of(refused)
    for number in range(1, 21):
        await world.command(world.olga, world.daily, "manage schedule post-now", schedule=str(number))
    await world.travel(to=NINE + DAY)
    assert long_zone in text_of(await world.command(world.olga, world.daily, "manage health"))
    assert long_zone in text_of(await world.command(world.olga, world.daily, "manage schedule list"))
    today = await world.command(world.ada, world.daily, "today")
    assert "Question " in text_of(today)


async def test_pause_and_resume(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    paused = await world.command(world.olga, world.daily, "manage schedule pause")
    assert "An open question still gets its reveal" in text_of(paused)
    await world.restart()
    await world.travel(to=NINE + 2 * DAY)
    assert len(world.questions(world.daily)) == 1
    assert world.rows("drops")[0]["state"] == "revealed"
    assert "(paused)" in text_of(await world.command(world.olga, world.daily, "manage schedule list"))
    resumed = await world.command(world.olga, world.daily, "manage schedule resume")
    assert f"next question {stamp(NINE + 3 * DAY)}" in text_of(resumed)
    await world.travel(to=NINE + 3 * DAY)
    assert len(world.questions(world.daily)) == 2
    assert [d["state"] for d in world.rows("drops")] == ["revealed", "open"]


async def test_a_post_that_waits_when_its_schedule_is_paused(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE)
    await world.command(world.olga, world.daily, "manage schedule pause")
    world.deny(world.daily)
    await world.travel(minutes=30)
    assert not world.questions(world.daily), "paused means that nothing more is posted"


async def test_skip_leaves_one_out_and_everything_shows_the_one_after(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    skipped = await world.command(world.olga, world.daily, "manage schedule skip")
    said = "The question of {} is left out; the next one comes {}."
    assert said.format(stamp(NINE), stamp(NINE + DAY)) in text_of(skipped)
    again = await world.command(world.olga, world.daily, "manage schedule skip")
    assert said.format(stamp(NINE + DAY), stamp(NINE + 2 * DAY)) in text_of(again)
    for command in ("manage schedule list", "manage health", "setup"):
        shown = text_of(await world.command(world.olga, world.daily, command))
        assert str(int((NINE + 2 * DAY).timestamp())) in shown, f"{command} shows when the next one comes"
    await world.restart()
    await world.travel(to=NINE + 2 * DAY)
    assert len(world.questions(world.daily)) == 1
    assert [(d["state"], d["reason"]) for d in world.rows("drops")] == [
        ("skipped", "skipped by an organiser"),
        ("skipped", "skipped by an organiser"),
        ("open", None),
    ]


async def test_post_now_beside_the_schedule(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    reply = await world.command(world.olga, world.daily, "manage schedule post-now")
    assert "a moment ago" in text_of(reply), "the scheduled one came this second"
    await world.travel(minutes=5)
    reply = await world.command(world.olga, world.daily, "manage schedule post-now")
    assert "On its way" in text_of(reply)
    await world.restart()
    assert len(world.questions(world.daily)) == 2
    today = await world.command(world.ada, world.daily, "today")
    assert labels(today) == ["Answer 1", "Hint", "Answer 2", "Hint"]
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 3


async def test_post_now_while_an_earlier_one_cannot_go_out_says_where_to_look(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(hours=3))
    reply = await world.command(world.olga, world.daily, "manage schedule post-now")
    assert "still waiting" in text_of(reply)
    assert "`/manage health`" in text_of(reply)
    assert len(world.rows("drops")) == 1


async def test_removing_ends_everything_and_old_messages_say_so(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    reply = await world.answer(world.ada, question, TEXT)
    form = await world.press(world.ben, question, "Answer")
    await world.press(world.ben, question, "Remind me")
    removed = await world.command(world.olga, world.daily, "manage schedule remove")
    assert "Answers and points stay" in text_of(removed)
    (question,) = world.questions(world.daily)
    assert "takes no more answers" in words(question)
    assert labels(question) == []

    await world.restart()
    late = await world.submit(world.ben, form, "BEN " + TEXT)
    assert "its schedule was removed" in text_of(late)
    for label in ("Edit", "Withdraw"):
        assert "its schedule was removed" in text_of(await world.press(world.ada, reply, label))
    await world.travel(hours=30)
    assert len(world.posted(world.daily)) == 1, "no reveal and no next question"
    assert not world.direct_messages(world.ben)
    assert world.rows("totals")[0]["points"] == 10
    assert "No question is open" in text_of(await world.command(world.ada, world.daily, "today"))
    assert "`/setup` starts one" in text_of(await world.command(world.olga, world.daily, "manage health"))
    gone = await world.command(world.olga, world.daily, "manage schedule pause")
    assert "`/setup` starts one" in text_of(gone)
    assert "BEN " + TEXT in world.seen_by(world.ben), "what was typed is given back"

    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(hours=24)
    assert world.questions(world.daily)[-1].content.startswith("Question 2")


async def test_the_panel_of_a_removed_schedule(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.daily, "manage schedule remove")
    pressed = await world.press(world.olga, panel, "Post the first question now")
    assert "That schedule is not there any more" in text_of(pressed)
    assert not world.rows("drops")


async def test_what_brings_a_removed_schedule_back_is_true_beside_another_one(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", time="09:00")
    await world.command(
        world.olga, world.daily, "manage schedule add", channel=world.daily, kind="choice", time="15:00"
    )
    (first, _) = world.rows("schedules")
    removed = await world.command(
        world.olga, world.daily, "manage schedule remove", schedule=str(first["id"])
    )
    assert "Still running there: " in text_of(removed)
    assert "`/manage schedule add` starts a new one." in text_of(removed)
    assert "`/setup`" not in text_of(removed), "that would change the other one"
    again = await world.command(
        world.olga, world.daily, "manage schedule add", channel=world.daily, kind="open"
    )
    assert "**Where**" in text_of(again)
    assert [row["state"] for row in world.rows("schedules")] == ["removed", "active", "active"]
    for row in world.rows("schedules", state="active"):
        last = await world.command(world.olga, world.daily, "manage schedule remove", schedule=str(row["id"]))
    assert "`/setup` starts a new one." in text_of(last)
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    assert "**Where**" in text_of(panel)
    assert len(world.rows("schedules", state="active")) == 1


async def test_editing_moves_a_waiting_post(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE)
    await world.restart()
    panel = await world.command(world.olga, world.daily, "manage schedule edit", channel=world.forum)
    assert f"**Where** <#{world.forum.id}>" in text_of(panel)
    assert "open to everybody at once" in text_of(panel)
    (question,) = world.questions(world.forum)
    (drop,) = world.rows("drops")
    assert (drop["channel_id"], drop["channel_kind"], drop["mode"]) == (world.forum.id, "forum", "open")
    await world.answer(world.ada, question, TEXT)
    assert TEXT in world.seen_by(world.ben)
    assert not world.rows("posts", state="pending", kind="drop")


async def test_editing_while_a_question_is_open_leaves_that_one_where_it_is(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.command(world.olga, world.daily, "manage schedule edit", channel=world.news, time="12:00")
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(to=NINE + DAY + timedelta(hours=3))
    assert [len(world.questions(c)) for c in (world.daily, world.news)] == [1, 1]
    assert world.posted(world.daily)[-1].content.startswith("**Reveal")


async def test_the_new_time_of_a_day_that_had_its_question_is_tomorrow(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    panel = await world.command(world.olga, world.daily, "manage schedule edit", time="18:00")
    assert stamp(NINE + DAY + timedelta(hours=9)) in text_of(panel)
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 1
    await world.travel(hours=9)
    assert len(world.questions(world.daily)) == 2


async def test_a_pool_that_is_used_up_starts_again(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open", categories="behavioral")
    left = int(text_of(panel).split(" to choose from")[0].rsplit("(", 1)[1])
    await world.travel(to=NINE + left * DAY)
    asked = [d["question_id"] for d in world.rows("drops")]
    assert len(asked) == left + 1
    assert len(set(asked[:left])) == left, "nothing repeats before the pool is used up"
