"""Forms: two people at once, a restart while one is open, odd texts, and texts that cannot be saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simcord.backend.errors import SetupError

from tests.world import World, labels, text_of, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


@pytest.fixture
async def question(world: World) -> Any:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    return world.questions(world.daily)[0]


def refuse(world: World, table: str, act: str = "INSERT") -> None:
    """Have the database refuse to write a table, as it does when the disk is full."""
    world.expected.append("disk is full")
    what = f"CREATE TRIGGER refuse_{table} BEFORE {act} ON {table}"
    world.execute(f"{what} BEGIN SELECT RAISE(ABORT, 'disk is full'); END")


def room_texts(world: World) -> list[str]:
    return [words(m) for m in world.posted(world.channel(world.rows("drops")[0]["room_id"]))]


async def test_two_members_have_the_same_form_open(world: World, question: Any) -> None:
    ada = await world.press(world.ada, question, "Answer")
    ben = await world.press(world.ben, question, "Answer")
    await world.submit(world.ada, ada, "ADA " + TEXT)
    await world.submit(world.ben, ben, "BEN " + TEXT)
    assert {r["user_id"]: r["text"][:3] for r in world.rows("answers")} == {
        world.ada.id: "ADA",
        world.ben.id: "BEN",
    }


async def test_a_restart_while_a_form_is_open_loses_nothing(world: World, question: Any) -> None:
    form = await world.press(world.ada, question, "Answer")
    await world.restart()
    reply = await world.submit(world.ada, form, TEXT)
    assert "Your answer is saved. **10 points**" in text_of(reply)
    edit = await world.press(world.ada, reply, "Edit")
    await world.restart()
    assert "stands below" in text_of(await world.submit(world.ada, edit, "And this."))
    assert world.rows("answers")[0]["addition"] == "And this."


async def test_a_form_opened_before_the_reveal_and_sent_after_it_is_late(world: World, question: Any) -> None:
    form = await world.press(world.ada, question, "Answer")
    await world.travel(hours=23, minutes=40)
    reply = await world.submit(world.ada, form, TEXT)
    assert "It came after the reveal, so without points." in text_of(reply)
    assert not world.rows("ledger")


async def test_yesterday_s_buttons_work_after_a_restart(world: World, question: Any) -> None:
    reply = await world.answer(world.ada, question, TEXT)
    asked = await world.press(world.ada, reply, "Withdraw")
    await world.travel(hours=25)
    await world.restart()
    assert "Hint 1 of" in text_of(await world.forge(world.ben, question, "answers:hint:v1:1"))
    await world.press(world.ada, asked, "Withdraw it")
    assert "10 points taken back" in text_of(asked)
    assert not world.rows("totals", points=10)
    assert "0 answered" in words(world.questions(world.daily)[0])


async def test_the_same_answer_sent_twice_counts_once(world: World, question: Any) -> None:
    phone = await world.press(world.ada, question, "Answer")
    laptop = await world.press(world.ada, question, "Answer")
    await world.submit(world.ada, phone, "PHONE " + TEXT)
    second = await world.submit(world.ada, laptop, "LAPTOP " + TEXT)
    assert "You have answered this question: **Edit** adds to your answer" in text_of(second)
    assert "LAPTOP " + TEXT in world.seen_by(world.ada), "what was typed the second time is given back"
    assert [r["text"][:5] for r in world.rows("answers")] == ["PHONE"]
    assert "1 answered" in words(world.questions(world.daily)[0])
    assert [r["points"] for r in world.rows("ledger")] == [10]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("too short", "An answer needs 80 characters and this has 9"),
        ("     \n  ", "It holds no text"),
        ("\u200b\u2060\ufeff" * 40, "It holds no text"),
        ("a" + "\u200b" * 200, "this has 1:"),
        ("x" + " " * 200 + "x", "this has 2:"),
        ("\u202e" + "a" * 79, "An answer needs 80 characters and this has 79"),
    ],
)
async def test_a_text_that_is_no_answer_is_kept_and_tried_again(
    world: World, question: Any, text: str, said: str
) -> None:
    reply = await world.answer(world.ada, question, text)
    assert said in text_of(reply)
    assert labels(reply) == ["Try again"]
    assert not world.rows("answers")
    assert world.rows("drafts")[0]["text"] == text
    await world.restart()
    form = await world.press(world.ada, reply, "Try again")
    assert form.modal is not None
    await world.submit(world.ada, form, TEXT)
    assert len(world.rows("answers")) == 1
    assert not world.rows("drafts")


async def test_answer_itself_opens_with_the_draft_too(world: World, question: Any) -> None:
    await world.answer(world.ada, question, "A first thought")
    await world.travel(hours=3)
    form = await world.press(world.ada, question, "Answer")
    assert "A first thought" in str(form.modal)
    other = await world.press(world.ben, question, "Answer")
    assert "A first thought" not in str(other.modal)


async def test_exactly_as_long_as_allowed(world: World, question: Any) -> None:
    longest = ("0123456789" * 350)[:3500]
    reply = await world.answer(world.ada, question, longest)
    assert "**10 points**" in text_of(reply)
    assert world.rows("answers")[0]["text"] == longest
    assert any(longest in text for text in room_texts(world))
    form = await world.press(world.ben, question, "Answer")
    with pytest.raises(SetupError):
        await world.ben.submit_modal(form, {"text": longest + "1"})
    edit = await world.press(world.ada, reply, "Edit")
    await world.submit(world.ada, edit, "9" * 1500)
    assert any("9" * 1500 in text for text in room_texts(world)), "answer and addition fit one message"
    assert "**10 points**" in text_of(await world.answer(world.cem, question, "y" * 80))


async def test_code_markdown_and_mentions_are_shown_and_ping_nobody(world: World, question: Any) -> None:
    role = world.guild.create_role("everyone-else", mentionable=True)
    code = "```python\ndef f(x):\n    return x  # \N{SNOWMAN}\n```"
    bomb = f"@everyone @here <@{world.ben.id}> <@&{role.id}> **||" + "_" * 30 + "\n> " + code
    await world.answer(world.ada, question, bomb + "\n" + "\u202eevil\u202c " + TEXT)
    (row,) = world.rows("answers")
    assert code in row["text"]
    assert "\u202e" not in row["text"]
    await world.say(world.ben, world.daily, "hi")
    backend = world.env.backend
    for place in backend.messages.values():
        for message in place.values():
            if message.author_id == backend.bot_user.id:
                assert not message.ping_user_ids
                assert not message.ping_role_ids
                assert not message.mention_everyone


async def test_a_name_can_format_and_ping_nothing(world: World, question: Any) -> None:
    user = world.env.create_user("mallory")
    mallory = world.guild.add_member(user, nick="**@everyone** `x` [a](b)")
    await world.answer(mallory, question, TEXT)
    board = text_of(await world.command(world.ada, world.daily, "leaderboard"))
    assert "**@everyone**" not in board
    await world.travel(hours=24)
    reveal = world.posted(world.daily)[1]
    assert reveal.content.startswith("**Reveal")
    assert "@everyone" not in reveal.content
    assert "everyone" in reveal.content
    assert not world.env.backend.messages[world.daily.id][reveal.id].mention_everyone


async def test_a_database_that_refuses_keeps_the_text(world: World, question: Any) -> None:
    form = await world.press(world.ada, question, "Answer")
    refuse(world, "answers")
    reply = await world.submit(world.ada, form, TEXT)
    assert "That did not work, but your text is kept: press **Try again**." in text_of(reply)
    reference = text_of(reply).split("Reference: `")[1].split("`")[0]
    assert any(f"reference={reference}" in line for line in world.errors.lines)
    assert not any(TEXT[:20] in line for line in world.errors.lines if "reference=" in line.split("'")[0])
    assert world.rows("drafts")[0]["text"] == TEXT
    assert not world.rows("ledger")
    assert "0 answered" in words(world.questions(world.daily)[0])

    world.execute("DROP TRIGGER refuse_answers")
    await world.restart()
    again = await world.press(world.ada, reply, "Try again")
    assert TEXT in str(again.modal)
    assert "**10 points**" in text_of(await world.submit(world.ada, again, TEXT))


async def test_when_even_the_draft_is_refused_the_text_comes_back_as_a_file(
    world: World, question: Any
) -> None:
    form = await world.press(world.ada, question, "Answer")
    for table in ("answers", "drafts"):
        refuse(world, table)
    reply = await world.submit(world.ada, form, TEXT)
    assert "I could not save your text, so here it is as a file" in text_of(reply)
    assert "Reference: `" in text_of(reply)
    assert reply.response is not None
    (file,) = reply.response.attachments
    assert (await file.read()).decode() == TEXT
    await world.restart()
    world.execute("DROP TRIGGER refuse_answers")
    assert "**10 points**" in text_of(await world.answer(world.ada, question, TEXT))


async def test_a_refused_addition_is_kept_too(world: World, question: Any) -> None:
    reply = await world.answer(world.ada, question, TEXT)
    form = await world.press(world.ada, reply, "Edit")
    refuse(world, "answers", "UPDATE")
    kept = await world.submit(world.ada, form, "What I forgot.")
    assert "your text is kept" in text_of(kept)
    world.execute("DROP TRIGGER refuse_answers")
    await world.restart(away=timedelta(hours=1))
    again = await world.press(world.ada, kept, "Try again")
    assert "What I forgot." in str(again.modal)
    await world.submit(world.ada, again, "What I forgot.")
    assert world.rows("answers")[0]["addition"] == "What I forgot."
    assert not world.rows("drafts")


async def test_a_command_that_fails_gives_a_reference(world: World) -> None:
    world.expected.append("no such table")
    world.execute("ALTER TABLE totals RENAME TO totals_away")
    reply = await world.command(world.ada, world.daily, "leaderboard")
    assert "Something went wrong on my side. Please try again in a minute" in text_of(reply)
    world.execute("ALTER TABLE totals_away RENAME TO totals")
    await world.restart()
    assert "Nobody has points yet" in text_of(await world.command(world.ada, world.daily, "leaderboard"))


LONE = "half \ud83d of a pair \udc00 "
MENDED = "half \ufffd of a pair \ufffd"


async def test_half_a_character_in_any_form_is_saved_as_a_mark(world: World, question: Any) -> None:
    """No encoding has half of a pair: a text with one could be neither stored nor sent."""
    log = world.guild.create_text_channel("log")
    await world.command(world.olga, world.daily, "manage log", channel=log)
    short = await world.answer(world.ben, question, LONE)
    assert "Try again" in labels(short)
    again = await world.press(world.ben, short, "Try again")
    assert MENDED in str(again.modal)
    assert "is saved" in text_of(await world.submit(world.ben, again, LONE + TEXT))
    mine = await world.answer(world.ada, question, LONE + TEXT)
    assert "is saved" in text_of(mine)
    edit = await world.press(world.ada, mine, "Edit")
    assert "stands below" in text_of(await world.submit(world.ada, edit, LONE))
    assert {row["text"] for row in world.rows("answers")} == {f"{MENDED} {TEXT}"}
    (row,) = world.rows("answers", user_id=world.ada.id)
    assert row["addition"] == MENDED
    room = world.channel(world.rows("drops")[0]["room_id"])
    (card,) = [m for m in world.posted(room) if m.id == row["message_id"]]
    assert MENDED in words(card)

    review = await world.press(world.ben, card, "Review")
    sent = await world._done(await world.ben.submit_modal(review, {"praise": LONE, "advice": LONE}))
    assert "is saved" in text_of(sent)
    report = await world.press(world.ben, card, "Report")
    sent = await world._done(await world.ben.submit_modal(report, {"reason": LONE}))
    assert "Thank you" in text_of(sent)
    assert world.rows("reviews")[0]["praise"] == world.rows("reports")[0]["reason"] == MENDED


async def test_half_a_character_in_a_message_that_counts_is_saved_as_a_mark(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    room = world.channel(world.rows("drops")[0]["room_id"])
    said = await world.say(world.ada, room, LONE + TEXT)
    assert "is saved" in text_of(await world.count(world.ada, room, said))
    await world.say(world.ben, world.daily, f"<@{world.bot.user.id}> {LONE}{TEXT}", reply_to=question)
    assert [MENDED in row["text"] for row in world.rows("answers")] == [True, True]


@pytest.mark.usefixtures("question")
async def test_half_a_character_in_any_option_is_read_as_a_mark(world: World) -> None:
    typed = {
        "setup": ("time", "zone", "days", "reveal", "categories"),
        "today": ("date",),
        "discuss": ("question",),
        "me saved": ("search",),
        "practice": ("category",),
        "quiz": ("category",),
        "manage question export": ("month",),
        "manage schedule edit": ("schedule",),
    }
    for command, options in typed.items():
        for option in options:
            said = text_of(await world.command(world.olga, world.daily, command, **{option: LONE}))
            assert said
            assert "went wrong" not in said
    # What is typed is said again here.
    refused = await world.command(world.ada, world.daily, "today", date=LONE)
    assert f"“{MENDED}”" in text_of(refused)
