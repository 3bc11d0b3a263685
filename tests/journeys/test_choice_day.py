"""Choice questions of the day: from the post to the reveal, in every kind of channel."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.enums import ChannelType

from tests.choices.pack import OPTIONS, WORTH, prepare_file
from tests.world import START, World, labels, open_world, text_of, words

OpenOwn = Callable[..., AbstractAsyncContextManager[World]]
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVEAL = MONDAY + timedelta(hours=23, minutes=30)
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a pack of these tests' own, in the folder beside it: the bundled one changes."""
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
def open_own(own_pack: Path, tmp_path: Path) -> OpenOwn:
    """Return what opens a world with that pack at a moment."""

    def opener(start: datetime = START) -> AbstractAsyncContextManager[World]:
        file = Path(shutil.copy(own_pack, tmp_path / "world.db"))
        return open_world(file, start, questions=own_pack.parent / "small")

    return opener


@pytest.fixture
async def world(open_own: OpenOwn) -> AsyncIterator[World]:
    async with open_own() as opened:
        yield opened


async def asked_in(world: World, channel: simcord.ChannelHandle, **options: Any) -> Any:
    """Set up choice questions in a channel and wait for the morning's."""
    given = {"kind": "choice", "channel": channel} | options
    await world.command(world.olga, world.daily, "setup", **given)
    await world.travel(to=MONDAY)
    (question,) = world.questions(channel)
    return question


def letter(message: Any, option: int) -> str:
    """Return the letter under which the item's option is shown on a message."""
    found = re.search(rf"\*\*([A-D])\*\*  {re.escape(OPTIONS[option])}", words(message))
    assert found is not None, words(message)
    return found[1]


def where(world: World, channel: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Return where the question and its reveal stand: in a forum that is the post."""
    drop = world.rows("drops")[0]
    return world.channel(drop["room_id"]) if drop["channel_kind"] == "forum" else channel


def primary(result: simcord.InteractionResult) -> list[str]:
    """Return the letters that stand out on a private reply."""
    assert result.response is not None
    rows = [row.to_dict() if not isinstance(row, dict) else row for row in result.response.components]
    return [c["label"] for row in rows for c in row.get("components", [row]) if c.get("style") == 1]


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


def reveal_in(world: World, place: simcord.ChannelHandle) -> Any:
    """Return the first question's reveal."""
    (found,) = [m for m in world.posted(place) if m.content.startswith("**Reveal · Question 1 · Item")]
    return found


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
        assert re.search(rf"\*\*[A-D]\*\*  {OPTIONS[option]}\\n`[█░]+` {count}", shown), (option, shown)
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
    assert "**Kind** written answers\\n" in text_of(panel)
    panel = await world.command(world.olga, world.daily, "manage schedule edit", kind="choice")
    assert "- Create Public Threads" in text_of(panel), "the room opens with the reveal, for everybody"
    assert "**Kind** one tap on A to D\\n" in text_of(panel)
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
