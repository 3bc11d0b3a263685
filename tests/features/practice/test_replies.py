from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.bank.service import BankItem
from bot.features.bank.store import CategoryRow
from bot.features.practice import replies
from bot.features.practice.outcomes import (
    Answered,
    Asked,
    CategoryCount,
    Elsewhere,
    Ended,
    Held,
    NoItems,
    NoMisses,
    Nothing,
    NothingOpen,
    Outcome,
    Tally,
    UnknownCategory,
)
from bot.features.practice.rules import Grade, Why
from bot.ui.message import Message
from questions import limits
from questions.models import ChoiceOption, ChoiceQuestion, Difficulty, Reference

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
STAMP = f"<t:{int(LATER.timestamp())}:R>"
KNOWN = [CategoryCount("agents", "Agents & Tool Use", 12), CategoryCount("training", "Training", 1)]


def question(text: str = "", length: int = 0) -> ChoiceQuestion:
    def filled(words: str, most: int) -> str:
        return (text or words).ljust(most if length else 0, "x")

    return ChoiceQuestion(
        slug="first",
        kind="choice",
        subject="subject",
        difficulty=Difficulty.MEDIUM,
        stem=filled("What does a rollback bring back, and from where?", limits.STEM.high),
        options=tuple(
            ChoiceOption(
                text=filled(f"option {n}", limits.OPTION_TEXT.high),
                right=n == 2,
                explanation=filled(f"because of reason {n}, and so on", limits.EXPLANATION.high),
            )
            for n in range(4)
        ),
        reference=Reference(
            title=filled("The manual", limits.REFERENCE_TITLE.high),
            url=filled("https://example.org/", limits.URL.high),
            cited_for="what it says on the matter",
        ),
    )


ITEM = BankItem(5, 6, CategoryRow("agents", "Agents & Tool Use", 0x10B981), question())
ASKED = Asked(7, ITEM, "2031", Why.DUE, Tally(7, 5))
RIGHT = Answered(7, ITEM, "2031", 2, Grade.GOOD, LATER, may_rate=True, tally=Tally(8, 6))
WRONG = replace(RIGHT, option=3, grade=Grade.AGAIN, may_rate=False, tally=Tally(8, 5))


def said(outcome: Outcome) -> Message:
    return replies.reply(outcome, NOW)


def card_of(message: Message) -> str:
    (card,) = message.embeds
    return str(card.description)


def buttons(message: Message) -> list[tuple[str, str | None]]:
    return [(button.label, button.custom_id) for row in message.rows for button in row]


def test_a_question_has_its_reason_its_options_and_its_buttons() -> None:
    message = said(ASKED)
    assert message.content == "**Due again** · Agents & Tool Use · medium"
    assert card_of(message) == (
        "What does a rollback bring back, and from where?\n\n"
        "**A**  option 2\n**B**  option 0\n**C**  option 3\n**D**  option 1"
    )
    assert message.embeds[0].footer.text == "7 answered, 5 right"
    assert buttons(message) == [
        ("A", "practice:a:v1:7"),
        ("B", "practice:b:v1:7"),
        ("C", "practice:c:v1:7"),
        ("D", "practice:d:v1:7"),
        ("Done", "practice:done:v1:7"),
    ]
    assert said(replace(ASKED, tally=Tally(0, 0))).embeds[0].footer.text is None


def test_a_right_answer_says_why_and_when_it_comes_back_and_can_be_rated() -> None:
    message = said(RIGHT)
    assert message.content.startswith(f"✅ **Right.** It comes back {STAMP}.")
    assert "✅ **A**  option 2\u00a0\u00a0·\u00a0\u00a0your choice" in card_of(message)
    assert "**A is right.** because of reason 2" in card_of(message)
    assert "reason 0" not in card_of(message)
    assert "[The manual](https://example.org/)" in card_of(message)
    assert message.embeds[0].footer.text == "8 answered, 6 right"
    assert [label for label, _ in buttons(message)] == ["Next", "Hard", "Easy", "Done"]


@pytest.mark.parametrize(("grade", "word"), [(Grade.HARD, "hard"), (Grade.EASY, "easy")])
def test_a_rating_is_said_and_its_button_is_used_up(grade: Grade, word: str) -> None:
    message = said(replace(RIGHT, grade=grade))
    assert message.content.startswith(f"✅ **Right**, counted as {word}. It comes back {STAMP}.")
    used = [button.label.lower() for row in message.rows for button in row if button.disabled]
    assert used == [word]


def test_a_wrong_answer_says_why_it_is_wrong_and_why_the_right_one_is_right() -> None:
    message = said(WRONG)
    assert message.content == f"❌ **Wrong**: A is right. It comes back {STAMP}."
    assert "❌ **C**  option 3\u00a0\u00a0·\u00a0\u00a0your choice" in card_of(message)
    assert "**A is right.** because of reason 2" in card_of(message)
    assert "**C**: because of reason 3" in card_of(message)
    assert "reason 0" not in card_of(message)
    assert [label for label, _ in buttons(message)] == ["Next", "Done"]


def test_what_came_back_meanwhile_is_not_said_to_come_in_the_past() -> None:
    assert "It is due again." in said(replace(RIGHT, due_at=NOW)).content
    assert "<t:" not in said(Nothing(None, NOW, more=False, tally=Tally(0, 0))).content
    assert "<t:" not in said(Ended(Tally(1, 1), 0, NOW)).content


def test_an_old_button_shows_where_one_is() -> None:
    message = said(Elsewhere(ASKED))
    assert message.content == f"{replies.MOVED_ON}\n{said(ASKED).content}"
    assert (message.embeds, message.rows) == (said(ASKED).embeds, said(ASKED).rows)
    assert said(Elsewhere(WRONG)).rows == said(WRONG).rows
    assert said(Held(ASKED)).content.startswith("That question is being asked to everybody here")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (
            Nothing(None, LATER, more=False, tally=Tally(0, 0)),
            f"Nothing due: the next one comes back {STAMP}.",
        ),
        (
            Nothing("Training", LATER, more=True, tally=Tally(3, 2)),
            (
                "**That is all for now**: 3 answered, 2 right.\n"
                f"Nothing due in **Training**: the next one comes back {STAMP}.\nOther categories have more."
            ),
        ),
        (
            Nothing(None, None, more=False, tally=Tally(0, 0)),
            (
                "Nothing is left just now: the rest is being asked to everybody here. "
                "Come back when that is over."
            ),
        ),
        (
            Ended(Tally(7, 5), 0, LATER),
            (
                f"**Done**: 7 answered, 5 right.\nThe next one comes back {STAMP}.\n"
                "`/practice` goes on, whenever you like."
            ),
        ),
        (
            Ended(Tally(7, 5), 2, LATER),
            (
                "**Done**: 7 answered, 5 right.\n2 questions are due now.\n"
                "`/practice` goes on, whenever you like."
            ),
        ),
        (Ended(Tally(0, 0), 0, None), "**Done** for now.\n`/practice` goes on, whenever you like."),
        (
            NoItems("Behavioral", KNOWN),
            (
                "**Behavioral** has no practice questions yet. These have some: **Agents & Tool Use** (12) "
                "and **Training** (1). Choose one at `category:`, or type `/practice` alone."
            ),
        ),
        (
            NoItems(None, []),
            "This server has no practice questions yet. `/today` shows the question of the day.",
        ),
        (
            UnknownCategory("cooking", []),
            "This server has no practice questions yet. `/today` shows the question of the day.",
        ),
        (
            UnknownCategory("cooking", KNOWN),
            (
                "I know no category “cooking”. There are **Agents & Tool Use** (12) and **Training** (1): "
                "choose one from the list at `category:`, or type `/practice` alone."
            ),
        ),
        (NoMisses(), "You missed nothing in that quiz. `/practice` shows what else is due."),
        (NothingOpen(), "That question is over: type `/practice` to go on."),
    ],
)
def test_sentences(outcome: Outcome, words: str) -> None:
    assert said(outcome).content == words


def test_what_was_typed_can_neither_format_nor_flood() -> None:
    shown = said(UnknownCategory("@everyone **[x](https://evil)** \u202e" + "x" * 6000, KNOWN)).content
    assert "\\[x\\]" in shown
    assert "@everyone" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 400


def test_the_longest_question_and_the_most_categories_fit() -> None:
    category = CategoryRow("c", "n" * limits.CATEGORY_NAME.high, 0)
    longest = BankItem(1, 2, category, question(length=1))
    for outcome in (replace(WRONG, item=longest), replace(ASKED, item=longest)):
        message = said(Elsewhere(outcome))
        assert len(message.content) <= 2000
        assert len(card_of(message)) <= 4096
    many = [CategoryCount(f"c{n}", "n" * limits.CATEGORY_NAME.high, 1000) for n in range(25)]
    assert len(said(UnknownCategory("x" * 6000, many)).content) <= 2000
    assert len(said(NoItems("n" * limits.CATEGORY_NAME.high, many)).content) <= 2000
