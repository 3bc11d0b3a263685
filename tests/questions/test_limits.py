"""Every limit of a field: the last value inside passes, the first outside names line, field and limit."""

import pytest

from questions import Mistake
from tests.questions.samples import AGENTS, CHOICE, MANIFEST, WORDS, changed, mistakes_in


def test_the_sample_has_no_mistake() -> None:
    assert mistakes_in() == []


TITLE = "How do agents stop in time"
PROMPT_END = "leave behind when it did?"
HINT = "First ask what the loop is allowed to spend, in steps and money."
POINT = "Names a hard limit on steps, time or money"
FOLLOW_UP = "How would you choose the limit for a new kind of task?"
URL = "https://arxiv.org/abs/2210.03629"
NO_SLUG = (
    "only lower-case letters, digits and single hyphens between them are allowed"
    " (example: design-rag-pipeline)"
)
CITED = "the loop of thought, action and observation"


@pytest.mark.parametrize(
    ("old", "inside", "outside", "line", "field", "message"),
    [
        (TITLE, "t" * 10, "t" * 9, 6, "title", "has 9 characters; at least 10 are needed"),
        (TITLE, "t" * 72, "t" * 73, 6, "title", "has 73 characters; at most 72 are allowed"),
        (PROMPT_END, "p" * 700, "p" * 900, 9, "prompt", "has 1,007 characters; at most 900 are allowed"),
        (HINT, "h" * 40, "h" * 39, 14, "hints.1", "has 39 characters; at least 40 are needed"),
        (HINT, "h" * 280, "h" * 281, 14, "hints.1", "has 281 characters; at most 280 are allowed"),
        (POINT, "r" * 20, "r" * 19, 19, "rubric.1", "has 19 characters; at least 20 are needed"),
        (POINT, "r" * 100, "r" * 101, 19, "rubric.1", "has 101 characters; at most 100 are allowed"),
        (FOLLOW_UP, "f" * 30, "f" * 29, 24, "follow_ups.1", "has 29 characters; at least 30 are needed"),
        (FOLLOW_UP, "f" * 190, "f" * 191, 24, "follow_ups.1", "has 191 characters; at most 190 are allowed"),
        (
            CITED,
            "c" * 120,
            "c" * 121,
            29,
            "references.1.cited_for",
            "has 121 characters; at most 120 are allowed",
        ),
        ("minutes: 20", "minutes: 5", "minutes: 4", 8, "minutes", "is 4; 5 to 45 are allowed"),
        ("minutes: 20", "minutes: 45", "minutes: 46", 8, "minutes", "is 46; 5 to 45 are allowed"),
        ("word149", "w", "", 16, "model_answer", "has 149 words; at least 150 are needed"),
        ("word149", "w " * 251, "w " * 252, 16, "model_answer", "has 401 words; at most 400 are allowed"),
        (
            "word149",
            "w" * 1708,
            "w" * 1709,
            16,
            "model_answer",
            "has 2,901 characters; at most 2,900 are allowed",
        ),
        ("first-question", "s" * 60, "s" * 61, 4, "slug", "has 61 characters; at most 60 are allowed"),
    ],
)
def test_open_question(old: str, inside: str, outside: str, line: int, field: str, message: str) -> None:
    # The choice item goes on naming the open question by its slug.
    training = CHOICE.replace(old, inside)
    assert mistakes_in(changed(AGENTS, old, inside), training) == []
    assert mistakes_in(changed(AGENTS, old, outside)) == [Mistake("agents.yaml", line, field, message)]


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        (f"      - {HINT}\n", "", 13, "hints", "has 1 entry; at least 2 are needed"),
        (f"      - {POINT}\n", "", 18, "rubric", "has 3 entries; at least 4 are needed"),
        (f"      - {FOLLOW_UP}\n", "", 23, "follow_ups", "has 1 entry; at least 2 are needed"),
        (
            f"      - {POINT}\n",
            "".join(f"      - {c * 30}\n" for c in "abcdef"),
            18,
            "rubric",
            "has 9 entries; at most 8 are allowed",
        ),
        (
            f"      - {HINT}\n",
            "".join(f"      - {c * 40}\n" for c in "abc"),
            13,
            "hints",
            "has 4 entries; at most 3 are allowed",
        ),
    ],
)
def test_number_of_entries(old: str, new: str, line: int, field: str, message: str) -> None:
    assert mistakes_in(changed(AGENTS, old, new)) == [Mistake("agents.yaml", line, field, message)]


def test_too_few_entries_do_not_hide_what_is_wrong_in_them() -> None:
    text = changed(AGENTS, f"      - {POINT}\n", "")
    text = changed(text, "Saves the state before giving up on a task", "Saves state")
    text = changed(text, "Detects that the same call repeats without progress", "12")
    assert mistakes_in(text) == [
        Mistake("agents.yaml", 18, "rubric", "has 3 entries; at least 4 are needed"),
        Mistake("agents.yaml", 19, "rubric.1", "is the number 12; text is needed, put it in quotes"),
        Mistake("agents.yaml", 20, "rubric.2", "has 11 characters; at least 20 are needed"),
    ]


def reveal(filler: int) -> str:
    text = changed(AGENTS, WORDS, WORDS + "w" * 1701)  # 2,900 characters
    points = "".join(f"      - {c * 100}\n" for c in "abcdefgh")
    start, end = text.index("      - Names"), text.index("    follow_ups:")
    text = text[:start] + points + text[end:]  # 800
    start, end = text.index("      - How would"), text.index("    references:")
    text = text[:start] + "".join(f"      - {c * 190}\n" for c in "abc") + text[end:]  # 570
    start = text.index("      - title: A paper")
    reference = "      - title: {}\n        url: https://a.org/{}\n        cited_for: {}\n"
    filled = reference.format("t" * 110, "u" * 100, "c" * 120)  # 344
    return text[:start] + filled * 2 + reference.format("t" * 110, "u" * filler, "c" * 98)


def test_reveal_as_a_whole() -> None:
    # 2,900 + 800 + 570 + 2 * 344 = 4,958; the third reference has 222 and the filler.
    assert mistakes_in(reveal(120)) == []
    together = "model_answer, rubric, follow_ups and references together"
    expected = Mistake(
        "agents.yaml", 31, "references", f"{together} have 5,301 characters; at most 5,300 are allowed"
    )
    assert mistakes_in(reveal(121)) == [expected]
    # It is told beside what is wrong elsewhere in the question.
    assert expected in mistakes_in(changed(reveal(121), "difficulty: hard", "difficulty: high"))


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        (
            "Which of these four numbers is the smallest prime?",
            "s" * 401,
            7,
            "stem",
            "has 401 characters; at most 400 are allowed",
        ),
        ("text: two", f"text: {'o' * 91}", 9, "options.1.text", "has 91 characters; at most 90 are allowed"),
        ("text: two", "text: ''", 9, "options.1.text", "is blank; a visible text is needed"),
        (
            "explanation: One is no prime by definition.",
            "explanation: No prime.",
            14,
            "options.2.explanation",
            "has 9 characters; at least 20 are needed",
        ),
        ("right: true", "right: false", 8, "options", "has 0 right options; exactly 1 is allowed"),
        (
            "text: one\n        right: false",
            "text: one\n        right: true",
            8,
            "options",
            "has 2 right options; exactly 1 is allowed",
        ),
        (
            "      - text: one\n        right: false\n        explanation: One is no prime by definition.\n",
            "",
            8,
            "options",
            "has 3 entries; exactly 4 are allowed",
        ),
        (
            "right: true",
            'right: "true"',
            10,
            "options.1.right",
            "is the text true; true or false without quotes is needed",
        ),
        ("right: true", "wrong: false", 9, "options.1.right", "is missing; add it"),
        (
            "cited_for: the definition",
            "cite_for: the definition",
            24,
            "reference.cite_for",
            "is not a field here; did you mean cited_for?",
        ),
        (
            "subject: first-question",
            "subject: First question",
            5,
            "subject",
            f"is First question; {NO_SLUG}",
        ),
    ],
)
def test_choice_question(old: str, new: str, line: int, field: str, message: str) -> None:
    assert Mistake("training.yaml", line, field, message) in mistakes_in(training=changed(CHOICE, old, new))


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ('"#10B981"', "green", 8, "categories.1.colour", 'is green; a colour is written like "#3B82F6"'),
        ("language: en", "language: English", 4, "language", "is English; write it like en or pt-BR"),
        ("title: A small pack", "title: ''", 2, "title", "is blank; a visible text is needed"),
        ("language: en\n", "", 1, "language", "is missing; add it"),
        ("language: en", "langauge: en", 4, "langauge", "is not a field here; did you mean language?"),
        ("key: training", "key: agents", 5, "categories", "has the key agents 2 times; each may stand once"),
        (
            "name: Training",
            "name: Agents & Tool Use",
            5,
            "categories",
            "has the name Agents & Tool Use 2 times; each may stand once",
        ),
        (
            "categories:",
            "categories:\n"
            + "".join(f'  - {{key: c{i}, name: C{i}, colour: "#000000"}}\n' for i in range(24)),
            5,
            "categories",
            "has 26 entries; at most 25 are allowed",
        ),
    ],
)
def test_manifest(old: str, new: str, line: int, field: str, message: str) -> None:
    assert Mistake("pack.yaml", line, field, message) in mistakes_in(manifest=changed(MANIFEST, old, new))
