"""What a reveal tells, from nobody's answer to thirty."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.reveals import messages
from bot.features.reveals.turnout import Points, Turnout, turnout
from bot.features.reviews.scoring import ReviewedAnswer
from bot.ui.message import Message
from tests.features.answers.samples import NASTY_NAMES, answer
from tests.features.drops.samples import (
    NOW,
    SNOWFLAKE,
    asked,
    assert_fits,
    drop,
    every_drop,
    longest,
    words_of,
)
from tests.features.drops.test_messages import JARGON

MAXIMAL = longest()
POINTS = len(MAXIMAL.content.rubric)
NOTHING = Judged(frozenset(), 0, 0)
PLAIN = ("ada", "ben", "cem", "dia", "eli")


def said(ticks: str = "", reviews: int = 1, votes: int = 0) -> Judged:
    """Return what is said of an answer: "024" are the confirmed points."""
    return Judged(frozenset(map(int, ticks)), reviews, votes)


def crowd(*judged: Judged, **changes: object) -> tuple[list[Answer], list[ReviewedAnswer]]:
    """Return an answer for each of these judgements, a minute apart, by ada, ben, cem and so on."""
    answers = [
        answer(
            **{
                "id": n,
                "user_id": 100 + n,
                "user_name": PLAIN[n] if n < len(PLAIN) else f"p{n}",
                "message_id": SNOWFLAKE + n,
                "created_at": NOW + timedelta(minutes=n),
            }
            | changes
        )
        for n in range(len(judged))
    ]
    standings = [
        ReviewedAnswer(a.id, a.user_id, a.scored, a.created_at, one)
        for a, one in zip(answers, judged, strict=True)
    ]
    return answers, standings


def told(*judged: Judged, **changes: object) -> Turnout:
    return turnout(*crowd(*judged, **changes), POINTS)


def revealed(tells: Turnout, asked_: BankQuestion = MAXIMAL) -> Message:
    return messages.reveal(drop(), asked_, tells)


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


# Counting


def test_points_are_those_of_the_answer_the_rubric_the_votes_and_the_best() -> None:
    tells = told(said("0124", votes=3), said("01", votes=12), NOTHING)
    assert [entry.points for entry in tells.entries] == [
        Points(10, 8, 3, 10, 3),
        Points(10, 4, 10, 0, 12),
        Points(10, 0, 0, 0, 0),
    ]
    assert tells.best is tells.entries[0]
    assert tells.covered == (2, 2, 1, 0, 1, 0, 0, 0)
    assert tells.reviewed == 2


def test_late_answers_tell_nothing_of_how_it_went() -> None:
    answers, standings = crowd(said("0"), said("1"), said("234"))
    answers[2] = replace(answers[2], late=True, scored=False)
    standings[2] = replace(standings[2], scored=False)
    tells = turnout(answers, standings, POINTS)
    assert [entry.answer.id for entry in tells.entries] == [0, 1]
    assert tells.covered[:5] == (1, 1, 0, 0, 0)
    assert tells.best is None


def test_an_answer_written_again_counts_for_the_rubric_and_brings_nothing() -> None:
    tells = told(said("012", votes=2), scored=False)
    assert tells.entries[0].points.total == 0
    assert tells.covered[:4] == (1, 1, 1, 0)


# Few people


def test_nobody_answered() -> None:
    message = revealed(Turnout())
    assert message.content.partition("\n")[2] == (
        "No answers this time. Read the model answer, then close it and tell it in your own words: "
        "**Answer late** keeps what you write."
    )
    assert labels(message) == ["Join the room", "How did I do?", "Answer late", "Save"]
    assert [embed.title for embed in message.embeds] == ["Model answer", "A good answer"]


@pytest.mark.parametrize(
    ("judged", "lines"),
    [
        (NOTHING, ["One answer, by ada: 10 points.", "-# Reviews stay open"]),
        (
            said("0", votes=1),
            [
                "One answer, by ada: 13 points = 10 + 2 rubric + 1 upvote.",
                "▫️ below marks what it could still add.",
            ],
        ),
        (said("01234567"), ["One answer, by ada: 26 points = 10 + 16 rubric."]),
    ],
)
def test_one_answer_is_neither_the_best_nor_compared(judged: Judged, lines: list[str]) -> None:
    tells = told(judged)
    message = revealed(tells)
    assert tells.best is None
    for expected, line in zip(lines, message.content.splitlines()[1:], strict=True):
        assert line.startswith(expected)
    text = words_of(message)
    assert "Nobody" not in text
    assert " of 1" not in text
    assert "Best answer" not in text


def test_one_answer_without_points_is_named_all_the_same() -> None:
    assert "One answer, by ada: without points." in revealed(told(NOTHING, scored=False)).content


def test_two_answers_stand_in_the_order_they_were_written() -> None:
    message = revealed(told(said("0"), said("0123", votes=4)))
    assert message.content.splitlines()[1:] == [
        "2 answers.",
        *[line for line in message.content.splitlines() if line.startswith("Nobody named")],
        "- ada: 12 points = 10 + 2 rubric",
        "- ben: 22 points = 10 + 8 rubric + 4 upvotes",
    ]
    assert "Best answer" not in words_of(message)


# More people


@pytest.mark.parametrize(
    ("tells", "line"),
    [
        (told(NOTHING, NOTHING), "2 answers. 10 points each: ada and ben."),
        (told(NOTHING, NOTHING, scored=False), "2 answers, all without points."),
        (told(said("0"), NOTHING), "2 answers, 1 reviewed so far."),
        (told(said("0"), said()), "2 answers."),
        (
            told(*[NOTHING] * 25, user_name="ada"),
            "25 answers. 10 points each: " + "ada, " * 19 + "ada and 5 more.",
        ),
    ],
)
def test_the_reveal_says_how_many_answered(tells: Turnout, line: str) -> None:
    assert revealed(tells).content.splitlines()[1] == line


def test_three_and_more_have_a_best_answer_and_stand_by_their_points() -> None:
    message = revealed(told(said("0"), said("012", votes=1), NOTHING))
    assert [line for line in message.content.splitlines() if line.startswith("- ")] == [
        "- ben: 27 points = 10 + 6 rubric + 1 upvote + 10 best answer",
        "- ada: 12 points = 10 + 2 rubric",
        "- cem: 10 points",
    ]
    best = message.embeds[2]
    assert best.title == "Best answer · ben"
    link = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE + 1}"
    first, quote = (best.description or "").split("\n", 1)
    assert first == f"1 review · 3 of {POINTS} points · 1 upvote · [all of it in the room]({link})"
    assert quote.startswith(">>> First clarify the load.")
    assert len(quote) <= 304


def test_without_a_word_of_anybody_there_is_no_best_answer() -> None:
    assert told(NOTHING, NOTHING, NOTHING).best is None


def test_each_point_says_how_many_of_the_reviewed_have_it_and_the_content_what_nobody_named() -> None:
    rubric = MAXIMAL.content.rubric
    message = revealed(told(said("01"), said("0")))
    lines = (message.embeds[1].description or "").splitlines()
    assert lines[0] == f"- {rubric[0]} · **2 of 2**"
    assert lines[1] == f"- {rubric[1]} · **1 of 2**"
    assert lines[2] == f"- {rubric[2]} · **0 of 2**"
    assert f"Nobody named “{rubric[2]}”, “{rubric[3]}” and 4 more." in message.content
    partly = revealed(told(said("01"), said("0"), NOTHING))
    assert f"In what is reviewed so far nobody named “{rubric[2]}”" in partly.content
    full = said("01234567")
    assert "Nobody named" not in revealed(told(full, full)).content


def test_before_a_review_nobody_is_said_to_have_missed_anything() -> None:
    message = revealed(told(Judged(frozenset(), 0, 2), NOTHING))
    assert "Nobody named" not in message.content
    assert f"- {MAXIMAL.content.rubric[0]}\n" in (message.embeds[1].description or "")
    assert "- ada: 12 points = 10 + 2 upvotes" in message.content


def test_the_reveal_holds_all_that_the_question_teaches() -> None:
    text = words_of(revealed(Turnout()))
    content = MAXIMAL.content
    for part in (content.model_answer, *content.rubric, *content.follow_ups):
        assert part in text
    for reference in content.references:
        assert f"[{reference.title}]({reference.url}): {reference.cited_for}" in text


def test_the_reveal_answers_the_question_except_in_a_forum_where_it_stands_below_it() -> None:
    assert revealed(Turnout()).reply_to == SNOWFLAKE
    forum = drop(channel_kind="forum", mode="open")
    assert messages.reveal(forum, MAXIMAL, Turnout()).reply_to is None


def test_a_best_answer_whose_message_is_gone_is_quoted_without_a_link() -> None:
    tells = told(said("0"), NOTHING, NOTHING, message_id=None)
    assert "](" not in (revealed(tells).embeds[2].description or "")
    lost = messages.reveal(drop(room_id=None), MAXIMAL, told(said("0"), NOTHING, NOTHING))
    assert "](" not in (lost.embeds[2].description or "")


# What people write


@pytest.mark.parametrize(
    "words",
    [
        "x" * 3500,
        "```python\nwhile True:\n    pass" + " " * 60,
        "```" * 200,
        "a\n" * 300,
        ">>> quoted\n# Big\n**Points**\n- eli: 999 points",
        "`" * 299 + "``` more",
    ],
)
def test_a_quoted_answer_cannot_break_out(words: str) -> None:
    tells = told(said("0"), NOTHING, NOTHING, text=words)
    for question in (MAXIMAL, asked()[0]):
        card = revealed(tells, question).embeds[2]
        description = card.description or ""
        # All after the mark is a quote, and nothing of the bot's stands below it.
        quote = description.partition("\n>>> ")[2]
        assert quote.count("```") % 2 == 0
        assert len(quote) <= 304
        assert quote.count("\n") <= 12
        assert words.strip()[:20] in quote
    assert revealed(tells).content.count("999") == 0


def test_names_can_neither_ping_nor_format_nor_forge() -> None:
    for name in NASTY_NAMES:
        for judged in ((NOTHING, NOTHING), (said("0"), said("0"), said("0"))):
            message = revealed(told(*judged, user_name=name))
            assert message.mentions().to_dict() == {"parse": []}
            plain = message.content.partition("10 points each: ")[2]
            lines = [line[2:] for line in message.content.splitlines() if line.startswith("- ")]
            people = plain.splitlines()[0] if plain else "".join(line.partition(": ")[0] for line in lines)
            assert re.search(r"(?<!\\)(\\\\)*[*_~|`<>\[\]#]", people) is None, people
            assert re.search(r"@(everyone|here|[!&]?\d)", people) is None, people
            assert not {"\u202e", "\u2066"} & set(message.content)
            assert len(lines) == (3 if len(judged) == 3 else 0)


# What Discord takes


def turnouts() -> Sequence[Turnout]:
    wide = {"user_name": "*" * 32, "text": "y" * 3500}
    full = said("01234567", reviews=99, votes=99)
    return [
        Turnout(),
        *(told(*[one] * many, **wide) for one in (NOTHING, said(), full) for many in (1, 2, 3, 30, 200)),
        told(*[NOTHING] * 30, **wide, scored=False),
    ]


@pytest.mark.parametrize("asked_", asked(), ids=lambda a: a.content.slug)
def test_every_questions_reveal_fits(asked_: BankQuestion) -> None:
    points = len(asked_.content.rubric)
    for tells in turnouts():
        fitted = replace(tells, covered=tells.covered[:points])
        for d in (drop(), *every_drop()[-4:]):
            message = messages.reveal(d, asked_, fitted)
            assert_fits(message)
            # A question may speak of dropout and None; what stands around it may not.
            assert asked_.content.slug != "longest" or JARGON.search(words_of(message)) is None


def test_thirty_people_have_a_line_each_and_more_are_counted() -> None:
    judged = [said("0123", votes=n % 3) for n in range(30)]
    lines = [line for line in revealed(told(*judged)).content.splitlines() if line.startswith("- ")]
    assert len(lines) == 30
    many = revealed(told(*[said("0123", votes=3)] * 200, user_name="a name of usual length"))
    shown = [line for line in many.content.splitlines() if line.startswith("- ")]
    assert shown[-1] == f"- and {200 - len(shown) + 1} more"
    assert len(many.content) > 1900
