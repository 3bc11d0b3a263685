import pytest

from bot.features.bank import messages
from questions import ChoiceQuestion
from questions.letters import right_option
from tests.bundled import bundled_pack

ITEMS = [entry.question for entry in bundled_pack().questions if isinstance(entry.question, ChoiceQuestion)]
ITEM = ITEMS[0]
ORDER = "2031"


def test_options_stand_in_the_shown_order() -> None:
    lines = messages.asked(ITEM, ORDER).splitlines()[-4:]
    assert [line[2] for line in lines] == ["A", "B", "C", "D"]
    for line, index in zip(lines, map(int, ORDER), strict=True):
        assert line.endswith(ITEM.options[index].text)


def test_a_question_that_is_asked_does_not_tell() -> None:
    for item in ITEMS:
        shown = messages.asked(item, ORDER)
        assert "✅" not in shown
        assert not any(option.explanation in shown for option in item.options)


def test_the_solution_marks_one_option_counts_and_names_ones_own() -> None:
    right = right_option(ITEM)
    wrong = (right + 1) % 4
    shown = messages.solved(ITEM, ORDER, {right: 3, wrong: 1}, mine=wrong)
    (marked,) = [line for line in shown.splitlines() if line.startswith("✅")]
    assert ITEM.options[right].text in marked
    assert marked.endswith("·\u00a0\u00a03")
    (mine,) = [line for line in shown.splitlines() if "your choice" in line]
    assert ITEM.options[wrong].text in mine
    assert "·" not in messages.solved(ITEM, ORDER, None).splitlines()[-1]


def test_only_what_was_chosen_is_explained_and_the_right_option_always() -> None:
    right = right_option(ITEM)
    wrong = [i for i in range(4) if i != right]
    told = messages.explained(ITEM, ORDER, [right, wrong[0]])
    assert told.count(ITEM.options[right].explanation) == 1
    assert ITEM.options[wrong[0]].explanation in told
    assert ITEM.options[wrong[1]].explanation not in told


def test_ones_own_button_stands_out() -> None:
    buttons = messages.option_buttons("quiz", 7, ORDER, mine=0)
    assert [button.custom_id for button in buttons] == [f"quiz:{action}:v1:7" for action in "abcd"]
    (chosen,) = [button for button in buttons if button.style == messages.PRIMARY]
    assert chosen.label == "B"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_every_bundled_item_fits_into_an_embed(item: ChoiceQuestion) -> None:
    everything = messages.solved(item, ORDER, {0: 100, 1: 100, 2: 100, 3: 100}, mine=1)
    everything += messages.explained(item, ORDER, range(4)) + messages.source(item)
    # With a round of standings below it stays under an embed's 4,096.
    assert len(everything) < 3_400
    assert len(messages.headline(item)) <= 100
    assert "\n" not in messages.headline(item)


@pytest.mark.parametrize(
    ("stem", "line"),
    [
        ("Which one is it?", "Which one is it?"),
        ("What does this print?\n```python\nprint(1)\n```", "What does this print?"),
        ("```sql\nSELECT 1;\n```\nHow many rows come back?", "How many rows come back?"),
        ("\n\n  \nWhat is left here now?", "What is left here now?"),
        ("```\nonly code stands in here\n```", "What does this code do?"),
        ("word " * 30, ("word " * 30)[:99].rstrip() + "…"),
        (f"{'x' * 90} `half of this code", f"{'x' * 90} half of…"),
    ],
)
def test_a_choice_question_is_named_by_its_first_line_of_words(stem: str, line: str) -> None:
    assert messages.headline(ITEM.model_copy(update={"stem": stem})) == line
