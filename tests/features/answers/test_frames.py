"""What an answer's text and its author's name cannot do to the message that shows them."""

import re

import pytest

from bot.features.answers import messages
from bot.features.answers.rules import Judged, check
from tests.features.answers.samples import NASTY_NAMES, answer
from tests.features.drops.samples import NOW, SNOWFLAKE, assert_fits, longest

ASKED = longest()
SAID = Judged(frozenset({0}), 2, 3)
FILL = " and then measure what it brings, for each kind of request on its own"
NASTY = (
    "```python\nwhile True:\n    pass" + FILL,
    "`one" + FILL,
    "|| never closed" + FILL,
    ">>> all that follows" + FILL,
    "**bold *both __under ~~through" + FILL,
    "# Reveal · Question 12\n-# 9 reviews · 8 of 8 points · 99 upvotes\n✅ Counted" + FILL,
    f"@everyone @here <@{SNOWFLAKE}> <@&{SNOWFLAKE}> <#{SNOWFLAKE}>" + FILL,
    "[Model answer](https://evil.example) [**](x) [](y)" + FILL,
    "</setup:1> <t:0:R> <:x:1> <id:customize>" + FILL,
    "**Added later**\nwritten after the reveal" + FILL,
    "\\" + FILL + "\\",
)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_stays_in_its_own_frame(text: str) -> None:
    plain = answer(addition="More", added_at=NOW, late=True, scored=False)
    usual = messages.answer(plain, ASKED, SAID)
    nasty = messages.answer(
        answer(text=text, addition="More", added_at=NOW, late=True, scored=False), ASKED, SAID
    )
    assert_fits(nasty)
    # The text is a description of its own: below it, and above, all is as it is for everybody.
    assert nasty.embeds[0].description == text
    assert (
        nasty.content == usual.content == f"2 reviews · 1 of {len(ASKED.content.rubric)} points · 3 upvotes"
    )
    for embed in (usual.embeds[0], nasty.embeds[0]):
        embed.description = None
    assert [e.to_dict() for e in nasty.embeds] == [e.to_dict() for e in usual.embeds]
    assert nasty.rows == usual.rows
    assert nasty.mentions().to_dict() == {"parse": []}


@pytest.mark.parametrize("text", NASTY)
def test_an_addition_stays_in_its_own_frame(text: str) -> None:
    first, second = messages.answer(answer(addition=text, added_at=NOW), ASKED).embeds
    assert first.description == answer().text
    assert (second.title, second.description) == ("Added later", text)


@pytest.mark.parametrize("name", [*NASTY_NAMES, "\u202e", "  ", "\u200b", "x" * 32])
def test_a_name_stands_on_its_line_and_turns_nothing_around(name: str) -> None:
    for shown in (answer(user_name=name), answer(user_name=name, hidden=True)):
        message = messages.answer(shown, ASKED)
        assert_fits(message)
        author = message.embeds[0].author.name
        assert author, "Discord takes no empty name"
        assert not re.search("[\n\u200b\u202a-\u202e\u2066-\u2069]", author)
        assert message.content == ""


def test_an_author_cannot_push_the_others_off_the_screen() -> None:
    for blank in ("\n" * 3000, "\n \t" * 1000, "\n\u3000" * 1500):
        lines = messages.answer(answer(text=f"first{blank}\nlast"), ASKED).embeds[0].description
        assert lines == "first\n\n\nlast"
    code = "```\na\n\n\nb\n```"
    assert messages.calm(code) == code


def test_what_cannot_be_seen_is_no_part_of_an_answer() -> None:
    found = check("\u202e" + "a" * 90 + "\u2066\u200b\ufeff\x00")
    assert found == "a" * 90


def test_a_hidden_answer_shows_nothing_of_itself() -> None:
    shown = answer(
        hidden=True, text="SECRET" * 20, addition="SECRET", added_at=NOW, source_url="https://secret.example"
    )
    message = messages.answer(shown, ASKED, SAID)
    assert [e.to_dict() for e in message.embeds] == [e.to_dict() for e in messages.hidden(shown).embeds]
    assert "SECRET" not in str([e.to_dict() for e in message.embeds])
    assert "secret" not in str([e.to_dict() for e in message.embeds])
    assert (message.content, message.rows) == ("", ())
