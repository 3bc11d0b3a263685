"""What people read of points and times: today's sentences word for word, and that they follow the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.features.answers.access import REVIEW_AFTER_REVEAL
from bot.features.answers.rules import Judged
from bot.features.choices import messages as choice_messages
from bot.features.drops import replies as drop_replies
from bot.features.drops.outcomes import Question
from bot.features.drops.store import Drop
from bot.features.help import replies as help_replies
from bot.features.quiz import messages as quiz_messages
from bot.features.quiz.outcomes import Ending
from bot.features.quiz.rules import IDLE, PAUSE, Standing
from bot.features.reveals import messages as reveal_messages
from bot.features.reveals import replies as reveal_replies
from bot.features.reveals.outcomes import Alone
from bot.features.reviews import replies
from bot.features.reviews.outcomes import Closed, Stays
from bot.features.schedules import replies as schedule_replies
from bot.features.schedules.options import ScheduleOptions, read_options
from bot.features.schedules.outcomes import Panel, RevealUnread, Saved
from bot.features.scores import rules as pays
from bot.ui import text
from cogs.quiz import Quiz
from cogs.schedules import Schedules
from tests.features.choices.samples import longest_item
from tests.features.drops.samples import drop, longest, schedule, words_of
from tests.features.quiz.test_messages import a_quiz, body
from tests.features.reveals.test_turnout import NOTHING, revealed, said, told
from tests.features.reviews.test_replies import saved

UNTIL = text.when(drop().reveal_at, "f")
REVEAL_IN = text.when(drop().reveal_at, "R")

HELP = [
    "An answer before the reveal brings 10 points; at the reveal comes the model answer.",
    (
        "**Review** ticks the points of a good answer (3 points for you, 2 for each that is confirmed for "
        "its author), **Upvote** brings its author 1. **Save** keeps it for you"
    ),
    "Right brings 5 to 12 points, wrong 1.",
]
HOW_TO_WRITE = [
    "At least 80 characters, at most 3,500. ",
    f"3,500. It brings 10 points until the reveal, {UNTIL}.\n",
    "**Remind me** writes to you two hours before the reveal.\n",
]
HOW_TO_CHOOSE = ["A right choice brings 5, 8 or 12 points (easy, medium, hard), a wrong one 1 for trying.\n"]
CHOICE_REVEAL = ["3 of 4 chose the right option. Right: 8 points; wrong: 1 point."]
REVEAL = [
    "-# Reviews stay open for 24 hours after the reveal: the model answer makes them easy.",
    "- ada: 27 points = 10 + 4 rubric + 3 upvotes + 10 best answer",
    "- ben: 13 points = 10 + 2 rubric + 1 upvote",
]
UNJUDGED = ["2 answers. 10 points each: ada and ben."]
QUIZ = [
    "A right answer brings 1 to 3 points by difficulty; nothing is paid for speed.",
    "Two questions in a row had no answers, so it ended here.",
    "I was away for more than ten minutes, so it ended here. Everything before that counts.",
    "the same question once in two weeks. What you missed",
]
REVIEWS = [
    (
        "It brings no points: five reviews a day do, and among three or more reviews of an answer those "
        "within one point of the middle. 3 points taken back."
    ),
    "It brings no points: the first 5 reviews of a day do.",
    "You keep the 3 points for it.",
    (
        "The time for reviews of this question is over: it ends 24 hours after the reveal. **Upvote** still "
        "works, and `/today` shows which answers wait for a review."
    ),
    (
        "Your review stays: it could be changed or withdrawn until 24 hours after the reveal. `/today` shows "
        "which answers wait for a review."
    ),
]
EARLY = [
    (
        "Noted. Nobody else has answered so far, or they have left: the reveal comes early when at least two "
        f"have answered and all agree, else by itself {REVEAL_IN}."
    ),
]
SCHEDULE = [
    "**Reveal** half an hour before the next question",
    "**Reveal** at 20:00, at least an hour after the question",
    "**Kind** written answers on Mon, Wed and Fri, one tap on A to D on other days",
    (
        "I cannot read “soon” as the reveal's time: type it as `20:00`, or `default` for half an hour before "
        "the next question."
    ),
]
OPTIONS = {
    "time": "Local time of the question, such as 09:00 (default: soon after 09:00)",
    "kind": "open: write; choice: tap A to D; mixed: write on Mon, Wed, Fri, tap on other days (default)",
    "reveal": "Local time of the reveal (default: half an hour before the next question)",
    "late_hours": "How many hours late a question may still go out (default 12)",
    "questions": "How many questions, 3 to 25 (default 10)",
    "seconds": "How long each question takes answers, 10 to 120 (default 30)",
}


def how_it_works(about: Drop) -> str:
    return drop_replies.reply(Question(about, longest())).content


def choice_reveal() -> str:
    item = longest_item()
    return choice_messages.reveal(drop(kind="choice", shuffle="0123"), item, {1: 3, 2: 1}).content


def judged_reveal() -> str:
    return revealed(told(said("01", votes=3), said("0", votes=1), NOTHING)).content


def quiz_texts() -> str:
    places = [Standing(1, 1, 3, 2, 2, None)]
    ends = [Ending(a_quiz(reason=reason), None, places, {1: "ada"}, (), None) for reason in (IDLE, PAUSE)]
    begun = quiz_messages.announcement(a_quiz(), None, "now")
    return "\n".join(map(body, (begun, *map(quiz_messages.end, ends))))


def review_texts() -> str:
    many = Judged(frozenset(), pays.REVIEWS_COMPARED_FROM, 0)
    unpaid = saved(change=-pays.REVIEW, paid=False, judged=many)
    shown = [
        replies.reply(unpaid),
        replies.reply(saved(change=0, paid=False)),
        replies.reply(saved(change=0)),
        replies.reply(Closed(drop())),
        replies.reply(Stays(drop())),
    ]
    return "\n".join(map(words_of, shown))


def schedule_texts() -> str:
    usual = Saved(schedule(kind="mixed"), (), longest(), 44, 44, created=True, posted_before=False)
    panels = [
        schedule_replies.reply(
            Panel(replace(usual, schedule=replace(usual.schedule, reveal_minutes=at)), (), rings=True)
        )
        for at in (None, 20 * 60)
    ]
    refused = read_options(schedule(), ScheduleOptions(reveal="soon"), ())
    assert isinstance(refused, RevealUnread)
    return "\n".join([*map(words_of, panels), schedule_replies.reply(refused).content])


TEXTS = {
    "help": (lambda: help_replies.reply(organiser=False).content, HELP),
    "how to write": (lambda: how_it_works(drop()), HOW_TO_WRITE),
    "how to choose": (lambda: how_it_works(drop(kind="choice")), HOW_TO_CHOOSE),
    "choice reveal": (choice_reveal, CHOICE_REVEAL),
    "reveal": (judged_reveal, REVEAL),
    "a reveal without reviews": (lambda: revealed(told(NOTHING, NOTHING)).content, UNJUDGED),
    "quiz": (quiz_texts, QUIZ),
    "reviews": (review_texts, REVIEWS),
    "agreeing alone": (lambda: words_of(reveal_replies.reply(Alone(drop()))), EARLY),
    "schedule": (schedule_texts, SCHEDULE),
}


@pytest.mark.parametrize("name", TEXTS)
def test_with_todays_numbers_the_sentences_are_these(name: str) -> None:
    render, sentences = TEXTS[name]
    shown = render()
    for sentence in sentences:
        assert sentence in shown


@pytest.mark.parametrize("option", OPTIONS)
def test_options_of_commands_are_described_so(option: str) -> None:
    command = Quiz.quiz if option in {"questions", "seconds"} else Schedules.setup
    found = command.get_parameter(option)
    assert found is not None
    assert str(found.description) == OPTIONS[option]


CHANGED = {
    "help": [
        "An answer before the reveal brings 1 point; at the reveal",
        "(4 points for you, 3 for each that is confirmed for its author), **Upvote** brings its author 2.",
        "Right brings 6 to 14 points, wrong 0.",
    ],
    "how to write": [f"It brings 1 point until the reveal, {UNTIL}.\n"],
    "how to choose": ["brings 6, 9 or 14 points (easy, medium, hard), a wrong one 0 for trying.\n"],
    "choice reveal": ["Right: 9 points; wrong: 0 points."],
    "reveal": [
        "- ada: 33 points = 1 + 6 rubric + 6 for 3 upvotes + 20 best answer",
        "- ben: 6 points = 1 + 3 rubric + 2 for 1 upvote",
    ],
    "a reveal without reviews": ["2 answers. 1 point each: ada and ben."],
    "quiz": ["A right answer brings 2 to 6 points by difficulty", "the same question once in three days."],
    "reviews": [
        (
            "It brings no points: seven reviews a day do, and among four or more reviews of an answer those "
            "within two points of the middle. 4 points taken back."
        ),
        "It brings no points: the first 7 reviews of a day do.",
        "You keep the 4 points for it.",
    ],
}
OTHER_TABLE = {
    "WRITTEN_ANSWER": 1,
    "RUBRIC_POINT": 3,
    "UPVOTE": 2,
    "BEST_ANSWER": 20,
    "REVIEW": 4,
    "PAID_REVIEWS_A_DAY": 7,
    "REVIEWS_COMPARED_FROM": 4,
    "REVIEW_MAY_DIFFER": 2,
    "CHOICE_RIGHT": {"easy": 6, "medium": 9, "hard": 14},
    "CHOICE_WRONG": 0,
    "QUIZ_RIGHT": {"easy": 2, "medium": 4, "hard": 6},
    "QUIZ_PAYS_AGAIN_AFTER": 3 * REVIEW_AFTER_REVEAL,
}


@pytest.mark.parametrize("name", CHANGED)
def test_with_another_table_they_say_other_numbers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in OTHER_TABLE.items():
        monkeypatch.setattr(pays, constant, value)
    shown = TEXTS[name][0]()
    for sentence in CHANGED[name]:
        assert sentence in shown


def test_upvotes_beyond_those_that_are_paid_are_counted_all_the_same() -> None:
    assert "- ben: 20 points = 10 + 10 for 12 upvotes" in revealed(told(said("0"), said(votes=12))).content


def test_fewer_upvotes_may_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pays, "PAID_UPVOTES", 2)
    assert "- ben: 12 points = 10 + 2 for 3 upvotes" in revealed(told(said("0"), said(votes=3))).content


def test_the_best_of_fewer_answers_may_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    both = (said("01", votes=3), said("0"))
    assert "best answer" not in revealed(told(*both)).content
    monkeypatch.setattr(pays, "BEST_ANSWER_NEEDS", 2)
    assert "- ada: 27 points = 10 + 4 rubric + 3 upvotes + 10 best answer" in revealed(told(*both)).content
    assert reveal_messages.LEAGUE_FROM == 3, "two people are no league"
