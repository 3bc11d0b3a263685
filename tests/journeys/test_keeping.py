"""What stays: saved answers, past questions, and a month as a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.features.choices.pack import OPTIONS, prepare_file
from tests.world import World, labels, open_world, text_of, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVEAL = NINE + timedelta(hours=23, minutes=30)


def thoughts(who: simcord.MemberActor) -> str:
    return (
        f"First I ask how many users there are.\nSECRET-OF-{who.name.upper()}: then retrieval, then ranking."
    )


def secret(who: simcord.MemberActor) -> str:
    return f"SECRET-OF-{who.name.upper()}"


async def asked(world: World, channel: simcord.ChannelHandle | None = None, **options: Any) -> Any:
    """Set up a written question and wait for it."""
    given = {"kind": "open", "channel": channel or world.daily} | options
    await world.command(world.olga, world.daily, "setup", **given)
    await world.travel(to=NINE)
    return world.questions(channel or world.daily)[-1]


def shown_in_room(world: World, author: simcord.MemberActor) -> Any:
    room = world.channel(world.rows("drops")[0]["room_id"])
    return next(m for m in world.posted(room) if secret(author) in words(m))


async def saved(world: World, who: simcord.MemberActor, **options: Any) -> Any:
    return await world.command(who, world.news, "me saved", **options)


async def exported(world: World, who: simcord.MemberActor, **options: Any) -> tuple[str, dict[str, str]]:
    """Return what is said and the files by name."""
    result = await world.command(who, world.daily, "manage question export", **options)
    reply = result.response or result.followups[0]
    assert reply.ephemeral
    attached = [file for message in (reply, *result.followups) for file in message.attachments]
    cdn: Any = world.env.backend.cdn
    return reply.content, {file.filename: cdn.get(file.url).decode() for file in attached}


async def test_save_read_search_and_take_out(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, thoughts(world.ada))
    await world.answer(world.ben, question, thoughts(world.ben))
    assert "You have saved nothing yet" in text_of(await saved(world, world.ben))
    of_ada = shown_in_room(world, world.ada)
    assert "Save" in labels(of_ada)
    said = await world.press(world.ben, of_ada, "Save")
    assert "Saved: **Question 1 · " in text_of(said)
    assert "· ada. `/me saved` shows what you keep. (1)" in text_of(said)
    await world.travel(to=REVEAL)
    await world.restart()
    reveal = world.posted(world.daily)[-1]
    assert "· model answer. " in text_of(await world.press(world.ben, reveal, "Save"))

    listed = await saved(world, world.ben)
    assert "model answer" in text_of(listed)
    assert "First I ask how many users there are." in text_of(listed)
    assert labels(listed) == ["1", "2"]
    opened = await world.press(world.ben, listed, "2")
    assert secret(world.ada) in text_of(opened)
    assert labels(opened) == ["Back to the list", "Take it out", "Go there"]
    await world.press(world.ben, listed, "Back to the list")
    assert labels(listed) == ["1", "2"]

    found = await saved(world, world.ben, search="  RETRIEVAL secret-of-ada ")
    assert labels(found) == ["1", "Show all"]
    await world.restart()
    await world.press(world.ben, found, "1")
    assert secret(world.ada) in text_of(found)
    await world.press(world.ben, found, "Take it out")
    assert "Taken out: **Question 1 · " in text_of(found)
    assert "Nothing you saved holds" in text_of(found)
    await world.press(world.ben, found, "Show all")
    assert labels(found) == ["1"]
    assert world.rows("saved")[0]["answer_id"] is None
    for odd in ("%", "_", "'; DROP TABLE saved; --", "\u202e\u200b", "👩‍💻 (", "x" * 3000, "search: x"):
        await saved(world, world.ben, search=odd)
    assert len(world.rows("saved")) == 1
    assert "You have saved nothing yet" in text_of(await saved(world, world.ada))

    double = await world.press(world.ben, reveal, "Save")
    assert "Saved: " in text_of(double), "a double tap takes nothing out again"
    await world.travel(minutes=1)
    again = await world.press(world.ben, reveal, "Save")
    assert "Taken out of your list" in text_of(again)
    assert world.rows("saved") == []


async def test_what_was_withdrawn_or_hidden_shows_as_such(world: World) -> None:
    question = await asked(world)
    for who in (world.ada, world.ben, world.cem):
        await world.answer(who, question, thoughts(who))
    for who in (world.ada, world.ben):
        await world.press(world.cem, shown_in_room(world, who), "Save")
    withdraw = await world.press(world.ada, shown_in_room(world, world.ada), "Withdraw")
    await world.press(world.ada, withdraw, "Withdraw it")
    world.execute(f"UPDATE answers SET hidden = 1 WHERE user_id = {world.ben.id}")  # noqa: S608 our own id
    listed = await saved(world, world.cem)
    assert "its author has withdrawn" in text_of(listed)
    assert "an organiser has hidden" in text_of(listed)
    assert "SECRET" not in text_of(listed)
    for number in ("1", "2"):
        opened = await world.press(world.cem, listed, number)
        assert "SECRET" not in text_of(opened)
        await world.press(world.cem, listed, "Back to the list")
    await world.press(world.cem, listed, "1")
    await world.press(world.cem, listed, "Take it out")
    assert len(world.rows("saved")) == 1


async def test_a_blind_room_gives_nothing_away(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, thoughts(world.ada))
    (answer,) = world.rows("answers")
    drop = world.rows("drops")[0]
    forged = [f"keeping:save:v1:{answer['id']}", f"keeping:save_model:v1:{drop['id']}"]
    forged += [f"keeping:past:v1:{drop['id'] * 10_000 + page}" for page in (0, 1, 2, 9_999)]
    for custom_id in forged:
        text_of(await world.forge(world.dia, question, custom_id))
    for typed in ("1", "2026-01-05", "today"):
        looked = await world.command(world.dia, world.news, "today", date=typed)
        assert "1 answer: open to you with one of your own" in text_of(looked)
    seen = world.seen_by(world.dia)
    assert secret(world.ada) not in seen
    assert "Model answer" not in seen
    assert world.rows("saved") == []
    assert secret(world.ada) in text_of(
        await world.press(world.ada, await world.command(world.ada, world.news, "today", date="1"), "Next ▶")
    )


async def test_forged_ids_and_other_peoples_entries(world: World) -> None:
    question = await asked(world, mode="open")
    await world.answer(world.ada, question, thoughts(world.ada))
    await world.press(world.ada, shown_in_room(world, world.ada), "Save")
    (entry,) = world.rows("saved")
    other = world.found_group("Other")
    await world.command(other.olga, other.daily, "setup", kind="open")
    await world.travel(hours=24)
    theirs = world.questions(other.daily)[0]
    numbers = (entry["id"], 0, 999_999, 2**63 - 1)
    for action in ("open", "back", "remove", "page", "past", "save", "save_model", "everything"):
        for number in numbers:
            for who, message in ((world.ben, question), (other.members[0], theirs)):
                reply = await world.forge(who, message, f"keeping:{action}:v1:{number}")
                assert secret(world.ada) not in text_of(reply) or (who is world.ben and action == "save")
    assert entry in world.rows("saved")
    assert "I know no question" in text_of(
        await world.command(other.members[0], other.daily, "today", date="77")
    )


async def test_today_looks_back_at_everything_that_was_said(world: World) -> None:
    question = await asked(world, mode="open")
    for who in (world.ada, world.ben):
        await world.answer(who, question, thoughts(who))
    await world.travel(hours=25)
    assert "No question was asked on 1 Jan 2026" in text_of(
        await world.command(world.cem, world.daily, "today", date="2026-01-01")
    )
    for odd in ("", "never", "-1", "99999999999999999999", "\u202e", "@everyone", "2026-99-99"):
        text_of(await world.command(world.cem, world.daily, "today", date=odd))
    offered = await world.cem.autocomplete(world.daily, "today", "date", "5 jan")
    assert [(choice["name"][:14], choice["value"]) for choice in offered] == [("5 Jan 2026 · 1", "1")]
    assert len(await world.cem.autocomplete(world.daily, "today", "date", "")) == 2

    looked = await world.command(world.cem, world.daily, "today", date="1")
    assert "2 answers, on the pages that follow." in text_of(looked)
    assert labels(looked) == ["Next ▶", "To the question", "To the reveal", "Open the room", "Answer late"]
    await world.restart()
    await world.press(world.cem, looked, "Next ▶")
    assert "Model answer" in text_of(looked)
    await world.press(world.cem, looked, "Next ▶")
    assert secret(world.ada) in text_of(looked)
    assert secret(world.ben) in text_of(looked)
    kept = await world.press(world.cem, looked, "Save: ben")
    assert "· ben. " in text_of(kept)
    await world.press(world.cem, looked, "◀ Previous")
    assert "Model answer" in text_of(looked)


async def test_what_reviews_say_is_there_when_one_looks_back(world: World) -> None:
    question = await asked(world, mode="open")
    for who in (world.ada, world.ben):
        await world.answer(who, question, thoughts(who))
    await world.press(world.ben, shown_in_room(world, world.ada), "Upvote")
    form = await world.press(world.ben, shown_in_room(world, world.ada), "Review")
    await world._done(await world.ben.submit_modal(form, {}))
    looked = await world.command(world.ada, world.daily, "today", date="1")
    await world.press(world.ada, looked, "Next ▶")
    assert len(world.rows("reviews")) == 1
    assert "1 review · 0 of " in text_of(looked)
    assert "1 upvote" in text_of(looked)
    assert "Reviews: ada" in labels(looked)
    assert "Reviews: ben" not in labels(looked)
    assert text_of(await world.press(world.ada, looked, "Reviews: ada"))
    await world.travel(to=REVEAL)
    _, files = await exported(world, world.olga)
    assert "\n1 review · 0 of " in files["studyloop-2026-01.md"]


async def test_a_discussion_is_looked_back_at_too(world: World) -> None:
    (offered, *_) = await world.ada.autocomplete(world.daily, "discuss", "question", "")
    await world.command(world.ada, world.daily, "discuss", question=offered["value"])
    await world.travel(hours=25)
    choices = await world.ben.autocomplete(world.daily, "today", "date", "discussion")
    assert [choice["value"] for choice in choices] == ["discussion 1"]
    looked = await world.command(world.ben, world.daily, "today", date="discussion 1")
    assert "**Discussion 1 · " in text_of(looked)
    assert "I know no question" in text_of(await world.command(world.ben, world.daily, "today", date="1"))
    _, files = await exported(world, world.olga)
    assert "## Discussion 1 · " in files["studyloop-2026-01.md"]


async def test_a_channel_that_one_cannot_see_stays_closed(world: World) -> None:
    await asked(world, mode="open")
    await world.answer(world.ada, world.questions(world.daily)[0], thoughts(world.ada))
    denied = discord.Permissions(view_channel=True).value
    closed = Overwrite(target_id=world.dia.id, type=OverwriteType.MEMBER, allow=0, deny=denied)
    world.env.backend.set_overwrite(world.daily.id, closed)
    refused = await world.command(world.dia, world.news, "today", date="1")
    assert "No question was asked here yet" in text_of(refused)
    assert await world.dia.autocomplete(world.news, "today", "date", "") == []
    assert secret(world.ada) in text_of(
        await world.press(world.cem, await world.command(world.cem, world.news, "today", date="1"), "Next ▶")
    )


async def test_a_month_as_a_file(world: World) -> None:
    question = await asked(world)
    nasty = "```\n# Question 99 · Forged\n#### olga\n" + "and so on and on " * 6
    await world.answer(world.ada, question, nasty)
    await world.answer(world.ben, question, thoughts(world.ben))
    await world.answer(world.cem, question, thoughts(world.cem))
    withdraw = await world.press(world.ben, shown_in_room(world, world.ben), "Withdraw")
    await world.press(world.ben, withdraw, "Withdraw it")
    world.execute(f"UPDATE answers SET hidden = 1 WHERE user_id = {world.cem.id}")  # noqa: S608 our own id
    said, files = await exported(world, world.olga)
    assert "**January 2026**: 1 question, 0 answers." in said
    assert "1 question not revealed" in said
    assert "SECRET" not in str(files)
    assert "Forged" not in str(files)
    assert "Model answer" not in str(files)

    await world.travel(to=REVEAL)
    said, files = await exported(world, world.olga, month="January 2026")
    assert "1 question, 1 answer." in said
    assert list(files) == ["studyloop-2026-01.md"]
    text = files["studyloop-2026-01.md"]
    assert "### Model answer" in text
    assert "````text\n```\n# Question 99 · Forged" in text
    assert "SECRET" not in text
    offered = await world.olga.autocomplete(world.daily, "manage question export", "month", "jan")
    assert [(choice["name"], choice["value"]) for choice in offered] == [("January 2026", "2026-01")]
    for month, word in (("2025-03", "but in 2026-01"), ("soon", "is no month"), ("../../x", "is no month")):
        said, files = await exported(world, world.olga, month=month)
        assert word in said
        assert files == {}
    (manage,) = [c for c in await world.bot.tree.fetch_commands() if c.name == "manage"]
    world.guild.set_command_permissions(manage, {world.guild.default_role: True})
    refused = await world.command(world.ada, world.daily, "manage question export")
    assert "needs the **Manage Server** permission" in text_of(refused)


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with items that say which option is right; their pack is in the folder beside it."""
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
async def small(own_pack: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Give a world with that pack."""
    file = Path(shutil.copy(own_pack, tmp_path / "world.db"))
    async with open_world(file, questions=own_pack.parent / "small") as opened:
        yield opened


async def test_a_choice_question_is_saved_looked_back_at_and_exported(small: World) -> None:
    question = await asked(small, kind="choice")
    for who in small.home.members[:3]:
        await small.press(who, question, "A")
    before = await small.command(small.dia, small.daily, "today", date="1")
    assert "3 answered." in text_of(before)
    assert "Because reason" not in text_of(before)
    await small.travel(to=REVEAL)
    reveal = small.posted(small.daily)[-1]
    assert "· the answer. " in text_of(await small.press(small.ada, reveal, "Save"))
    opened = await small.press(small.ada, await saved(small, small.ada, search="right"), "1")
    assert "your choice" in text_of(opened)
    assert "Because reason 3" in text_of(opened)
    looked = await small.command(small.dia, small.daily, "today", date="2026-01-05")
    assert OPTIONS[0] in text_of(looked)
    assert re.search(r"·\s+3\n", text_of(looked))
    _, files = await exported(small, small.olga)
    assert "chosen by 3 people" in files["studyloop-2026-01.md"]
    assert "· **right** ·" in files["studyloop-2026-01.md"]
