"""The form of a file: what YAML may do in a pack, and how much of it."""

import itertools
import time

import pytest

from questions import Mistake, OpenQuestion, examine_files, limits
from tests.questions.samples import AGENTS, CHOICE, changed, mistakes_in, pack_files

# The form of a file


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        (
            "title: How",
            "title: &t How",
            6,
            "title",
            "has the anchor &t; anchors are not allowed, remove it or put the text in quotes",
        ),
        (
            "minutes: 20",
            "minutes: *t",
            8,
            "minutes",
            "is the alias *t; aliases are not allowed, repeat the text or put it in quotes",
        ),
        (
            "title: How",
            "title: !!str How",
            6,
            "title",
            "has the tag tag:yaml.org,2002:str; tags are not allowed, remove it or put the text in quotes",
        ),
        (
            "kind: open",
            "kind: !!python/object/apply:os.system [ls]",
            5,
            "kind",
            (
                "has the tag tag:yaml.org,2002:python/object/apply:os…; tags are not allowed, "
                "remove it or put the text in quotes"
            ),
        ),
        (
            "    minutes: 20",
            "    minutes: 20\n    <<: {a: 1}",
            9,
            "<<",
            "is a merge key; merging is not allowed, repeat the fields",
        ),
        (
            "minutes: 20",
            "minutes: 20\n    minutes: 30",
            9,
            "minutes",
            "stands a second time; the first is in line 8",
        ),
        (
            "minutes: 20",
            "minutes: 20\n    ? [a]\n    : 1",
            9,
            "questions.1",
            "has a field name that is not plain text; write name: value",
        ),
        (
            "# line 1",
            "# line 1\n---\na: 1\n---",
            4,
            "",
            "starts a second document; one a file is allowed, remove the ---",
        ),
        ("# line 1", "%YAML 1.1\n---", 2, "", "has a % directive; remove it"),
        ("kind: open", "kind:\topen", 5, "", "has a tab; only spaces are allowed"),
        ("kind: open", "kind: open\x07", 5, "", "has the character U+0007; remove it"),
        ("kind: open", "kind: open\u2028", 5, "", "has the character U+2028 (LINE SEPARATOR); remove it"),
        ("kind: open", "kind: [open", 6, "", "is not valid YAML: expected ',' or ']', but got ':'"),
        ("# line 1", "[[[[[[[[[[", 1, "1.1.1.1.1.1.1.1", "is nested too deep; at most 8 levels are allowed"),
        (
            "kind: open",
            'kind: "\\UFFFFFFFF"',
            0,
            "",
            "is not valid YAML: an escape with \\ names no character",
        ),
    ],
)
def test_form(old: str, new: str, line: int, field: str, message: str) -> None:
    found = mistakes_in(changed(AGENTS, old, new))
    assert Mistake("agents.yaml", line, field, message) in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: How", "title: &t How"),
        ("minutes: 20", "minutes: *t"),
        ("kind: open", "kind: !!str open"),
        ("minutes: 20", "minutes: 20\n    minutes: 30"),
        ("kind: open", "kind: open\t"),
    ],
)
def test_what_the_form_forbids_is_told_once(old: str, new: str) -> None:
    assert len(mistakes_in(changed(AGENTS, old, new))) == 1


SIGN = "which means something else in YAML; put the whole text in quotes"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*bold* text", "repeat the text or put it in quotes"),
        ("*args", "repeat the text or put it in quotes"),
        ("*", f"begins with *, {SIGN}"),
        ("&and this", "remove it or put the text in quotes"),
        ("!important", "remove it or put the text in quotes"),
        ("@user says", f"begins with @, {SIGN}"),
        ("@", f"begins with @, {SIGN}"),
        ("%d items", f"begins with %, {SIGN}"),
        ("`code` first", f"begins with `, {SIGN}"),
        ("[link] text", f"begins with [, {SIGN}"),
        ("{name} text", f"begins with {{, {SIGN}"),
        (", and", f"begins with ,, {SIGN}"),
        ("> quoted", f"begins with >, {SIGN}"),
        ("| piped", f"begins with |, {SIGN}"),
        ('"Attention" is all', "has text after the quote that closes; put the whole text in quotes"),
        ("'Attention' is all", "has text after the quote that closes; put the whole text in quotes"),
        ('"never closed', "has a quote that is not closed; close it"),
        ("[a, b]", "text is needed, put it in quotes"),
        ("{a: b}", "text is needed, put it in quotes"),
    ],
)
def test_a_text_that_has_to_stand_in_quotes(text: str, said: str) -> None:
    """One line of the file, in a field and in a list: one mistake, at its line, that says to quote it."""
    for begin in ("    title: ", "      - "):
        lines = AGENTS.splitlines()
        old = "title: How" if "title" in begin else "First ask"
        number = next(n for n, line in enumerate(lines, start=1) if old in line)
        lines[number - 1] = begin + text
        found = mistakes_in("\n".join(lines))
        assert [(one.line, said in one.message) for one in found] == [(number, True)], found


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        ("    title: ", 'has ": " within a text; put the whole text in quotes'),
        ("      - ", "is a group of fields; text is needed, put it in quotes"),
    ],
)
def test_a_text_with_a_colon_has_to_stand_in_quotes(begin: str, said: str) -> None:
    old = "    title: How do agents stop in time" if "title" in begin else AGENTS.splitlines()[13]
    found = mistakes_in(AGENTS.replace(old, f"{begin}One thing: another"))
    assert [one.message for one in found] == [said]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; see another file of the pack for its form"),
        ("# nothing\n", "is empty; see another file of the pack for its form"),
    ],
)
def test_empty_files(text: str, message: str) -> None:
    assert Mistake("agents.yaml", 0, "", message) in mistakes_in(text)
    assert Mistake("pack.yaml", 0, "", message) in mistakes_in(manifest=text)


@pytest.mark.parametrize(("text", "what"), [("- a\n", "is a list"), ("a b\n", "is the text a b")])
def test_files_that_are_no_fields(text: str, what: str) -> None:
    expected = f"{what}; fields are needed here, written as name: value"
    assert mistakes_in(text) == [Mistake("agents.yaml", 1, "", expected)]


def test_no_questions_in_a_file() -> None:
    expected = Mistake("agents.yaml", 2, "questions", "has 0 entries; at least one is needed")
    assert mistakes_in("category: agents\nquestions: []\n") == [expected]


@pytest.mark.parametrize(
    ("text", "what"), [(" think", "is the text think"), ("", "has no value"), (" [a]", "is a list")]
)
def test_a_question_that_is_none(text: str, what: str) -> None:
    expected = f"{what}; fields are needed here, written as name: value"
    found = mistakes_in(f"category: agents\nquestions:\n  -{text}\n")
    assert found == [Mistake("agents.yaml", 3, "questions.1", expected)]


def test_not_utf_8() -> None:
    files = {**pack_files(), "agents.yaml": AGENTS.replace("loops", "schl\xf6sser").encode("latin-1")}
    expected = "has the byte 0xf6, which is not UTF-8; save the file as UTF-8"
    assert examine_files("small", files).mistakes == (Mistake("agents.yaml", 27, "", expected),)


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    files = {**pack_files(), "agents.yaml": AGENTS.replace("\n", "\r\n").encode("utf-8-sig")}
    examined = examine_files("small", files)
    assert examined.mistakes == ()
    assert examined.pack == examine_files("small", pack_files()).pack


def test_names_that_could_move_a_cursor_are_shown_escaped() -> None:
    found = mistakes_in(changed(AGENTS, "    minutes: 20", '    minutes: 20\n    "\\e[2J": 1'))
    assert Mistake("agents.yaml", 9, "\\u001b[2J", found[0].message) == found[0]


# Too much


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in itertools.pairwise(names)]
    start = time.process_time()
    found = mistakes_in("\n".join(bomb))
    assert time.process_time() - start < 2
    assert (
        Mistake(
            "agents.yaml",
            1,
            "a",
            "has the anchor &a; anchors are not allowed, remove it or put the text in quotes",
        )
        in found
    )
    assert (
        Mistake(
            "agents.yaml",
            2,
            "b.1",
            "is the alias *a; aliases are not allowed, repeat the text or put it in quotes",
        )
        in found
    )
    assert len(found) == limits.FILE_MISTAKES + 1
    assert found[-1].message.endswith("more mistakes; correct those above first")


def test_a_pack_of_many_large_files_is_not_parsed() -> None:
    files = {f"{i}.yaml": b"#" * limits.FILE_BYTES for i in range(9)}
    assert examine_files("big", files).mistakes == (
        Mistake("big", 0, "", "has too much text; at most 8 MiB are allowed in all files"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n" * 200_000,
        "".join(f"k{i}: 1\n" for i in range(60_000)),
        "[" + "a," * 500_000,
        "\t\n" * 500_000,
        "{" * 1_000_000,
        "- " * 500_000,
        "\x00\n" * 500_000,
        "questions: [" + "{}," * 9_000 + "]",
        "questions: [" + "{kind: open, z: 1}," * 3_000 + "]",
    ],
    ids=[
        "doubles",
        "fields",
        "flow",
        "tabs",
        "deep",
        "dashes",
        "control",
        "empty-questions",
        "bad-questions",
    ],
)
def test_hostile_files_are_refused_soon_and_shortly(text: str) -> None:
    start = time.process_time()
    found = mistakes_in(text)
    assert time.process_time() - start < 8
    assert 1 <= len(found) <= limits.FILE_MISTAKES + 2


CUT = "which YAML takes for a comment; put the text in quotes, or, if it is a comment, two blanks"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "rest"),
    [
        (
            "title: How do agents stop in time",
            "title: How is #703 on it solved",
            6,
            "title",
            "#703 on",
        ),
        ("title: How do agents stop in time", "title: Is C # or C the older one", 6, "title", "# or C"),
        ("title: How do agents stop in time", "title: Why does a hash  #end", 6, "title", "#end"),
        ("title: How do agents stop in time", "title: #703", 6, "title", "#703"),
        ("- Names a hard limit on steps,", "- Names the first #2 of the limits,", 19, "rubric.1", "#2 of"),
        (
            "- How would you choose the limit for",
            "- How would you choose\n        the limit #3 for",
            25,
            "follow_ups.1",
            "#3 for",
        ),
        ("title: A paper on loops", "title: A paper, part #1", 27, "references.1.title", "#1"),
    ],
)
def test_a_text_that_is_cut_by_a_comment(old: str, new: str, line: int, field: str, rest: str) -> None:
    (mistake,) = mistakes_in(changed(AGENTS, old, new))
    assert (mistake.line, mistake.field) == (line, field)
    assert mistake.message.startswith(f"is cut at {rest}")
    assert CUT in mistake.message


def test_a_text_in_quotes_keeps_its_hash_and_a_comment_that_is_one_is_fine() -> None:
    text = changed(
        AGENTS, "title: How do agents stop in time", 'title: "How issue #703 was solved"  # a title'
    )
    text = changed(text, "difficulty: hard", "difficulty: hard # the word alone")
    text = changed(
        text, "Names a hard limit on steps, time or money", "Names a hard limit on issue#3  # twice"
    )
    text = changed(text, "prompt: |", "prompt: | # as a block")
    text = changed(text, "Your agent runs", "Your agent #1 runs")
    examined = examine_files("small", pack_files(text))
    assert examined.mistakes == ()
    assert examined.pack is not None
    question = examined.pack.questions[0].question
    assert isinstance(question, OpenQuestion)
    assert question.title == "How issue #703 was solved"
    assert question.rubric[0] == "Names a hard limit on issue#3"
    assert "Your agent #1 runs" in question.prompt


@pytest.mark.parametrize(
    "value", ["1.10", "on", "no", "08:30", "1_000", "2026-01-05", "~", "null", "0x1F", ".5"]
)
def test_what_yaml_turns_into_something_else_is_told(value: str) -> None:
    (mistake,) = mistakes_in(training=changed(CHOICE, "text: two", f"text: {value}"))
    assert (mistake.line, mistake.field) == (9, "options.1.text")
    assert mistake.message.endswith("text is needed, put it in quotes")
    assert "quotes" not in str(mistakes_in(training=changed(CHOICE, "text: two", f'text: "{value}"')))
