"""Choice questions of the day: from the post to the reveal, in every kind of channel."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import simcord

from tests.features.choices.pack import OPTIONS, WORTH
from tests.journeys.choices.day import (
    MONDAY,
    REVEAL,
    TEXT,
    OpenOwn,
    asked_in,
    letter,
    primary,
    reveal_in,
    where,
)
from tests.world import World, labels, text_of, words


@pytest.mark.parametrize(
    ("kind", "mode"), [("daily", "blind"), ("daily", "open"), ("news", "open"), ("forum", "open")]
)
async def test_a_whole_day_in_each_kind_of_channel(world: World, kind: str, mode: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    question = await asked_in(world, channel, mode=mode)
    place = where(world, channel)
    assert re.match(r"Question 1 · Item \d+ asks which of the four it is\?$", question.content)
    assert labels(question) == ["A", "B", "C", "D", "How this works"]
    assert "0 answered" in words(question)
    (drop,) = world.rows("drops")
    assert (drop["kind"], drop["mode"]) == ("choice", "open")

    first = await world.press(world.ada, question, letter(question, 2))
    assert f"You chose **{letter(question, 2)}**: {OPTIONS[2]}." in text_of(first)
    assert f"<t:{int(REVEAL.timestamp())}:f>" in text_of(first)
    assert primary(first) == [letter(question, 2)]
    for who, option in ((world.ben, 0), (world.cem, 1), (world.dia, 0), (world.eli, 3)):
        await world.press(who, question, letter(question, option))
    assert "5 answered" in words(world.questions(channel)[0])
    hidden = "\n".join(words(m) for m in world.posted(place))
    assert not [word for word in ("█", "✅", "Because reason", "ada") if word in hidden], (
        "nobody sees who or what"
    )
    assert not channel.threads or kind == "forum", "a room before the reveal would give it away"

    changed = await world.press(world.ada, first, letter(question, 0))
    assert primary(changed) == [letter(question, 0)]
    await world.restart()
    again = await world.press(world.eli, question, letter(question, 1))
    assert f"**{letter(question, 1)}**" in text_of(again), "on the question each tap gives a panel"
    await world.press(world.eli, again, letter(question, 2))
    assert {row["user_id"]: row["option"] for row in world.rows("choices")} == {
        world.ada.id: 0,
        world.ben.id: 0,
        world.cem.id: 1,
        world.dia.id: 0,
        world.eli.id: 2,
    }
    assert "5 answered" in words(world.questions(channel)[0])

    await world.travel(to=REVEAL)
    check_reveal(world, channel, drop["id"])
    (closed,) = world.questions(channel)
    room = [] if kind == "forum" else ["Talk about it"]
    assert labels(closed) == ["My result", "The answer", *room]
    if kind != "forum":
        assert world.channel(question.id).name.startswith("1 · Item")
    late = await world.press(world.eli, again, letter(question, 0))
    assert "which is wrong" in text_of(late), "the panel from before shows how it ended"
    mine = await world.press(world.eli, closed, "My result")
    assert (
        f"You chose **{letter(question, 2)}**: {OPTIONS[2]}, which is wrong: 1 point for trying."
        in text_of(mine)
    )
    assert "Because reason 2" in text_of(mine)
    none = await world.press(world.olga, closed, "My result")
    assert f"You did not choose in time. Right was **{letter(question, 0)}**" in text_of(none)
    assert len(world.rows("choices")) == 5


def check_reveal(world: World, channel: simcord.ChannelHandle, drop_id: int) -> None:
    """Hold what the reveal says and what it brought."""
    place = where(world, channel)
    reveal = reveal_in(world, place)
    shown = words(reveal)
    level = re.search(r"Training · (\w+)", shown)
    assert level is not None
    worth = WORTH[level[1]]
    assert f"3 of 5 chose the right option. Right: {worth} points; wrong: 1 point." in shown
    for option, count in ((0, 3), (1, 1), (2, 1), (3, 0)):
        assert re.search(rf"\*\*[A-D]\*\*  {OPTIONS[option]}\n`[█░]+` {count}", shown), (option, shown)
        assert f"Because reason {option}" in shown
    assert f"✅ **{letter(reveal, 0)}**" in shown
    assert "[A paper on items](https://example.org/items)" in shown
    assert not [who for who in (world.ada, world.ben, world.cem, world.dia, world.eli) if who.name in shown]
    assert labels(reveal)[0] == "My result"

    earned = {row["user_id"]: row["points"] for row in world.rows("ledger")}
    right, wrong = (world.ada, world.ben, world.dia), (world.cem, world.eli)
    assert earned == {who.id: worth for who in right} | {who.id: 1 for who in wrong}
    assert {(row["act"], row["subject_id"]) for row in world.rows("ledger")} == {("choice_drop", drop_id)}
    assert {row["user_id"] for row in world.rows("cards")} == {who.id for who in wrong}
    answers = world.rows("item_answers")
    assert {(row["source"], row["source_id"]) for row in answers} == {("drop", drop_id)}
    assert sum(row["right"] for row in answers) == 3


async def test_a_mixed_week(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup")
    assert "**Kind** written answers on Mon, Wed and Fri, one tap on A to D on other days" in text_of(panel)
    assert "8 to write about, 9 to tap" in text_of(panel)
    listed = await world.command(world.olga, world.daily, "manage schedule list")
    assert "(written and one tap)" in text_of(listed)
    await world.travel(to=MONDAY + timedelta(days=6))
    kinds = ["choice" if labels(q)[0] in {"A", "My result"} else "open" for q in world.questions(world.daily)]
    assert kinds == ["open", "choice", "open", "choice", "open", "choice", "choice"]
    assert [row["kind"] for row in world.rows("drops")] == kinds
    assert len({row["question_id"] for row in world.rows("drops")}) == 7


async def test_a_mixed_day_without_its_kind_takes_the_other(world: World) -> None:
    """The pack writes about agents and taps about training."""
    await world.command(world.olga, world.daily, "setup", categories="training")
    await world.command(world.olga, world.news, "setup", categories="agents")
    await world.travel(to=MONDAY + timedelta(days=1))
    kinds = {row["channel_id"]: [] for row in world.rows("schedules")}
    for row in world.rows("drops"):
        kinds[row["channel_id"]].append(row["kind"])
    assert kinds == {world.daily.id: ["choice"] * 2, world.news.id: ["open"] * 2}


async def test_a_question_now_follows_the_local_day(open_own: OpenOwn) -> None:
    """On Monday at 23:00 UTC it is Tuesday in Berlin."""
    async with open_own(MONDAY.replace(hour=23)) as world:
        for channel, zone in ((world.daily, "Europe/Berlin"), (world.news, "UTC")):
            panel = await world.command(world.olga, channel, "setup", zone=zone)
            await world.press(world.olga, panel, "Post the first question now")
        assert [row["kind"] for row in world.rows("drops")] == ["choice", "open"]
        assert labels(world.questions(world.daily)[0])[:4] == ["A", "B", "C", "D"]


async def test_setting_the_kind(world: World) -> None:
    world.deny(world.daily, "create_public_threads")
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    assert "All there." in text_of(panel)
    assert "**Kind** written answers\n" in text_of(panel)
    panel = await world.command(world.olga, world.daily, "manage schedule edit", kind="choice")
    assert "- Create Public Threads" in text_of(panel), "the room opens with the reveal, for everybody"
    assert "**Kind** one tap on A to D\n" in text_of(panel)
    assert "hidden from everybody until the reveal" in text_of(panel)
    assert "Preview: Item " in text_of(panel)
    assert OPTIONS[1] in text_of(panel)
    await world.restart()
    panel = await world.command(world.olga, world.daily, "setup", time="10:00")
    assert world.rows("schedules")[0]["kind"] == "choice", "what is not named stays"
    refused = await world.command(world.olga, world.news, "setup", kind="choice", categories="agents")
    assert "No question is left" in text_of(refused)
    assert "`kind: mixed`" in text_of(refused)
    assert len(world.rows("schedules")) == 1


async def test_no_item_left_is_told_like_any_other_missing_question(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="choice")
    world.execute("UPDATE questions SET active = 0 WHERE kind = 'choice'")
    await world.travel(to=MONDAY)
    assert not world.questions(world.daily)
    (notice,) = world.direct_messages(world.olga)
    assert "no question is left after the filters" in notice.content
    await world.command(world.olga, world.daily, "manage schedule edit", kind="mixed")
    assert world.rows("problems")[0]["resolved_at"] == MONDAY, "another kind mends it"


async def test_today_shows_the_buttons_and_is_updated_in_place(world: World) -> None:
    question = await asked_in(world, world.daily)
    today = await world.command(world.ada, world.news, "today")
    assert labels(today) == ["A", "B", "C", "D"]
    assert "You have not answered yet" in text_of(today)
    tapped = await world.press(world.ada, today, letter(question, 1))
    assert tapped.response is not None
    assert today.response is not None
    assert tapped.response.id == today.response.id
    assert f"You chose **{letter(question, 1)}**: {OPTIONS[1]}." in text_of(tapped)
    assert primary(tapped) == [letter(question, 1)]
    await world.command(world.olga, world.news, "setup", kind="open")
    await world.travel(to=MONDAY + timedelta(minutes=1))
    schedule = str(world.rows("schedules")[-1]["id"])
    await world.command(world.olga, world.news, "manage schedule post-now", schedule=schedule)
    both = await world.command(world.ada, world.news, "today")
    assert labels(both) == ["1 · A", "1 · B", "1 · C", "1 · D", "Answer 2", "Hint"]
    await world.restart()
    changed = await world.press(world.ada, both, f"1 · {letter(question, 3)}")
    assert f"You chose **{letter(question, 3)}**" in text_of(changed)
    assert "Answer 2" in labels(changed)
    assert world.rows("choices")[0]["option"] == 3
    await world.travel(to=REVEAL)
    late = await world.press(world.ada, changed, f"1 · {letter(question, 0)}")
    assert "which is wrong" in text_of(late)
    assert world.rows("choices")[0]["option"] == 3


async def test_what_is_tapped_is_not_written(world: World) -> None:
    question = await asked_in(world, world.daily)
    for action in ("answer", "hint", "next_hint", "remind", "edit", "join"):
        reply = text_of(await world.forge(world.ada, question, f"answers:{action}:v1:1"))
        assert ("answered by its buttons" in reply) or action == "edit", action
    message = await world.say(world.ada, world.daily, "ADA " + TEXT)
    assert "answered by its buttons" in text_of(await world.count(world.ada, world.daily, message))
    await world.say(world.ben, world.daily, "B", reply_to=question)
    told = world.posted(world.daily)[-1]
    assert "answered by its buttons" in told.content
    assert "delete it if it tells your choice" in told.content
    assert not [table for table in ("answers", "drafts", "reminders", "hints_seen") if world.rows(table)]
    await world.travel(to=REVEAL)
    before = len(world.posted(world.daily))
    await world.say(world.ben, world.daily, "I knew it", reply_to=world.questions(world.daily)[0])
    assert len(world.posted(world.daily)) == before, "after the reveal that is talk"
    counted = await world.count(world.ada, room(world), await world.say(world.ada, room(world), TEXT))
    assert "its time is over" in text_of(counted)
    assert not world.rows("answers")


def room(world: World) -> simcord.ChannelHandle:
    return world.channel(world.rows("drops")[0]["room_id"])


async def test_a_message_answers_the_written_question_of_a_channel_with_both(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.travel(to=MONDAY)
    options = {"kind": "choice", "channel": world.daily, "time": "09:05"}
    await world.command(world.olga, world.daily, "manage schedule add", **options)
    await world.travel(minutes=10)
    assert [row["kind"] for row in world.rows("drops", state="open")] == ["open", "choice"]
    message = await world.say(world.ada, world.daily, TEXT)
    assert "10 points" in text_of(await world.count(world.ada, world.daily, message))
    assert world.rows("answers")[0]["drop_id"] == 1


@pytest.mark.parametrize(
    ("custom_id", "said"),
    [
        ("choices:a:v1:99", "not there any more"),
        ("choices:a:v1:0", "not there any more"),
        ("choices:a:v1:9223372036854775807", "not there any more"),
        ("choices:e:v1:1", "not one of mine"),
        ("choices:a:v1:-1", "not one of mine"),
        ("choices:a:v2:1", "not one of mine"),
        ("choices:result:v1:99", "not there any more"),
        ("today:d:v1:99", "not there any more"),
        ("choices:result:v1:1", "You have not chosen yet"),
    ],
)
async def test_forged_buttons(world: World, custom_id: str, said: str) -> None:
    question = await asked_in(world, world.daily)
    assert said in text_of(await world.forge(world.ada, question, custom_id))
    assert not world.rows("choices")
    assert "0 answered" in words(world.questions(world.daily)[0])


async def test_another_server_s_question_and_a_written_one(world: World) -> None:
    question = await asked_in(world, world.daily)
    away = world.found_group("Away")
    await world.command(away.olga, away.daily, "setup", kind="open")
    await world.travel(to=MONDAY + timedelta(days=1))
    there = world.questions(away.daily)[0]
    assert "not there any more" in text_of(await world.forge(away.members[0], there, "choices:a:v1:1"))
    written = world.rows("drops", kind="open")[0]["id"]
    reply = await world.forge(away.members[0], there, f"choices:a:v1:{written}")
    assert "answered in writing" in text_of(reply)
    assert labels(reply) == ["Answer"]
    assert not world.rows("choices")
    assert labels(question)[0] == "A"
