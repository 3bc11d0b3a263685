"""One person practises on four days: new, missed, due again; what they left waits for them."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import simcord

from tests.db.files import template
from tests.features.practice.samples import RIGHT, USUAL, WRONG, write_pack
from tests.world import START, World, labels, open_world, text_of

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world whose pack has two agents items (hard, easy) and two training items (medium, easy)."""
    path = Path(shutil.copy(template(), tmp_path / "world.db"))
    async with open_world(path, questions=write_pack(tmp_path / "small")) as opened:
        yield opened


async def practise(world: World, **options: str) -> simcord.InteractionResult:
    return await world.command(world.ada, world.daily, "practice", **options)


async def press(world: World, on: simcord.InteractionResult, label: str) -> simcord.InteractionResult:
    """Press a button and see the same private message changed."""
    result = await world.press(world.ada, on, label)
    assert result.response is not None
    assert on.response is not None
    assert result.response.id == on.response.id, "one message, updated in place"
    assert not world.posted(world.daily), "nobody else sees any of it"
    return result


async def answer(
    world: World, on: simcord.InteractionResult, *, right: bool = True
) -> simcord.InteractionResult:
    return await press(world, on, letter(on, RIGHT if right else WRONG[0]))


def letter(shown: simcord.InteractionResult, option: str) -> str:
    found = re.search(rf"\*\*([A-D])\*\*  {option}", text_of(shown))
    assert found, text_of(shown)
    return found[1]


def slug(shown: simcord.InteractionResult) -> str:
    found = re.search(r"belongs to ([\w-]+) of the pack", text_of(shown))
    assert found, text_of(shown)
    return found[1]


def stamp(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"


async def test_four_days(world: World) -> None:
    shown, missed = await monday(world)
    left = slug(shown)
    order = [letter(shown, option) for option in (RIGHT, *WRONG)]

    await world.restart(away=DAY)
    await tuesday(world, left, order, missed)

    await world.travel(hours=24)
    shown = await practise(world)
    seen = [slug(shown)]
    while "Nothing due" not in text_of(await press(world, await answer(world, shown), "Next")):
        seen.append(slug(shown))
    assert seen == [left, "agents-hard"], "what is due, then the last new one, then nothing"
    soonest = min(card["due_at"] for card in world.rows("cards"))
    assert "**That is all for now**: 2 answered, 2 right." in text_of(shown)
    assert f"Nothing due: the next one comes back {stamp(soonest)}." in text_of(shown)
    again = await practise(world)
    assert text_of(again) == f"Nothing due: the next one comes back {stamp(soonest)}."

    await world.restart()
    await world.travel(to=max(soonest, START + 3 * DAY))
    assert "**Due again** · " in text_of(await press(world, again, "Look again"))

    answers = world.rows("item_answers")
    assert len(answers) == 7
    assert {(a["source"], a["points"], a["user_id"]) for a in answers} == {("practice", 0, world.ada.id)}
    assert not world.rows("ledger")
    assert not world.rows("posts")


async def monday(world: World) -> tuple[simcord.InteractionResult, str]:
    """Miss one, know one, have the bot restarted, meet the miss again; leave a question open."""
    shown = await practise(world)
    assert text_of(shown).startswith("**New** · ")
    assert "answered" not in text_of(shown)
    assert labels(shown) == ["A", "B", "C", "D", "Done"]
    missed, right = slug(shown), letter(shown, RIGHT)
    await answer(world, shown, right=False)
    assert f"❌ **Wrong**: {right} is right. It comes back {stamp(START + MINUTE)}." in text_of(shown)
    assert f"It is right because {missed} says so." in text_of(shown)
    assert "The first is wrong because of a reason." in text_of(shown)
    assert "The second is wrong" not in text_of(shown)
    assert f"[The book of {missed}](https://example.org/{missed})" in text_of(shown)
    assert "1 answered, 0 right" in text_of(shown)
    assert labels(shown) == ["Next", "Done"]

    await press(world, shown, "Next")
    assert {missed, slug(shown)} == {"agents-easy", "training-easy"}, "the easiest come first"
    await answer(world, shown)
    assert f"✅ **Right.** It comes back {stamp(START + 10 * MINUTE)}." in text_of(shown)
    assert labels(shown) == ["Next", "Hard", "Easy", "Done"]
    assert "counted as hard" in text_of(await press(world, shown, "Hard"))
    assert "counted as easy" in text_of(await press(world, shown, "Easy"))
    (easy,) = [card["due_at"] for card in world.rows("cards") if card["due_at"] > START + DAY]
    assert stamp(easy) in text_of(shown)

    await world.restart(away=2 * MINUTE)
    await press(world, shown, "Next")
    assert (slug(shown), "**Due again**" in text_of(shown)) == (missed, True)
    assert "2 answered, 1 right" in text_of(shown)
    await answer(world, shown)
    await press(world, shown, "Next")
    assert slug(shown) == "training-medium"
    return shown, missed


async def tuesday(world: World, left: str, order: list[str], missed: str) -> None:
    """Find the question that was left, with its options where they were; the count begins anew."""
    shown = await practise(world)
    assert slug(shown) == left
    assert [letter(shown, option) for option in (RIGHT, *WRONG)] == order
    await world.travel(minutes=2)
    await answer(world, shown)
    assert "counted as hard" in text_of(shown), "it took two minutes"
    assert "1 answered, 1 right" in text_of(shown)
    await press(world, shown, "Next")
    assert (slug(shown), "**Due again**" in text_of(shown)) == (missed, True)
    await answer(world, shown)
    await press(world, shown, "Done")
    assert "**Done**: 2 answered, 2 right.\nThe next one comes back <t:" in text_of(shown)


async def test_categories_are_offered_counted_and_kept(world: World) -> None:
    offered = await world.ada.autocomplete(world.daily, "practice", "category", "")
    assert [(c["name"], c["value"]) for c in offered] == [
        ("Agents & Tool Use (2)", "agents"),
        ("Training (2)", "training"),
    ]
    offered = await world.ada.autocomplete(world.daily, "practice", "category", " TRAIN")
    assert [c["value"] for c in offered] == ["training"]

    shown = await practise(world, category="agents & tool use")
    assert slug(shown) == "agents-easy"
    other = await practise(world, category="training")
    assert slug(other) == "training-easy"
    # The message of the category that was left shows where ada is now.
    await press(world, shown, "A")
    assert "this is where you are now" in text_of(shown)
    assert slug(shown) == "training-easy"
    assert not world.rows("item_answers")

    await answer(world, other)
    await press(world, other, "Next")
    assert slug(other) == "training-medium"
    await answer(world, other)
    await press(world, other, "Next")
    assert "Nothing due in **Training**" in text_of(other)
    assert labels(other) == ["All categories"]
    await press(world, other, "All categories")
    assert slug(other) == "agents-easy"


async def test_a_category_that_is_unknown_or_empty_is_answered_with_those_that_are_not(world: World) -> None:
    unknown = text_of(await practise(world, category="cooking @everyone"))
    assert "I know no category “cooking @\u200beveryone”." in unknown
    assert "**Agents & Tool Use** (2) and **Training** (2)" in unknown
    empty = text_of(await practise(world, category="empty"))
    assert "**Empty so far** has no practice questions yet. These have some: **Agents" in empty
    assert "I know no category" in text_of(await practise(world, category="x" * 6000))


async def test_double_clicks_and_two_messages_count_once(world: World) -> None:
    shown = await practise(world)
    wrong, right = letter(shown, WRONG[0]), letter(shown, RIGHT)
    twin = await practise(world)
    assert text_of(twin) == text_of(shown)
    await press(world, shown, wrong)
    # The other message still has the buttons; what was chosen first stands.
    await press(world, twin, right)
    assert text_of(twin) == text_of(shown)
    assert len(world.rows("item_answers")) == 1
    await press(world, shown, "Next")
    await press(world, twin, "Next")
    assert text_of(twin) == text_of(shown)
    assert "1 answered, 0 right" in text_of(twin)


async def test_forged_and_foreign_buttons_change_nothing(world: World) -> None:
    shown = await practise(world)
    message = await world.say(world.olga, world.daily, "here")
    for forged in ("practice:a:v1:99", "practice:done:v1:0", "practice:a:v1:9223372036854775807"):
        mine = await world.forge(world.ada, message, forged)
        assert slug(mine) == slug(shown)
        theirs = await world.forge(world.ben, message, forged)
        assert text_of(theirs) == "That question is over: type `/practice` to go on."
    for forged in (
        "practice:e:v1:1",
        "practice:a:v1:-1",
        "practice:a:v2:1",
        "practice:a:v1:9223372036854775808",
    ):
        assert "not one of mine" in text_of(await world.forge(world.ada, message, forged))
    # Ben's forged answer to ada's question concerns only himself.
    await world.forge(world.ben, message, "practice:a:v1:1")
    assert not world.rows("item_answers")
    await answer(world, shown)
    assert [row["user_id"] for row in world.rows("item_answers")] == [world.ada.id]


async def test_after_done_old_buttons_say_so_and_practice_goes_on(world: World) -> None:
    shown = await practise(world)
    await answer(world, shown, right=False)
    twin = await practise(world)
    await press(world, twin, "Done")
    assert "**Done**: 1 answered, 0 right." in text_of(twin)
    await press(world, shown, "Next")
    assert slug(shown) != "", "the question that was open at the end"
    await press(world, twin, "Go on")
    assert slug(twin) == slug(shown)


async def test_a_question_that_is_changed_or_taken_out_can_be_answered(world: World) -> None:
    assert world.questions_dir is not None
    shown = await practise(world, category="agents")
    write_pack(world.questions_dir, USUAL | {"agents": [("agents-hard", "hard")]})
    await world.restart()
    await answer(world, shown)
    assert "✅ **Right.**" in text_of(shown)
    await world.travel(hours=24)
    assert "**Agents & Tool Use (1)**" not in text_of(await practise(world, category="agents"))
    assert slug(await practise(world)) == "agents-hard"


async def test_misses_are_practised_and_survive_a_restart(world: World) -> None:
    slugs = {row["id"]: row["slug"] for row in world.rows("questions")}
    misses = [key for key, name in slugs.items() if name in {"agents-hard", "training-medium"}]
    await world.bot.services.practice.practise_these(world.guild.id, world.ada.id, misses)
    await world.restart()
    shown = await practise(world)
    asked = [slug(shown)]
    for _ in range(3):
        await answer(world, shown)
        await press(world, shown, "Next")
        asked.append(slug(shown))
    assert asked[:2] == [slugs[key] for key in misses]
    assert {*asked[2:]} == {"agents-easy", "training-easy"}


async def test_direct_messages_have_no_practice(world: World) -> None:
    with pytest.raises(simcord.SetupError):
        await world.ada.user.slash("practice")
    mine = await world.ada.user.send_dm("hello")
    forged = await world.forge(world.ada.user, mine, "practice:more:v1:0")
    assert "This works in a server only." in text_of(forged)
    assert not world.rows("practice_sessions")
