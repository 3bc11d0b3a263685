"""A whole quiz with twelve members: what everybody reads, what counts, and who stands where."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord

from tests.quiz.table import Table, at_once, body, letter, number, quiz_world, stamp
from tests.reading import words
from tests.world import World, labels, text_of

DAY = timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world with twelve items in one category and one in another."""
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> Table:
    return Table(world)


def crowd(world: World) -> list[simcord.MemberActor]:
    """Return twelve members: the five that there are and seven more."""
    more = [world.guild.add_member(world.env.create_user(f"member-{n}")) for n in range(7)]
    return [*world.home.members, *more]


def standings(message: Any) -> list[str]:
    return [line for line in body(message).splitlines() if re.match(r"(🥇|🥈|🥉|\d+\.) ", line)]


async def test_a_whole_quiz_with_twelve_members(world: World, table: Table) -> None:
    players = crowd(world)
    ada, ben, cem, dia, *others = players
    announced = await table.type(ada)
    assert announced.response is not None
    assert not announced.response.ephemeral, "everybody reads that a quiz starts"
    assert announced.response.content == "Quiz: all categories"
    assert body(announced.response).startswith("3 questions · all categories · 20 seconds each\nStarted by ada.")
    assert labels(announced) == ["Stop"]
    assert stamp(world.clock.now() + timedelta(seconds=5)) in body(announced.response)

    first = await table.next()
    await the_first_question(world, table, first, players)
    second = await table.next()
    assert second.content.startswith("**Question 2 of 3** · ")
    await the_second_question(world, table, players)
    await table.next()
    result = await table.play({ada: "right", ben: "a", cem: "right", others[0]: "b"})
    assert "**Time is up:** 2 of 4 right." in body(result)
    assert "Next question" not in body(result), "it was the last one"
    (end,) = [await table.to_the_end()]
    assert labels(end) == ["Rematch", "Practise my misses"]
    check_the_end(world, table, end)

    levels = [world.rows("questions", id=item["question_id"])[0]["difficulty"] for item in table.items()]
    worth = [{"easy": 1, "medium": 2, "hard": 3}[level] for level in levels]
    assert levels == sorted(levels, key=["easy", "medium", "hard"].index), "from easy to hard"
    assert table.points() == {
        ada.id: sum(worth),
        ben.id: worth[0] + worth[1],
        cem.id: worth[1] + worth[2],
        dia.id: worth[0],
        others[1].id: worth[1],
    }
    assert {e["act"] for e in world.rows("ledger")} == {"quiz"}
    answers = world.rows("item_answers", source="quiz")
    assert len(answers) == len(world.rows("quiz_choices"))
    missed = [(a["user_id"], a["question_id"]) for a in answers if not a["right"]]
    cards = [(c["user_id"], c["question_id"]) for c in world.rows("cards")]
    assert sorted(missed) == sorted(cards), "misses go into everybody's own practice"


async def the_first_question(
    world: World, table: Table, first: Any, players: list[simcord.MemberActor]
) -> None:
    """Two are right, one changes their mind twice, one presses twice, one is late; the others look on."""
    ada, ben, cem, dia, *_, late = players
    assert re.fullmatch(r"\*\*Question 1 of 3\*\* · (Agents & Tool Use|Training) · easy", first.content)
    assert labels(first) == ["A", "B", "C", "D", "Stop"]
    ends_at = table.item()["ends_at"]
    assert ends_at == world.clock.now() + timedelta(seconds=20)
    assert f"Ends {stamp(ends_at)}  ·  0 locked in" in body(first)

    panel = await table.choose(ada)
    right = letter(first, "right")
    assert text_of(panel).splitlines() == [
        f"You chose **{right}** · right {number(first):02}",
        f"You can change it until {stamp(ends_at, 'T')}.",
    ]
    assert labels(panel) == ["A", "B", "C", "D"]
    assert f"Ends {stamp(ends_at)}  ·  1 locked in" in body(table.questions()[-1])
    assert "right 0" not in "".join(words(m) for m in world.posted(table.channel)[:-1])

    mind = await table.choose(ben, "a")
    for option in ("b", "right"):
        changed = await table.choose(ben, option)
        assert changed.response is None, "no second message"
        assert f"You chose **{letter(first, option)}**" in text_of(mind), "the one panel shows it"
    on_panel = await world.press(ben, mind, letter(first, "c"))
    assert on_panel.response is not None
    assert mind.response is not None
    assert on_panel.response.id == mind.response.id
    await world.press(ben, mind, right)
    assert table.chosen(ben) == "right"

    await table.choose(cem, "a")
    twice = await at_once(world, [(dia, first, letter(first, "b")), (dia, first, right)])
    assert [r.response is not None for r in twice] == [True, False], "one panel, however fast one presses"
    assert f"You chose **{right}**" in text_of(twice[0])
    assert table.chosen(dia) == "right"
    assert "4 locked in" in body(table.questions()[-1]), "changes and double clicks count once"
    assert len(world.rows("quiz_choices")) == 4

    await table.wait(20.5)
    in_time = await table.choose(cem, "b")
    assert "You chose" in text_of(in_time) if in_time.response else True
    assert table.chosen(cem) == "b", "a choice of the last moment is still on its way"
    result = await table.time_up(0)
    pressed_late = await at_once_old(world, late, first, right)
    assert text_of(pressed_late).startswith("Time is up: you had not chosen.\n**")
    assert len(world.rows("quiz_choices")) == 4
    check_the_first_result(table, first, result)
    mine = await at_once_old(world, cem, first, right)
    assert mine.response is None, "cem's panel says it"
    assert f"Time is up: you chose **{letter(first, 'b')}**.\n" in text_of(in_time if in_time.response else mine_of(world, cem))


def mine_of(world: World, who: simcord.MemberActor) -> Any:
    raise NotImplementedError
