"""Whatever stands in a file, the answer is a list of mistakes that can be printed, never an exception."""

import json
import string

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from questions import Examination, examine_files, limits
from questions.nodes import read_document
from tests.questions.samples import AGENTS, MANIFEST, pack_files

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Mostly what means something to YAML.
YAML_SOUP = st.text(
    st.sampled_from("-:?[]{},#&*!|>'\"%@`~<= \n\n  ab1.0\\xuU\t\r\x00\x85\u2028\ufeff\ud7ff\u202e"),
    max_size=120,
)
LINES = st.lists(
    st.sampled_from(
        [
            "category: agents",
            "questions:",
            "  - slug: a",
            "    kind: open",
            "    rubric:",
            "      - x",
            "- ",
            "  <<: *a",
            "a: &a b",
            "? [x]",
            ": y",
            "--- # c",
            "...",
            "%TAG ! x:",
            "!!binary",
            "    minutes: 0x1",
            "  |",
            "  >-",
            '"\\x"',
        ],
    ),
    max_size=25,
).map("\n".join)


def assert_printable(examination: Examination) -> None:
    for mistake in examination.mistakes:
        assert str(mistake).isprintable(), mistake
        assert mistake.line >= 0
        assert len(str(mistake)) < 600
    assert list(examination.mistakes) == sorted(examination.mistakes)
    assert (examination.pack is not None) or examination.mistakes


@SETTINGS
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"\xef\xbb\xbf")
def test_bytes(content: bytes) -> None:
    examination = examine_files("soup", {**pack_files(), "agents.yaml": content})
    assert any(mistake.file == "agents.yaml" for mistake in examination.mistakes)
    assert_printable(examination)


@SETTINGS
@given(YAML_SOUP | LINES | st.text(max_size=80))
@example('a: "\\UFFFFFFFF"')
@example('"\\ud800": 1')
@example("a: " + "9" * 5000)
@example("? \n: \n")
@example("- !<\n")
def test_text(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    assert_printable(examine_files("soup", {"pack.yaml": content, "agents.yaml": content}))


@SETTINGS
@given(st.data())
def test_a_good_file_with_a_hole_or_a_splinter(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(AGENTS)))
    end = data.draw(st.integers(start, min(len(AGENTS), start + 60)))
    text = AGENTS[:start] + data.draw(YAML_SOUP) + AGENTS[end:]
    assert_printable(examine_files("soup", pack_files(text)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["title", "key", "x"]), inner)
    ),
    max_leaves=6,
)


@SETTINGS
@given(
    VALUES,
    st.sampled_from(["slug", "kind", "hints", "references", "minutes", "title", "rubric", "difficulty"]),
)
def test_any_value_in_any_field(value: object, field: str) -> None:
    text = (
        f"{AGENTS}  - slug: other\n    kind: open\n"
        if field not in {"slug", "kind"}
        else f"{AGENTS}  - title: x\n"
    )
    text += f"    {field}: {json.dumps(value)}\n"
    examination = examine_files("soup", {"pack.yaml": MANIFEST.encode(), "agents.yaml": text.encode()})
    assert_printable(examination)
    assert examination.mistakes


@SETTINGS
@given(
    st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters="\u2028"), min_size=1, max_size=30
    )
)
def test_a_quoted_text_arrives_as_it_was_written(text: str) -> None:
    document = read_document(f"a: {json.dumps(text, ensure_ascii=False)}".encode())
    assert document.data == {"a": text}
    assert document.lines == {(): 1, ("a",): 1}
    assert len(text) < limits.FILE_BYTES
