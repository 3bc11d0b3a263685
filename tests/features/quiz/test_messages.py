from __future__ import annotations

import discord
import pytest

from bot.features.bank.service import Category
from bot.features.quiz import messages, replies
from bot.features.quiz.outcomes import (
    AlreadyRunning,
    Locked,
    NoCategory,
    NotYours,
    OutOfRange,
    TooFew,
    TooLate,
)
from bot.features.quiz.rules import MAX_SIZE, Standing
from bot.features.quiz.store import Quiz
from bot.ui.message import Message, Picture
from tests.features.quiz.services import ADA, BEN, CEM, GUILD, NOW, QuizServices

AGENTS = Category("agents", "Agents & Tool Use", 0x10B981)
EVIL = "**@everyone** <@1>"
SAFE = "\\*\\*@\u200beveryone\\*\\* \\<@1\\>"


def body(message: Message) -> str:
    return "\n".join(embed.description or "" for embed in message.embeds)


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


def a_quiz(**changes: object) -> Quiz:
    usual: dict[str, object] = {
        "id": 7,
        "guild_id": GUILD,
        "channel_id": 20,
        "starter_id": ADA,
        "starter_name": "ada",
        "category": None,
        "difficulty": None,
        "size": 10,
        "seconds": 20,
        "state": "running",
        "position": 4,
        "reason": None,
        "created_at": NOW,
        "ended_at": None,
        "end_message_id": None,
        "thread_id": None,
    }
    return Quiz(**(usual | changes))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] a table of values


async def test_a_question_before_it_is_confirmed_while_it_is_open_and_called_off(
    services: QuizServices,
) -> None:
    quiz = await services.start(category="agents")
    item = (await services.items())[0]
    before = messages.question(await services.shown(item))
    assert before.content == "**Question 1 of 3** · Agents & Tool Use · easy"
    assert body(before).endswith("\n\n20 seconds, from now")
    assert labels(before) == ["A", "B", "C", "D", "Stop"]
    assert before.embeds[0].colour == discord.Colour(0x10B981)
    opened = await services.ask()
    await services.choose(opened, (ADA, 0), (BEN, 1))
    shown = messages.question(await services.shown(opened))
    assert opened.ends_at is not None
    assert body(shown).endswith(f"\n\nEnds <t:{int(opened.ends_at.timestamp())}:R>  ·  2 locked in")
    for place, digit in enumerate(item.shuffle):
        assert f"**{'ABCD'[place]}**  {('right', 'wrong', 'wrong', 'wrong')[int(digit)]} " in body(shown)
    assert shown.role_id is None
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    off = messages.question(await services.shown(opened))
    assert "This question was called off and does not count." in body(off)
    assert labels(off) == []


async def test_a_result_shows_what_was_chosen_and_who_moved(services: QuizServices) -> None:
    await services.start(difficulty="hard")
    first = await services.ask()
    await services.choose(first, (ADA, 0), (BEN, 1), (CEM, 1))
    await services.close()
    second = await services.ask()
    await services.choose(second, (ADA, 3), (BEN, 0), (CEM, 3))
    await services.close()
    result = body(messages.question(await services.shown(second)))
    assert "**Time is up:** 1 of 3 right." in result
    assert "\n\n🥇 ada · 3 points\n🥇 ben · 3 points  ▲ 1\n3. cem · 0 points  ▼ 1\n" in result
    assert result.count("This mistakes") == 1, "only the wrong option that was chosen is explained"
    assert "Next question <t:" in result


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (Standing(1, ADA, 3, 2, 2, 0), "🥇 ada · 3 points"),
        (Standing(2, ADA, 1, 1, 2, 4), "🥈 ada · 1 point  ▲ 4"),
        (Standing(3, ADA, 2, 1, 2, -2), "🥉 ada · 2 points  ▼ 2"),
        (Standing(1, ADA, 0, 0, 2, None), "1. ada · 0 points"),
        (Standing(12, BEN, 3, 2, 2, None), f"12. {SAFE} · 3 points"),
        (Standing(4, 99, 3, 2, 2, None), "4. somebody · 3 points"),
    ],
)
def test_a_line_of_the_standings(place: Standing, line: str) -> None:
    assert messages.place_line(place, {ADA: "ada", BEN: EVIL}) == line


def test_the_announcement_says_how_it_goes() -> None:
    quiz = a_quiz(starter_name=EVIL, difficulty="hard")
    message = messages.announcement(quiz, AGENTS, "<t:1:R>")
    assert message.content == "Quiz: Agents & Tool Use · hard"
    assert body(message).startswith(
        "10 questions · Agents & Tool Use · hard · 20 seconds each\n"
        f"Started by {SAFE}. First question <t:1:R>; all of it takes about 6 minutes at most.\n"
    )
    assert [b.custom_id for row in message.rows for b in row] == ["quiz:stop:v1:7"]


@pytest.mark.parametrize("reason", ["stopped", "idle", "pause", "lost"])
async def test_the_end_says_why(services: QuizServices, reason: str) -> None:
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0), (BEN, 1))
    await services.close()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(f"UPDATE quizzes SET state = 'ended', reason = '{reason}'")  # noqa: S608 our own
    message = messages.end(await services.ending())
    assert body(message).startswith(f"{messages.ENDINGS[reason]}\n\n🥇 **ada** · 1 point · 1 of 1 right\n")
    assert message.content == "Quiz over · 1 question · all categories"
    assert labels(message) == ["Rematch", "Practise my misses"]


async def test_with_a_picture_three_stand_in_words(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0), (BEN, 1), (CEM, 1), (4, 1))
    await services.close()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE quizzes SET state = 'ended', reason = 'stopped'")
    ending = await services.ending()
    picture = Picture("standings.png", b"png", "ada first")
    assert [name for name in ("ada", "ben", "cem", "dia") if name in body(messages.end(ending, picture))] == [
        "ada",
        "ben",
        "cem",
    ]
    assert messages.end(ending, picture).pictures == (picture,)
    assert "dia" in body(messages.end(ending))


async def test_the_answers_of_the_longest_quiz_fit_into_a_message(services: QuizServices) -> None:
    await services.start(size=12, category="agents")
    for _ in range(12):
        await services.choose(await services.ask(), (ADA, 0))
        await services.close()
    ending = await services.ending()
    longest = ending.lines[0].asked.content.model_copy(update={"stem": "*" * 60 + " and more of it"})
    options = tuple(option.model_copy(update={"text": "w" * 90}) for option in longest.options)
    asked = ending.lines[0].asked
    object.__setattr__(asked, "content", longest.model_copy(update={"options": options}))
    object.__setattr__(ending, "lines", [ending.lines[0]] * MAX_SIZE)
    message = messages.answers(ending)
    assert len(message.embeds) == 2
    assert all(len(embed.description or "") <= 4096 for embed in message.embeds)
    assert sum(map(len, message.embeds)) <= 6000
    assert body(message).count("1 of 1 right") == MAX_SIZE


# What one person reads


async def test_a_choice_and_what_became_of_it(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    ((locked,), (_,)) = await services.choose(item, (ADA, 1)), await services.choose(item, (BEN, 0))
    assert isinstance(locked, Locked)
    panel = replies.reply(locked)
    letter = "ABCD"[item.shuffle.index("1")]
    assert panel.content.startswith(f"You chose **{letter}**: wrong ")
    assert [b.label for b in panel.rows[0] if b.style is discord.ButtonStyle.primary] == [letter]
    await services.close()
    for user, first in (
        (ADA, f"you chose **{letter}**, and that is wrong."),
        (BEN, "that is right."),
        (CEM, "you had not chosen."),
    ):
        (late,) = await services.choose(item, (user, 0))
        assert isinstance(late, TooLate)
        lines = replies.reply(late).content.splitlines()
        assert lines[0].endswith(first)
        assert len(lines) == (3 if user == ADA else 2), "one's own mistake is explained"


def test_refusals_name_the_next_step() -> None:
    others = [(AGENTS, 12)]
    assert replies.reply(TooFew(2, 10, AGENTS, "hard", None, others)).content == (
        "There are 2 hard questions in Agents & Tool Use, not 10. A quiz needs at least 3. "
        "Choose from Agents & Tool Use (12)."
    )
    assert replies.reply(TooFew(0, 10, None, "hard", None, [])).content.endswith(
        "No category has enough of these: leave the difficulty out, or ask your organisers for questions."
    )
    offer = replies.reply(TooFew(5, 10, None, None, 9, others))
    assert offer.content == "There are 5 quiz questions, not 10. Play those?"
    assert [(b.label, b.custom_id) for row in offer.rows for b in row] == [("Play 5", "quiz:again:v1:9")]
    assert "Choose from Agents & Tool Use (12)." in replies.reply(NoCategory(others)).content
    assert "3 to 25 questions of 10 to 120 seconds" in replies.reply(OutOfRange()).content
    running = replies.reply(AlreadyRunning(a_quiz(starter_name=EVIL), 99)).content
    assert running == (
        f"{SAFE} is running a quiz here already: question 4 of 10. "
        "[Join in](https://discord.com/channels/10/20/99): whoever answers plays."
    )
    assert replies.reply(NotYours(a_quiz(starter_name=EVIL))).content.startswith(f"Only {SAFE}, ")
