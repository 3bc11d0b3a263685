import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.history import markdown
from bot.features.history.dates import Month
from bot.features.history.outcomes import File
from tests.features.answers.samples import NASTY_NAMES, answer
from tests.features.drops.samples import NOW, drop
from tests.features.saved.samples import BERLIN, CHOICE, COUNTS, ITEM, MAXIMAL, asked

MONTH = Month(2026, 1)
BREAKOUTS = (
    "```\n# Question 99 · Forged\n#### ada\n",
    "`````\n## Out\n`````text\n",
    "~~~\n# Out\n~~~",
    "<script>alert(1)</script>\n<!-- ",
    "\r# carriage\r\n## return",
    "\u2028# separator",
    "---\nSetext\n===",
    "    indented\n\n> quoted\n- list",
    "[x]: https://evil.example\n![y](https://evil.example/z.png)",
    "`" * 300,
)


def written(*entries: markdown.Asked, server: str = "Home") -> str:
    (file,), left_out = markdown.files(MONTH, server, entries, BERLIN, NOW)
    assert left_out == ()
    return file.data.decode()


def outside_fences(text: str) -> list[str]:
    """Return the lines that stand in no block, read as CommonMark reads fences."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        found = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            closes = found and found[1].startswith(fence[0]) and len(found[1]) >= len(fence)
            fence = "" if closes and not line[found.end() :].strip() else fence  # pyright: ignore[reportOptionalMemberAccess] closes says it was found
        elif found:
            fence = found[1]
        else:
            lines.append(line)
    assert not fence, "a block was left open"
    return lines


@pytest.mark.parametrize("text", BREAKOUTS)
def test_an_answer_cannot_leave_its_block(text: str) -> None:
    usual = outside_fences(written(asked(answers=(answer(text="plain"),))))
    forged = outside_fences(written(asked(answers=(answer(text=text),))))
    assert forged == usual
    added = answer(addition=text, added_at=NOW)
    assert outside_fences(written(asked(answers=(added,)))) == outside_fences(
        written(asked(answers=(replace(added, addition="plain"),)))
    )


@given(st.text(alphabet=st.sampled_from("`~#\n\r >-<a\u2028\t"), max_size=60))
def test_no_text_leaves_its_block(text: str) -> None:
    assert outside_fences(f"above\n{markdown.fenced(text)}\nbelow") == ["above", "below"]


@given(st.text(alphabet=st.sampled_from("`~#\n\r >-<a\t"), max_size=60))
def test_a_question_stays_a_quotation(text: str) -> None:
    assert all(line.startswith(">") for line in markdown.quoted(text).split("\n"))


@pytest.mark.parametrize("name", [*NASTY_NAMES, "<img src=x>", "&lt;b&gt;", "a\r# b"])
def test_a_name_stays_on_its_line_and_formats_nothing(name: str) -> None:
    text = written(asked(answers=(answer(user_name=name),)), server=name)
    heads = [line for line in outside_fences(text) if line.startswith("####")]
    assert len(heads) == 1
    bare = re.sub(r"\\.", "", heads[0].removeprefix("#### "))
    assert not re.search(r"[*_~|`<>\[\]#\u202e\u2066]", bare), heads
    assert "&lt;" not in bare.replace("&amp;lt;", "")
    assert [line for line in text.split("\n") if line.startswith("# ")] == [text.split("\n")[0]]


def test_a_revealed_question_is_told_whole() -> None:
    late = answer(late=True, scored=False, user_name="ben", text="```py\nx = 1\n```\n" + "b" * 80)
    text = written(asked(answers=(answer(addition="And a cache.", added_at=NOW), late)))
    for part in ("model_answer", "prompt"):
        words = getattr(MAXIMAL.content, part).split("\n")[0]
        assert f"> {words}" in text
    assert f"- {MAXIMAL.content.rubric[0]}"[:30] in text
    assert "### 2 answers" in text
    assert "#### ada · 5 Jan 2026, 09:00 (Europe/Berlin)\n" in text
    assert "#### ben · 5 Jan 2026, 09:00 (Europe/Berlin) · after the reveal\n" in text
    assert "````text\n```py\nx = 1\n```\n" in text
    assert "Added later, 5 Jan 2026, 09:00 (Europe/Berlin):\n\n```text\nAnd a cache.\n```" in text
    assert text.startswith("# January 2026 · Home\n\n1 question, 2 answers.")


@pytest.mark.parametrize(
    ("state", "said"), [("open", "not revealed yet"), ("skipped", "ended without a reveal")]
)
def test_an_unrevealed_question_keeps_its_answers(state: str, said: str) -> None:
    text = written(asked(drop=drop(state=state), answers=(answer(text="SECRET " * 20),)))
    assert said in text
    assert "SECRET" not in text
    assert "Model answer" not in text
    assert "Rubric" not in text
    chosen = written(asked(ITEM, drop=replace(CHOICE, state=state), result=COUNTS))
    assert not re.search(r"right\*\*|chosen by|Reason", chosen)


def test_a_choice_question_says_how_many_chose_which() -> None:
    text = written(asked(ITEM, result=COUNTS))
    lines = [line for line in text.split("\n") if line.startswith("- **")]
    assert [line[4] for line in lines] == ["A", "B", "C", "D"]
    assert [re.search(r"(wrong|\*\*right\*\*) · chosen by (\d+)", line).groups() for line in lines] == [  # pyright: ignore[reportOptionalMemberAccess] the test fails where it is not found
        ("wrong", "0"),
        ("wrong", "3"),
        ("wrong", "1"),
        ("**right**", "12"),
    ]


def names(files: tuple[File, ...]) -> list[str]:
    return [file.name for file in files]


def test_a_long_month_is_several_files_and_no_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "FILE_BYTES", 12_000)
    answers = tuple(answer(text=f"WORD{n} " + "x" * 3400) for n in range(4))
    entries = [
        asked(drop=drop(state="revealed", number=n, revealed_at=NOW), answers=answers) for n in (1, 2, 3)
    ]
    files, left_out = markdown.files(MONTH, "Home", entries, BERLIN, NOW)
    parts = len(files)
    assert names(files) == [f"studyloop-2026-01-part-{n}-of-{parts}.md" for n in range(1, parts + 1)]
    assert parts > 2
    assert left_out == ()
    texts = [file.data.decode() for file in files]
    assert all(text.startswith("# January 2026 · Home") for text in texts)
    assert all(len(file.data) <= 12_000 for file in files)
    assert sum(text.count("WORD2 ") for text in texts) == 3
    assert any("(continued)" in text for text in texts)
    assert all(outside_fences(text) for text in texts)


def test_what_has_no_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "FILE_BYTES", 9_000)
    monkeypatch.setattr(markdown, "MOST_FILES", 2)
    entries = [asked(drop=drop(state="revealed", number=n, revealed_at=NOW)) for n in range(1, 6)]
    files, left_out = markdown.files(MONTH, "Home", entries, BERLIN, NOW)
    assert len(files) == 2
    assert left_out
    assert left_out == tuple(f"question {n}" for n in range(6 - len(left_out), 6))


def test_one_month_is_one_file() -> None:
    files, _ = markdown.files(MONTH, "Home", [asked(), asked(ITEM, result=COUNTS)], BERLIN, NOW)
    assert names(files) == ["studyloop-2026-01.md"]
