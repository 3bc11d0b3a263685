import pytest
from rapidfuzz import fuzz, utils

from questions import Mistake, OpenQuestion
from questions.lint import SAME_POINT, SAME_QUESTION, lint
from questions.wording import lost_marks
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


LOST = (
    ("Explain __init__ and __new__", "__init__"),
    ("People with ___ risk, who treats ___ here", "___ risk, who treats __"),
    ("A _private_ name", "_private_"),
    ("_x and y_", "_x and y_"),
    ("Say ~~no~~ more", "~~no~~"),
    ("Is a || b || c true", "|| b ||"),
    ("P(A||B) and D(p||q)", "||B) and D(p||"),
    ("Is 2**3 more than 2**2", "**3 more than 2**"),
    ("Is 2*3*4 more", "*3*"),
    ("O(n*m) or O(k*m)", "*m) or O(k*"),
)
KEPT = (
    "`__init__` and `2**3 and 2**4`, `a || b || c`",
    "```\n__init__ ~~x~~ 2*3*4\n```",
    r"blanks \_\_\_ and more \_\_\_ of them, 2\*3\*4",
    "**bold**/**bold**, *italics*/*italics*, (**x**) and ***both***",
    "2 * 3 * 4, *args and **kwargs, char *p, *q, 5 ** 2",
    "snake_case and other_name, a_b_c, _x, __init",
    "if a || b, a | b | c, ~5 and ~7, 1~2",
    ":smile: and (a:b:c) and 5 > 3",
    "- a list\n- of two\n1. and a number\n* and a star",
    r"C:\path\name, a regex \d+\w and \n",
    "> a quotation of somebody",
    ">90 % and >> 5",
)


@pytest.mark.parametrize(("text", "mark"), LOST)
def test_marks_that_discord_takes_away_are_told(text: str, mark: str) -> None:
    (complaint,) = lost_marks(text)
    assert complaint.startswith(f"has {mark}, of which Discord takes the marks away; write names of code as")


@pytest.mark.parametrize("text", KEPT)
def test_marks_that_stay_or_are_meant_are_fine(text: str) -> None:
    assert list(lost_marks(text)) == []


@pytest.mark.parametrize("text", [r"\(x\)", r"a\.b", r"100\%", r"\{a\}"])
def test_a_backslash_that_discord_takes_away(text: str) -> None:
    (complaint,) = lost_marks(text)
    assert "of which Discord takes the backslash away; write it as `code`" in complaint


@pytest.mark.parametrize("text", ["> 90 % of them", "first\n > 5 and more", ">>> $5", "> -3"])
def test_a_comparison_at_the_beginning_of_a_line_is_a_quotation(text: str) -> None:
    (complaint,) = lost_marks(text)
    assert "which Discord shows as a quotation; say it as more than" in complaint


@pytest.mark.parametrize(
    ("old", "line", "field"),
    [
        (TITLE, 6, "title"),
        (LAST_LINE, 9, "prompt"),
        ("in steps and money.", 14, "hints.1"),
        ("word149", 16, "model_answer"),
        (POINT, 19, "rubric.1"),
        ("when the limit is reached?", 25, "follow_ups.2"),
        ("A paper on loops", 27, "references.1.title"),
        ("action and observation", 29, "references.1.cited_for"),
    ],
)
def test_marks_are_told_wherever_a_text_is_shown(old: str, line: int, field: str) -> None:
    (mistake,) = mistakes_in(changed(AGENTS, old, f"{old} __init__"))
    assert (mistake.line, mistake.field) == (line, field)
    assert "__init__" in mistake.message
