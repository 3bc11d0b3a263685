import re
from dataclasses import replace
from itertools import product

import pytest

from bot.answers.store import Answer
from bot.moderation import render, replies
from bot.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Decided,
    LogChannel,
    NoReason,
    NoReport,
    NotThere,
    Own,
    Reported,
    ReportedBefore,
    ReportForm,
    Told,
    Unseen,
)
from bot.moderation.rules import LONGEST, State
from bot.moderation.store import Report
from bot.ui.message import Message
from tests.answers.samples import NASTY_NAMES, answer
from tests.answers.test_frames import NASTY
from tests.daily.samples import NOW, SNOWFLAKE, assert_fits, assert_form_fits, drop, every_drop, words_of
from tests.daily.test_render import JARGON

STATES: tuple[State, ...] = ("open", "hidden", "dismissed", "shown")
TITLE = "t" * 100
LABELS = {"open": ["Hide", "Dismiss"], "hidden": ["Show again"], "dismissed": [], "shown": []}


def report(**changes: object) -> Report:
    decided = changes.get("state", "open") != "open"
    usual = Report(
        id=SNOWFLAKE,
        guild_id=SNOWFLAKE,
        answer_id=SNOWFLAKE,
        reporter_id=SNOWFLAKE,
        reporter_name="ben",
        reason="It is spam",
        text_at=NOW,
        text=answer().text,
        addition=None,
        state="open",
        created_at=NOW,
        decided_by=SNOWFLAKE if decided else None,
        decided_at=NOW if decided else None,
        channel_id=SNOWFLAKE,
        message_id=SNOWFLAKE,
        revision=1,
        shown_revision=0,
    )
    return replace(usual, **changes)  # pyright: ignore[reportArgumentType] a test names the columns


def case(shown: Answer | None = None, title: str = "Design a cache", **changes: object) -> Case:
    return Case(report(**changes), shown or answer(), drop(), title)


def longest_cases() -> list[Case]:
    wide = answer(user_name="*" * 32, text="`" * 3500, addition="_" * 1500, added_at=NOW)
    reason, name = "*" * LONGEST, "@" * 32
    return [
        Case(
            report(state=s, text=wide.text, addition=wide.addition, reason=reason, reporter_name=name),
            w,
            d,
            TITLE,
        )
        for s, w, d in product(
            STATES, (wide, replace(wide, state="withdrawn", message_id=None)), every_drop()
        )
    ]


def every_message() -> list[Message | str]:
    messages: list[Message | str] = [replies.reported(Reported(answer(user_name="*" * 32)))]
    for one in longest_cases():
        remarks = ("", render.misplaced(None), render.misplaced(SNOWFLAKE))
        messages += [render.report(one, discreet=d, remark=r) for d, r in product((True, False), remarks)]
        messages += [replies.decided(Decided(one, points)) for points in (-99, -1, 0, 1, 99)]
        messages.append(replies.undecided(AlreadyDecided(one.report)))
        told = Told(replace(one.answer, hidden=True), one.drop, one.title)
        messages += [render.notice(t, "s" * 100) for t in (told, Told(one.answer, one.drop, one.title))]
    refusals = [NotThere(), Own(), Unseen(drop()), NoReason(answer())]
    messages += [replies.refusal(r) for r in (*refusals, *(ReportedBefore(report(state=s)) for s in STATES))]
    messages += [replies.undecided(NoReport()), replies.NO_REPORT]
    for channel_id, waiting in product((None, SNOWFLAKE), (0, 1, 7)):
        messages.append(replies.log_channel(LogChannel(channel_id, waiting)))
    messages += [replies.log_channel_set(LogChannel(SNOWFLAKE, waiting)) for waiting in (0, 1, 7)]
    messages += [replies.unfit_channel(SNOWFLAKE, lacking) for lacking in (None, (), tuple(replies.LABELS))]
    messages.append(replies.returned(replies.refusal(NotThere()), "x" * 4000))
    return messages


def test_every_message_and_form_fits_and_pings_nobody() -> None:
    for message in every_message():
        assert_fits(message)
        assert isinstance(message, str) or message.mentions().to_dict() == {"parse": []}
    for name in (*NASTY_NAMES, "x" * 100, "\u200b"):
        assert_form_fits(replies.report_form(ReportForm(drop(), answer(user_name=name))))


def test_nothing_that_is_read_speaks_of_the_insides() -> None:
    for message in every_message():
        found = JARGON.search(words_of(message))
        assert found is None, f"{found and found[0]!r} in {words_of(message)}"


@pytest.mark.parametrize("state", STATES)
def test_a_report_has_the_buttons_of_its_state_and_says_who_decided(state: State) -> None:
    message = render.report(case(state=state))
    labels = [b.label for row in message.rows for b in row]
    assert labels == [*LABELS[state], *(["To the answer"] if LABELS[state] else [])]
    assert (f"<@{SNOWFLAKE}> <t:" in message.content) == (state != "open")
    assert render.report(case(answer(message_id=None), state=state)).rows == (
        (message.rows[0][:-1],) if LABELS[state] else ()
    )


@pytest.mark.parametrize("state", STATES)
def test_a_discreet_report_tells_nothing_and_leads_on_while_something_can_be_done(state: State) -> None:
    mine = answer(user_name="SECRET", text="SECRET " * 20)
    message = render.report(
        case(mine, state=state, text=mine.text, reason="SECRET", reporter_name="SECRET"), discreet=True
    )
    assert "SECRET" not in words_of(message)
    assert f"({SNOWFLAKE})" not in message.content
    labels = [b.label for row in message.rows for b in row]
    assert labels == (["Show the report"] if LABELS[state] else [])


def test_neither_a_reason_nor_names_nor_a_text_forge_a_line() -> None:
    for name, text in product(NASTY_NAMES, NASTY):
        shown = answer(user_name=name, text=text)
        message = render.report(case(shown, name, text=text, reason=name, reporter_name=name))
        assert message.content.count("\n") == 1
        free = re.sub(rf"<@{SNOWFLAKE}> \(", "", message.content).replace("**Report", "", 1)
        free = free.replace("**\n", "\n", 1)
        assert re.search(r"(?<!\\)(\\\\)*[*_~|`<>\[\]#]", free) is None, free
        assert re.search(r"@(everyone|here)", free) is None, free
        assert message.embeds[0].description == text
        assert len(message.embeds) == 1


def test_a_report_says_that_its_text_is_another_by_now() -> None:
    assert "changed it meanwhile" in render.report(case(answer(text="another"))).content
    assert "changed it meanwhile" in render.report(case(answer(addition="more"))).content
    assert "withdrawn it meanwhile" in render.report(case(answer(state="withdrawn"))).content
    assert "meanwhile" not in render.report(case()).content


def test_every_refusal_names_the_next_step_or_says_that_there_is_none() -> None:
    refusals = [NotThere(), Own(), Unseen(drop()), NoReason(answer())]
    for refused in (*refusals, *(ReportedBefore(report(state=s)) for s in STATES)):
        said = replies.refusal(refused).content
        assert "**" in said or "nothing has to be done" in said or "tell" in said, said
    for lacking in (None, (), ("view_channel",)):
        assert "choose" in replies.unfit_channel(SNOWFLAKE, lacking).content


def test_an_author_is_told_what_was_hidden_and_what_can_be_done() -> None:
    message = render.notice(Told(answer(hidden=True), drop(), "Design a cache"), "Home")
    assert "of Home has hidden your answer" in message.content
    assert "write to an organiser" in message.content
    assert message.embeds[0].description == answer().text
    assert [b.label for row in message.rows for b in row] == ["To the question"]
    back = render.notice(Told(answer(), drop(), "Design a cache"), "Home")
    assert "shows your answer again" in back.content
    assert not back.embeds
