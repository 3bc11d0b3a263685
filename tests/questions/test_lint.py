import pytest
from rapidfuzz import fuzz, utils

from questions import Mistake, OpenQuestion
from questions.lint import SAME_POINT, SAME_QUESTION, lint
from tests.bundled import bundled_pack
from tests.questions.samples import AGENTS, changed, mistakes_in

TITLE = "How do agents stop in time"
LAST_LINE = "leave behind when it did?"
POINT = "Names a hard limit on steps, time or money"


def with_second(title: str, prompt: str) -> str:
    """Return the file with a second question of the given title and prompt."""
    _, first = AGENTS.split("questions:\n")
    start, end = first.index("    prompt: |"), first.index("    hints:")
    second = first[:start] + f'    prompt: "{prompt}"\n' + first[end:]
    second = changed(changed(second, TITLE, title), "first-question", "second-question")
    return AGENTS + second


OTHER_TITLE = "Pick an optimizer for a large model"
OTHER_PROMPT = (
    "You train a model of seven billion parameters on eight cards. Which optimizer do you take, and why?"
)


def test_two_different_questions() -> None:
    assert mistakes_in(with_second(OTHER_TITLE, OTHER_PROMPT)) == []


def test_almost_the_same_title() -> None:
    message = "is almost the title of first-question; no two questions may ask for the same"
    found = mistakes_in(with_second("How, in time, do agents stop", OTHER_PROMPT))
    assert found == [Mistake("agents.yaml", 32, "title", message)]


def test_almost_the_same_prompt() -> None:
    prompt = (
        "Your agent runs in a loop and burns much money overnight. "
        "How do you make sure that it stops, and what does it leave behind when it did so?"
    )
    message = "is almost the prompt of first-question; no two questions may ask for the same"
    found = mistakes_in(with_second(OTHER_TITLE, prompt))
    assert found == [Mistake("agents.yaml", 35, "prompt", message)]


def test_two_points_of_a_rubric_that_say_the_same() -> None:
    again = "Names one hard limit on the steps, the time or the money"
    text = changed(AGENTS, "Tells a person what was done and what was left", again)
    message = "says almost the same as rubric.1; each point has to be ticked for its own reason"
    assert mistakes_in(text) == [Mistake("agents.yaml", 22, "rubric.4", message)]


@pytest.mark.parametrize(
    ("old", "line", "field"),
    [
        (TITLE, 6, "title"),
        (LAST_LINE, 9, "prompt"),
        ("in steps and money.", 14, "hints.1"),
        ("word149", 16, "model_answer"),
        (POINT, 19, "rubric.1"),
        ("when the limit is reached?", 25, "follow_ups.2"),
    ],
)
@pytest.mark.parametrize("address", ["https://a.org/x", "HTTP://a.org/x", "www.a.org/x"])
def test_addresses_outside_of_references(old: str, line: int, field: str, address: str) -> None:
    message = f"has the address {address}; addresses are allowed in references only"
    text = changed(AGENTS, old, f"{old} {address}")
    assert mistakes_in(text) == [Mistake("agents.yaml", line, field, message)]


def test_code_may_hold_addresses_headings_and_tags() -> None:
    code = "`curl https://a.org`, `<think>`\n\n      ```\n      # loop\n      <b>x</b>\n      ```"
    assert mistakes_in(changed(AGENTS, LAST_LINE, f"{LAST_LINE} {code}")) == []


@pytest.mark.parametrize(
    ("addition", "message"),
    [
        ("\n      ## Plan", "has a heading with #; use **bold** instead"),
        ("\n      -# small", "has a heading with #; use **bold** instead"),
        ("a <br/> b", "has the HTML tag <br/>; write it as `code` or remove it"),
        ("a </b> b", "has the HTML tag </b>; write it as `code` or remove it"),
    ],
)
def test_markup_that_discord_shows_differently(addition: str, message: str) -> None:
    text = changed(AGENTS, LAST_LINE, f"{LAST_LINE} {addition}")
    assert mistakes_in(text) == [Mistake("agents.yaml", 9, "prompt", message)]


def test_a_title_ends_without_a_full_stop() -> None:
    expected = Mistake("agents.yaml", 6, "title", "ends with a full stop; remove it")
    assert mistakes_in(changed(AGENTS, TITLE, f"{TITLE}.")) == [expected]


def test_the_good_questions_of_a_file_are_linted_beside_a_bad_one() -> None:
    text = changed(
        with_second(f"{OTHER_TITLE}.", OTHER_PROMPT), f"title: {TITLE}\n    difficulty: hard", "title: x"
    )
    fields = [(mistake.line, mistake.field) for mistake in mistakes_in(text)]
    assert fields == [(4, "difficulty"), (6, "title"), (31, "title")]


def test_the_thresholds_leave_the_bundled_pack_room() -> None:
    def most_alike(texts: list[str]) -> float:
        return max(
            fuzz.token_set_ratio(a, b, processor=utils.default_process)
            for i, a in enumerate(texts)
            for b in texts[i + 1 :]
        )

    questions = [entry.question for entry in bundled_pack().questions]
    opens = [question for question in questions if isinstance(question, OpenQuestion)]
    assert list(lint(questions)) == []
    assert most_alike([question.title for question in opens]) < SAME_QUESTION - 3
    assert most_alike([question.prompt for question in opens]) < SAME_QUESTION - 10
    assert max(most_alike(list(question.rubric)) for question in opens) < SAME_POINT - 10
