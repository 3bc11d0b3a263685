"""What /discuss pays: a written question that the server sees for the first time, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.journeys.test_discuss import TEXT, discuss, discussions, item_of, question_of
from tests.world import World, text_of, words


async def revealed(world: World, message: Any) -> None:
    await world.press(world.olga, await world.press(world.olga, message, "Reveal now"), "Reveal it")


async def test_a_written_question_pays_once_in_a_server(world: World) -> None:
    question_id = question_of(world)["id"]
    reply = await discuss(world, world.ada, world.daily, question_id)
    assert "Answers bring points as for the question of the day" in text_of(reply)
    (first,) = discussions(world, world.daily)
    assert "**10 points**" in text_of(await world.answer(world.ada, first, "ADA " + TEXT))
    assert "Discussion 1" in str(world.env.backend.interactions)
    await revealed(world, first)

    reply = await discuss(world, world.ben, world.daily, question_id)
    assert "so answers bring no points" in text_of(reply)
    second = discussions(world, world.daily)[-1]
    for member in (world.ada, world.ben):
        said = text_of(await world.answer(member, second, f"{member.name.upper()} " + TEXT))
        assert "This server was asked the question before, so it brings no points." in said
    await world.restart()
    await revealed(world, second)
    (entry,) = world.rows("ledger")
    assert (entry["user_id"], entry["points"]) == (world.ada.id, 10)
    assert entry["reason"].startswith("answered discussion 1, ")


async def test_a_tap_in_a_discussion_pays_nothing_and_goes_into_practice_all_the_same(world: World) -> None:
    await discuss(world, world.ada, world.daily, item_of(world)["id"])
    (message,) = discussions(world, world.daily)
    for member, letter in zip(world.home.members, "ABCD", strict=False):
        await world.press(member, message, letter)
    await revealed(world, message)
    assert not world.rows("ledger")
    assert len(world.rows("item_answers")) == 4
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "1 of 4 chose the right option." in reveal.content
    assert "points" not in words(reveal)
    (shown,) = discussions(world, world.daily)
    for member in world.home.members[:4]:
        said = text_of(await world.press(member, shown, "My result"))
        assert "point" not in said.partition("\n")[0]
