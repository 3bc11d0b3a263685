"""What happens in quizzes day after day: points, pace, people who come and go, other questions each time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.features.quiz.channel import QuizChannel, body, is_silent, letter, number, quiz_world, stamp
from tests.features.quiz.pack import item, write_pack
from tests.reading import words
from tests.world import World, labels, text_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


async def whole(table: QuizChannel, choices: dict[str, str], **options: object) -> None:
    """Play a quiz to its end: each named person chooses the same in every question."""
    world = table.world
    await table.begin(world.ada, **options)
    while table.quiz()["state"] == "running":
        await table.play({getattr(world, who): option for who, option in choices.items()})
        if table.quiz()["state"] == "running":
            await table.next()
    await table.to_the_end()


async def test_an_item_pays_once_in_two_weeks(tmp_path: Path) -> None:
    async with quiz_world(tmp_path, items=3) as world:
        table = QuizChannel(world)
        everything = {world.ada.id: 6}
        await whole(table, {"ada": "right", "ben": "a"}, category="agents")
        assert table.points() == everything

        await world.travel(hours=24)
        await whole(table, {"ada": "right", "ben": "right"}, category="agents")
        assert table.points() == everything | {world.ben.id: 6}, "a miss did not use ben's points up"
        assert "🥇 **ada** · 6 points · 3 of 3 right\n🥇 **ben** · 6 points" in body(table.ends()[-1])
        await world.travel(hours=12 * 24)
        await whole(table, {"ada": "right", "ben": "right"}, category="agents")
        assert table.points() == {world.ada.id: 6, world.ben.id: 6}
        await world.travel(hours=2 * 24)
        await whole(table, {"ada": "right", "ben": "right"}, category="agents")
        assert table.points() == {world.ada.id: 12, world.ben.id: 12}
        assert len(world.rows("item_answers")) == 4 * 3 * 2, "what does not pay is kept as well"


async def test_a_question_ends_early_once_all_of_the_last_one_are_in(
    world: World, table: QuizChannel
) -> None:
    await table.begin(world.ada, questions=4)
    await table.play({world.ada: "right", world.ben: "a"})
    assert table.item()["position"] == 2
    await table.next()
    full = table.item()["ends_at"]
    await table.choose(world.cem, "a")
    await table.choose(world.ada, "right")
    assert table.item()["ends_at"] == full, "ben is missing"
    bens = await table.choose(world.ben, "b")
    assert text_of(bens).endswith("\nEverybody is in: a moment more.")
    soon = world.clock.now() + timedelta(seconds=2)
    assert table.item()["ends_at"] == soon
    assert f"Ends {stamp(soon)}  ·  3 locked in" in body(table.questions()[-1])

    await table.wait(1.5)
    await table.choose(world.ben, "right")
    assert table.item()["ends_at"] == soon, "a change does not put it off"
    assert table.item()["state"] == "open"
    await table.wait(1.6)
    result = body(table.questions()[-1])
    assert "**Time is up:** 2 of 3 right." in result

    await table.next()
    full = table.item()["ends_at"]
    for who in (world.ada, world.ben):
        await table.choose(who)
    assert table.item()["ends_at"] == full, "cem was in the last one"
    await table.time_up()
    await table.next()
    for who in (world.ben, world.ada):
        await table.choose(who)
    assert table.item()["ends_at"] == world.clock.now() + timedelta(seconds=2)


async def test_a_quiz_in_which_nobody_plays_ends_after_two_questions(
    world: World, table: QuizChannel
) -> None:
    await table.begin(world.ada, questions=5)
    end = await table.to_the_end()
    assert len(table.questions()) == 2
    assert all("**Time is up:** nobody chose." in body(q) for q in table.questions())
    assert body(end) == "Two questions in a row had no answers, so it ended here.\n\nNobody played."
    assert labels(end) == ["Rematch"]
    assert not table.channel.threads
    assert table.quiz()["reason"] == "idle"


async def test_players_who_go_to_lunch_end_it_with_their_points(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada, questions=5)
    await table.play({world.ben: "right"})
    await table.next()
    await table.play({})
    await table.next()
    await table.play({world.ben: "right"})
    assert table.quiz()["state"] == "running", "one question without an answer is a pause"
    end = await table.to_the_end()
    assert len(table.questions()) == 5
    assert "🥇 **ben** · " in body(end)
    assert not table.channel.threads, "ben is alone"
    assert table.points()[world.ben.id] > 0


async def test_who_leaves_the_server_keeps_their_place(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.choose(world.ben)
    await table.choose(world.ada, "a")
    world.guild.remove_member(world.ben)
    await table.time_up()
    await table.next()
    full = table.item()["ends_at"]
    await table.choose(world.ada, "a")
    assert table.item()["ends_at"] == full
    await table.time_up()
    await table.next()
    await table.play({world.ada: "a"})
    end = await table.to_the_end()
    assert "🥇 **ben** · 1 point · 1 of 3 right" in body(end)
    assert table.points() == {world.ben.id: 1}


async def test_names_neither_ping_nor_format(world: World, table: QuizChannel) -> None:
    evil = world.guild.add_member(world.env.create_user("evil", global_name="**@everyone** [x](http://a.b"))
    await table.begin(evil)
    asked = await table.type(world.ben)
    await table.play({evil: "right", world.ada: "a"})
    for _ in range(2):
        await table.next()
        await table.play({evil: "right"})
    await table.to_the_end()
    for shown in [*map(words, world.posted(table.channel)), text_of(asked)]:
        assert "@everyone" not in shown
        assert "[x](" not in shown
        assert "**@" not in shown
    assert "\\*\\*@\u200beveryone\\*\\* \\[x\\](http://a.b" in body(table.ends()[0])


async def test_rematch_asks_what_the_channel_has_not_seen_for_longest(
    world: World, table: QuizChannel
) -> None:
    await whole(table, {"ada": "right"}, questions=4, category="agents", seconds=10)
    for _ in range(3):
        await world.travel(hours=1)
        started = await world.press(world.ben, table.ends()[-1], "Rematch")
        assert started.response is not None
        assert body(started.response).startswith("4 questions · Agents & Tool Use · 10 seconds each\n")
        assert table.quiz()["starter_id"] == world.ben.id
        again = await world.press(world.cem, table.ends()[-1], "Rematch")
        assert text_of(again).startswith("ben is running a quiz here already")
        await table.next()
        for position in range(4):
            await table.play({world.ada: "right"})
            if position < 3:
                await table.next()
        await table.to_the_end()
    asked = [number_of(q) for q in table.questions()]
    assert sorted(asked[:12]) == list(range(1, 13)), "all of them before any again"
    assert sorted(asked[12:]) == sorted(asked[:4]), "then those of the first quiz"
    other = QuizChannel(world, world.news)
    await other.begin(world.ada, questions=3)
    assert other.items()[0]["question_id"] is not None


def number_of(result: object) -> int:
    found = re.search(r"question with number (\d+)", body(result))
    assert found
    return int(found[1])


def long_item(number: int) -> str:
    """Return an item in which every text is as long as it may be; the stem holds six lines of code."""
    code = "\n".join(f"      value_{line} = {'x' * 25}" for line in range(6))
    tail = f"What does this print for number {number:02}, and why do you think so? "
    asked = f"What is the answer to the question with number {number:02}?"
    stem = f"    stem: |\n      {asked}\n      ```python\n{code}\n      ```\n"
    rest = 400 - len("\n".join(line.strip() for line in stem.splitlines()[1:])) - 1
    text = item(number).replace(
        f"    stem: What is the answer to the question with number {number:02}?\n",
        stem + f"      {(tail + 'very ' * 50)[: rest - 1]}?\n",
    )
    for short, most in ((r"text: (right \d+|wrong \d+ .)", 90), (r"explanation: (.*)", 250)):
        text = re.sub(
            short, lambda m, most=most: f"{m[0]} {'so' * 125}"[: most + len(m[0]) - len(m[1])], text
        )
    return text.replace("The book of numbers", "The book of numbers " + "n" * 90)


@pytest.mark.explored
async def test_twenty_five_questions_of_the_greatest_length(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, 25)
    path = pack / "agents.yaml"
    opening = path.read_text().partition(item(1))[0]
    path.write_text(opening + "".join(long_item(n) for n in range(1, 26)))
    async with quiz_world(tmp_path, pack=pack) as world:
        table = QuizChannel(world)
        await table.begin(world.ada, questions=25, seconds=10, category="agents")
        for position in range(1, 26):
            shown = table.questions()[-1]
            assert shown.content.startswith(f"**Question {position} of 25** · ")
            assert "```python\nvalue_0 = " in body(shown)
            for who, option in zip(world.home.members, ("right", "a", "b", "c", "right"), strict=True):
                panel = await table.choose(who, option)
                assert not is_silent(panel), "a new question, a new panel"
            result = await table.time_up()
            assert len(re.findall("(?:so){20}", body(result))) >= 8, "four options, four explanations"
            if position < 25:
                await table.next()
        await table.to_the_end()
        assert sorted({number(q) for q in table.questions()}) == list(range(1, 26)), "none twice"
        (thread,) = table.channel.threads
        (answers,) = world.posted(thread)
        assert re.findall(r"\*\*(\d+)\.\*\* What is the answer", body(answers)) == [
            str(n) for n in range(1, 26)
        ]
        assert letter(table.questions()[0], "right")


async def test_everybody_practises_their_own_misses(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "right"})
    await table.next()
    await table.play({world.ada: "right", world.ben: "a"})
    missed = number(table.questions()[-1])
    await table.next()
    await table.play({world.ada: "right", world.ben: "right"})
    end = await table.to_the_end()
    bens = await world.press(world.ben, end, "Practise my misses")
    assert f"question with number {missed:02}" in text_of(bens)
    assert labels(bens) == ["A", "B", "C", "D", "Done"]
    adas = await world.press(world.ada, end, "Practise my misses")
    assert "question with number" not in text_of(adas), "ada missed none"
    others = await world.press(world.cem, end, "Practise my misses")
    assert text_of(others) == (
        "You did not play in this quiz. `/practice` has questions for you at any time."
    )


async def test_a_running_quiz_is_not_given_away_in_practice(tmp_path: Path) -> None:
    async with quiz_world(tmp_path, items=3) as world:
        table = QuizChannel(world)
        await table.begin(world.ada, category="agents")
        shown = await world.command(world.ben, world.daily, "practice", category="agents")
        assert "question with number" not in text_of(shown), "all three are in the quiz"
