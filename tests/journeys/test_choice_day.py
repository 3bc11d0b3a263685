"""Choice questions of the day: from the post to the reveal, in every kind of channel."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord

from tests.choices.pack import OPTIONS, WORTH, prepare_file
from tests.world import World, labels, open_world, text_of, words

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVEAL = MONDAY + timedelta(hours=23, minutes=30)
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a pack of these tests' own, in the folder beside it: the bundled one changes."""
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
async def world(own_pack: Path, tmp_path: Path) -> AsyncIterator[World]:
    file = Path(shutil.copy(own_pack, tmp_path / "world.db"))
    async with open_world(file, questions=own_pack.parent / "small") as opened:
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
    assert not [word for word in ("█", "✅", "Because reason", "ada") if word in hidden], "nobody sees who or what"
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
    assert f"You chose **{letter(question, 2)}**: {OPTIONS[2]}, which is wrong: 1 point for trying." in text_of(mine)
    assert "Because reason 2" in text_of(mine)
    none = await world.press(world.olga, closed, "My result")
    assert f"You did not choose in time. Right was **{letter(question, 0)}**" in text_of(none)
    assert len(world.rows("choices")) == 5


def check_reveal(world: World, channel: simcord.ChannelHandle, drop_id: int) -> None:
    """Hold what the reveal says and what it brought."""
    place = where(world, channel)
    reveal = next(m for m in world.posted(place) if m.content.startswith("**Reveal · Question 1 · Item"))
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
