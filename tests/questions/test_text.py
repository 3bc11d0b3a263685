import pytest

from questions import Mistake
from questions.limits import Bounds
from questions.text import count_words, shown, text_complaints, url_complaint
from tests.questions.samples import AGENTS, CHOICE, changed, mistakes_in

POINT = "Names a hard limit on steps, time or money"
LAST_LINE = "leave behind when it did?"


@pytest.mark.parametrize(
    ("name", "escape"),
    [
        ("U+200B (ZERO WIDTH SPACE)", "\\u200b"),
        ("U+200D (ZERO WIDTH JOINER)", "\\u200d"),
        ("U+00AD (SOFT HYPHEN)", "\\u00ad"),
        ("U+202E (RIGHT-TO-LEFT OVERRIDE)", "\\u202e"),
        ("U+2066 (LEFT-TO-RIGHT ISOLATE)", "\\u2066"),
        ("U+FEFF (ZERO WIDTH NO-BREAK SPACE)", "\\ufeff"),
        ("U+2028 (LINE SEPARATOR)", "\\u2028"),
        ("U+3164 (HANGUL FILLER)", "\\u3164"),
        ("U+E000", "\\ue000"),
        ("U+D800", "\\ud800"),
        ("U+0009", "\\t"),
        ("U+0000", "\\0"),
        ("U+001B", "\\e"),
    ],
)
def test_invisible_characters(name: str, escape: str) -> None:
    escaped = changed(AGENTS, POINT, f'"{POINT}{escape}."')
    message = f"has the invisible character {name} at position 43; remove it"
    assert mistakes_in(escaped) == [Mistake("agents.yaml", 19, "rubric.1", message)]


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\ufeff", "\u3164"])
def test_invisible_characters_that_stand_in_the_file_as_they_are(character: str) -> None:
    [mistake] = mistakes_in(changed(AGENTS, POINT, f"{POINT}{character}."))
    assert (mistake.line, mistake.field) == (19, "rubric.1")
    assert "invisible" in mistake.message


@pytest.mark.parametrize("text", ['""', '"   "', '"\\n \\n"', '"\u2003\u00a0"'])
def test_blank_text(text: str) -> None:
    assert mistakes_in(changed(AGENTS, POINT, text)) == [
        Mistake("agents.yaml", 19, "rubric.1", "is blank; a visible text is needed")
    ]


def test_text_of_invisible_characters_is_blank_too() -> None:
    found = mistakes_in(changed(AGENTS, POINT, '"' + "\\u200b" * 30 + '"'))
    assert Mistake("agents.yaml", 19, "rubric.1", "is blank; a visible text is needed") in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ask @everyone", "has @everyone; no text may ping, write it without the @"),
        ("ask @here", "has @here; no text may ping, write it without the @"),
        ("`ask @here`", "has @here; no text may ping, write it without the @"),
        ("ask <@123456789>", "has the Discord mention <@123456789>; only plain names are allowed"),
        ("ask <@!123>", "has the Discord mention <@!123>; only plain names are allowed"),
        ("ask <@&123>", "has the Discord mention <@&123>; only plain names are allowed"),
        ("in <#123>", "has the Discord mention <#123>; only plain names are allowed"),
        ("use </daily:123>", "has the Discord mention </daily:123>; only plain names are allowed"),
        ("see <id:customize>", "has the Discord mention <id:customize>; only plain names are allowed"),
        ("```python", "opens a code block with ``` and does not close it; write ``` after the code"),
    ],
)
def test_what_discord_would_turn_into_something_else(text: str, message: str) -> None:
    assert mistakes_in(changed(AGENTS, LAST_LINE, f"{LAST_LINE} {text}")) == [
        Mistake("agents.yaml", 9, "prompt", message)
    ]


def test_what_only_looks_like_it_is_fine() -> None:
    harmless = "`a <- b`, 3 < 5, mail@example.org, ```x = y @ z```, 2 <= 3 #4, naïve, 你好, ❤️"
    assert mistakes_in(changed(AGENTS, LAST_LINE, f"{LAST_LINE} {harmless}")) == []


def test_all_that_is_wrong_with_one_text_is_told() -> None:
    found = mistakes_in(changed(AGENTS, POINT, '"@here <@1>\\nnow\\u200b"'))
    assert {(mistake.line, mistake.field) for mistake in found} == {(19, "rubric.1")}
    assert [mistake.message.split(";")[0] for mistake in found] == [
        "has 15 characters",
        "has @here",
        "has a line break",
        "has the Discord mention <@1>",
        "has the invisible character U+200B (ZERO WIDTH SPACE) at position 15",
    ]


@pytest.mark.parametrize("slug", ["A-b", "a--b", "-a", "a-", "a_b", "a b", "é", "a.b", "a\u0660"])
def test_what_is_no_slug(slug: str) -> None:
    found = mistakes_in(changed(AGENTS, "slug: first-question", f'slug: "{slug}"'))
    assert [(mistake.line, mistake.field) for mistake in found] == [(4, "slug")]
    assert "only lower-case letters, digits and single hyphens" in found[0].message


@pytest.mark.parametrize("slug", ["a", "4", "a-b", "gpt-4-1"])
def test_what_is_a_slug(slug: str) -> None:
    agents = changed(AGENTS, "slug: first-question", f'slug: "{slug}"')
    training = changed(CHOICE, "subject: first-question", f'subject: "{slug}"')
    assert mistakes_in(agents, training) == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://arxiv.org", "only addresses that start with https:// are allowed"),
        ("javascript:alert(1)", "only addresses that start with https:// are allowed"),
        ("https://a.org/a b", "has U+0020 (SPACE) in the address; write it percent-encoded"),
        ("https://a.org/(b)", "has U+0028 (LEFT PARENTHESIS) in the address; write it percent-encoded"),
        ("https://a.org/é", "has U+00E9 (LATIN SMALL LETTER E WITH ACUTE) in the address"),
        ("https://me:secret@a.org/", "has a user name in the address; remove it"),
        ("https://localhost/x", "a full host name such as arxiv.org is needed"),
        ("https:///x", "a full host name such as arxiv.org is needed"),
        ("https://a.org:port/", "this is no valid address"),
    ],
)
def test_addresses_that_are_refused(url: str, message: str) -> None:
    complaint = url_complaint(url)
    assert complaint is not None
    assert message in complaint


@pytest.mark.parametrize(
    "url", ["https://arxiv.org/abs/2309.15217", "https://a.org:8443/x?y=1&z=%28a%29#b", "https://x.y.z/~me/"]
)
def test_addresses_that_are_fine(url: str) -> None:
    assert url_complaint(url) is None


def test_shown_is_short_and_harmless() -> None:
    assert shown("a\x1b[31m\n") == "a\\u001b[31m\\u000a"
    assert shown("x" * 50) == "x" * 40 + "…"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one two - three", 4),
        ("", 0),
        ("日本語。" * 100, 160),
        ("これは GPU 日本語", 3),
        ("ภาษาไทย" * 100, 140),
        ("한국어 낱말 셋", 3),
    ],
)
def test_words_are_counted_where_no_blanks_stand_between_them(text: str, count: int) -> None:
    assert count_words(text) == count


def test_a_wide_sign_says_as_much_as_two_letters() -> None:
    bounds = Bounds(20, 30)
    assert list(text_complaints("説" * 10, bounds, one_line=True)) == []
    assert list(text_complaints("説" * 9, bounds, one_line=True)) == [
        "has 9 characters; at least 20 are needed"
    ]
    assert list(text_complaints("a" * 19, bounds, one_line=True)) == [
        "has 19 characters; at least 20 are needed"
    ]
    assert list(text_complaints("説" * 31, bounds, one_line=True)) == [
        "has 31 characters; at most 30 are allowed"
    ]


@pytest.mark.parametrize(
    "mark", ["<:party:123456>", "<a:party:123456>", "<t:1700000000>", "<t:1700000000:R>"]
)
def test_what_becomes_an_emoji_or_a_time_is_told(mark: str) -> None:
    (complaint,) = text_complaints(f"a text with {mark} in it", Bounds(1, 100), one_line=True)
    assert complaint == f"has the Discord mention {mark}; only plain names are allowed"
