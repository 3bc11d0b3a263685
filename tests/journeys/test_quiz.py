"""A whole quiz with twelve members: what everybody reads, what counts, and who stands where."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord

from tests.features.quiz.channel import (
    QuizChannel,
    at_once,
    body,
    custom_ids,
    is_silent,
    letter,
    number,
    quiz_world,
    stamp,
)
from tests.world import World, labels, text_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world with twelve items in one category and one in another."""
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


def crowd(world: World) -> list[simcord.MemberActor]:
    """Return twelve members: the five that there are and seven more."""
    more = [world.guild.add_member(world.env.create_user(f"member-{n}")) for n in range(7)]
    return [*world.home.members, *more]


def places(message: Any) -> list[str]:
    return [line for line in body(message).splitlines() if re.match(r"(🥇|🥈|🥉|\d+\.) ", line)]


def worth(world: World, table: QuizChannel) -> list[int]:
    """Return what the questions of the quiz bring, in order."""
    levels = [world.rows("questions", id=item["question_id"])[0]["difficulty"] for item in table.items()]
    assert levels == sorted(levels, key=["easy", "medium", "hard"].index), "from easy to hard"
    return [{"easy": 1, "medium": 2, "hard": 3}[level] for level in levels]


async def test_a_whole_quiz_with_twelve_members(world: World, table: QuizChannel) -> None:
    players = crowd(world)
    ada, ben, cem, dia, *others = players
    announced = await table.type(ada)
    assert announced.response is not None
    assert not announced.response.ephemeral, "everybody reads that a quiz starts"
    assert announced.response.content == "Quiz: all categories"
    told = body(announced.response)
    assert told.startswith("3 questions · all categories · 20 seconds each\nStarted by ada. ")
    assert f"First question {stamp(world.clock.now() + timedelta(seconds=5))}; all of it takes" in told
    assert labels(announced) == ["Stop"]

    first = await table.next()
    await the_first_question(world, table, players)
    one, two, three = worth(world, table)
    check_the_first_result(table, first, one)

    assert (await table.next()).content.startswith("**Question 2 of 3** · ")
    right = dict.fromkeys((cem, *others), "right")
    result = await table.play({ada: "a", ben: "a", dia: "c"} | right)
    assert "**Time is up:** 9 of 12 right." in body(result)
    # cem and the eight others share the first place; ada, ben and dia had one point and lose it.
    assert f"🥇 cem · {two} points" in body(result)
    assert "… and 7 more" in body(result), "a phone shows five"

    await table.next()
    result = await table.play({ada: "right", ben: "a", cem: "right", dia: "right", others[0]: "b"})
    assert places(result)[:2] == [
        f"🥇 cem · {two + three} points",
        f"🥈 ada · {one + three} points  ▲ 8",
    ]
    assert "Next question" not in body(result), "it was the last one"

    check_the_end(table, await table.to_the_end(), two + three)
    assert table.points() == {
        ada.id: one + three,
        ben.id: one,
        cem.id: two + three,
        dia.id: one + three,
        **{other.id: two for other in others},
    }
    assert {e["act"] for e in world.rows("ledger")} == {"quiz"}
    answers = world.rows("item_answers", source="quiz")
    assert len(answers) == len(world.rows("quiz_choices"))
    missed = sorted((a["user_id"], a["question_id"]) for a in answers if not a["right"])
    cards = sorted((c["user_id"], c["question_id"]) for c in world.rows("cards"))
    assert missed == cards, "misses go into everybody's own practice"


async def the_first_question(world: World, table: QuizChannel, players: list[simcord.MemberActor]) -> None:
    """Choose, change, press twice at once, press late; ada, ben and dia are right in the end, cem is not."""
    ada, ben, cem, dia, *_, late = players
    first = table.questions()[-1]
    assert re.fullmatch(r"\*\*Question 1 of 3\*\* · (Agents & Tool Use|Training) · easy", first.content)
    assert labels(first) == ["A", "B", "C", "D", "Stop"]
    ends_at = table.item()["ends_at"]
    assert ends_at == world.clock.now() + timedelta(seconds=20)
    assert f"Ends {stamp(ends_at)}  ·  0 locked in" in body(first)

    right = letter(first, "right")
    panel = await table.choose(ada)
    assert text_of(panel).splitlines() == [
        f"You chose **{right}**: right {number(first):02}",
        f"You can change it until {stamp(ends_at, 'T')}.",
    ]
    assert labels(panel) == ["A", "B", "C", "D"]
    assert f"Ends {stamp(ends_at)}  ·  1 locked in" in body(table.questions()[-1])
    assert not labels_that_stand_out(table.questions()[-1]), "nobody else sees what ada chose"

    bens = await table.choose(ben, "a")
    for option in ("b", "right"):
        again = await table.choose(ben, option)
        assert is_silent(again), "no second message"
        assert f"You chose **{letter(first, option)}**" in text_of(bens), "the one panel shows it"
        assert labels_that_stand_out(bens.response) == [letter(first, option)]
    for option in ("c", "right"):
        pressed = await world.press(ben, bens, letter(first, option))
        assert pressed.response is not None
        assert bens.response is not None
        assert pressed.response.id == bens.response.id, "on the panel as well"
        assert table.chosen(ben) == option

    twice = await at_once(world, [(dia, first, letter(first, "b")), (dia, first, right)])
    assert [is_silent(r) for r in twice] == [False, True], "one panel, however fast one presses"
    assert f"You chose **{right}**" in text_of(twice[0])
    assert table.chosen(dia) == "right"

    cems = await table.choose(cem, "a")
    assert "4 locked in" in body(table.questions()[-1]), "changes and double clicks count once"
    await table.wait(20.5)
    await table.choose(cem, "b")
    assert f"You chose **{letter(first, 'b')}**" in text_of(cems), "the last moment's is still on its way"
    closed = await table.time_up(1)
    assert len(world.rows("quiz_choices")) == 4

    ids = dict(zip("ABCD", custom_ids(first), strict=False))
    too_late = await world.forge(late, closed, ids[right])
    assert text_of(too_late).startswith(f"Time is up: you had not chosen.\n**{right} is right.** ")
    await world.forge(cem, closed, ids[right])
    assert text_of(cems).startswith(
        f"Time is up: you chose **{letter(first, 'b')}**, and that is wrong.\n**{right} is right.** "
    )
    assert f"\n**{letter(first, 'b')}**: This mistakes" in text_of(cems)
    await world.forge(ada, closed, ids[letter(first, "c")])
    assert text_of(panel).startswith(f"Time is up: you chose **{right}**, and that is right.\n")
    assert not labels(panel)
    assert len(world.rows("quiz_choices")) == 4
    assert table.world.rows("quiz_choices", user_id=cem.id)[0]["option"] == 2


def check_the_first_result(table: QuizChannel, first: Any, points: int) -> None:
    """Counts, the explanations of the chosen wrong options and no others, standings without changes."""
    result = body(table.questions()[0])
    right, b = letter(first, "right"), letter(first, "b")
    assert f"✅ **{right}**  right {number(first):02}\u00a0\u00a0·\u00a0\u00a03\n" in result + "\n"
    assert f"▫️ **{b}**  wrong {number(first):02} b\u00a0\u00a0·\u00a0\u00a01\n" in result + "\n"
    assert f"**{right} is right.** This one is right because number {number(first):02} says so." in result
    assert f"**{b}**: This mistakes the number {number(first):02} for its predecessor." in result
    assert "for its successor" not in result
    assert "for a letter" not in result
    assert f"[The book of numbers](https://example.org/numbers/{number(first):02})" in result
    assert "**Time is up:** 3 of 4 right." in result
    assert places(table.questions()[0]) == [
        *(f"🥇 {name} · {points} point{'s' * (points > 1)}" for name in ("ada", "ben", "dia")),
        "4. cem · 0 points",
    ]
    (post,) = [p for p in table.world.rows("posts", kind="quiz_item") if p["state"] == "pending"]
    assert f"Next question {stamp(post['due_at'])}" in result


def check_the_end(table: QuizChannel, end: Any, most: int) -> None:
    """The winners in words, everybody in the picture and its alt text; the hardest question; a thread."""
    assert end.content == "Quiz over · 3 questions · all categories"
    assert labels(end) == ["Rematch", "Practise my misses"]
    assert places(end)[0] == f"🥇 **cem** · {most} points · 2 of 3 right"
    (picture,) = end.attachments
    assert picture.description is not None
    for name in ("cem", "ada", "ben", "dia", "eli", *(f"member-{n}" for n in range(7))):
        assert name in picture.description
    third = table.questions()[2]
    assert "**Hardest question** · 3 of 5 right\n[What is the answer to" in body(end)
    assert third.jump_url.partition("channels")[2] in body(end)
    (thread,) = table.channel.threads
    assert thread.name == "Quiz of 5 Jan · all categories"
    (answers,) = table.world.posted(thread)
    for position, question in enumerate(table.questions(), start=1):
        assert (
            f"**{position}.** What is the answer to the question with number {number(question):02}?"
            in body(answers)
        )
        assert f": right {number(question):02} · " in body(answers)


def labels_that_stand_out(message: Any) -> list[str]:
    parts = [p if isinstance(p, dict) else p.to_dict() for p in message.components]
    return [b["label"] for row in parts for b in row["components"] if b["style"] == 1]
