"""Nothing that is being asked to somebody is solved in front of them by a quiz, and panels end with it."""

from datetime import UTC, datetime
from pathlib import Path

from tests.features.quiz.channel import QuizChannel, quiz_world
from tests.features.quiz.pack import AGENT_ITEMS
from tests.world import labels, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def test_a_quiz_leaves_out_the_open_question_of_the_day(tmp_path: Path) -> None:
    async with quiz_world(tmp_path) as world:
        await world.command(world.olga, world.daily, "setup", kind="choice", channel=world.daily)
        await world.travel(to=NINE)
        (drop,) = world.rows("drops")
        table = QuizChannel(world, world.guild.create_text_channel("side"))
        await table.begin(world.ada, questions=AGENT_ITEMS, seconds=10)
        asked = [item["question_id"] for item in table.items()]
        assert len(asked) == AGENT_ITEMS
        assert drop["question_id"] not in asked


async def test_two_quizzes_of_a_server_ask_different_questions(tmp_path: Path) -> None:
    async with quiz_world(tmp_path) as world:
        first, second = QuizChannel(world), QuizChannel(world, world.guild.create_text_channel("side"))
        await first.begin(world.ada, questions=8, seconds=60)
        await second.begin(world.ben, questions=5, seconds=60)
        asked = [{item["question_id"] for item in table.items()} for table in (first, second)]
        assert not asked[0] & asked[1]


async def test_the_question_of_the_day_is_none_of_a_running_quiz(tmp_path: Path) -> None:
    async with quiz_world(tmp_path) as world:
        await world.command(world.olga, world.daily, "setup", kind="choice", channel=world.daily)
        await world.travel(minutes=118)
        table = QuizChannel(world, world.guild.create_text_channel("side"))
        await table.begin(world.ada, questions=AGENT_ITEMS, seconds=120)
        await world.travel(to=NINE)
        (drop,) = world.rows("drops")
        asked = [item["question_id"] for item in world.rows("quiz_items")]
        assert drop["question_id"] not in asked


async def test_when_time_is_up_everybodys_panel_says_how_it_went(tmp_path: Path) -> None:
    async with quiz_world(tmp_path) as world:
        table = QuizChannel(world)
        await table.begin(world.ada, questions=3, seconds=20)
        adas = await table.choose(world.ada, "right")
        bens = await table.choose(world.ben, "a")
        await table.time_up(20)
        assert adas.response is not None
        assert bens.response is not None
        assert "and that is right" in words(adas.response)
        assert "and that is wrong" in words(bens.response)
        assert labels(adas.response) == labels(bens.response) == []
