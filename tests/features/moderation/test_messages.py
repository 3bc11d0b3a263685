import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bot.features.answers.store import Answer
from bot.features.moderation import messages as moderation_messages
from bot.features.moderation import replies, rules
from bot.features.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Changed,
    Decided,
    LogChannel,
    NoReason,
    NoReport,
    NotThere,
    Own,
    Reported,
    ReportedBefore,
    ReportForm,
    ReportsGo,
    ReportsGoNow,
    Told,
    UnfitChannel,
    Unseen,
)
from bot.features.moderation.rules import LONGEST, State
from bot.features.moderation.store import Report
from bot.gateway.directory import ORGANISERS_ALONE, Readers
from bot.gateway.rooms import Entry
from bot.ui.ids import parse
from bot.ui.message import Message
from tests.features.answers.samples import NASTY_NAMES, answer
from tests.features.answers.test_frames import NASTY
from tests.features.drops.samples import (
    NOW,
    SNOWFLAKE,
    assert_fits,
    assert_form_fits,
    drop,
    every_drop,
    words_of,
)
from tests.features.drops.test_messages import JARGON

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
    link = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE}"
    another = replace(wide, text="#" * 3500, addition="~" * 1500, source="message", source_url=link)
    return [
        Case(
            report(state=s, text=wide.text, addition=wide.addition, reason=reason, reporter_name=name),
            w,
            d,
            TITLE,
        )
        for s, w, d in product(
            STATES, (wide, replace(wide, state="withdrawn", message_id=None), another), every_drop()
        )
    ]


def every_message() -> list[Message | str]:
    messages: list[Message | str] = [replies.reply(Reported(answer(user_name="*" * 32)))]
    for one in longest_cases():
        remarks = ("", moderation_messages.misplaced(None), moderation_messages.misplaced(SNOWFLAKE))
        messages += [
            moderation_messages.report(one, discreet=d, remark=r) for d, r in product((True, False), remarks)
        ]
        messages += [
            replies.reply(Decided(one, points, entry))
            for points, entry in product((-99, -1, 0, 1, 99), (Entry.INSIDE, Entry.SHUT))
        ]
        messages.append(replies.reply(AlreadyDecided(one.report)))
        messages.append(replies.reply(Changed(one)))
        told = Told(replace(one.answer, hidden=True), one.drop, one.title)
        messages += [
            moderation_messages.notice(t, "s" * 100) for t in (told, Told(one.answer, one.drop, one.title))
        ]
    refusals = [NotThere(), Own(), Unseen(drop()), NoReason(answer())]
    messages += [replies.reply(r) for r in (*refusals, *(ReportedBefore(report(state=s)) for s in STATES))]
    messages += [replies.reply(NoReport()), replies.reply(NoReport())]
    readers = Readers(roles=(SNOWFLAKE,) * 250, people=(SNOWFLAKE,) * 9)
    for lacking, who in product((None, (), tuple(replies.LABELS)), (readers, Readers(everybody=True))):
        messages.append(replies.reply(ReportsGo(LogChannel(SNOWFLAKE, 7), lacking, who)))
        messages.append(replies.reply(ReportsGoNow(LogChannel(SNOWFLAKE, 7), who)))
    for channel_id, waiting in product((None, SNOWFLAKE), (0, 1, 7)):
        messages.append(replies.reply(ReportsGo(LogChannel(channel_id, waiting))))
    messages += [replies.reply(ReportsGoNow(LogChannel(SNOWFLAKE, waiting))) for waiting in (0, 1, 7)]
    messages += [
        replies.reply(UnfitChannel(SNOWFLAKE, lacking)) for lacking in (None, (), tuple(replies.LABELS))
    ]
    messages.append(replies.reply(NotThere(), "x" * 4000))
    return messages


def test_every_message_and_form_fits_and_pings_nobody() -> None:
    for message in every_message():
        assert_fits(message)
        assert isinstance(message, str) or message.mentions().to_dict() == {"parse": []}
    for name in (*NASTY_NAMES, "x" * 100, "\u200b"):
        assert_form_fits(replies.reply(ReportForm(drop(), answer(user_name=name))))


def test_nothing_that_is_read_speaks_of_the_insides() -> None:
    for message in every_message():
        found = JARGON.search(words_of(message))
        assert found is None, f"{found and found[0]!r} in {words_of(message)}"


@pytest.mark.parametrize("state", STATES)
def test_a_report_has_the_buttons_of_its_state_and_says_who_decided(state: State) -> None:
    message = moderation_messages.report(case(state=state))
    labels = [b.label for row in message.rows for b in row]
    assert labels == [*LABELS[state], *(["To the answer"] if LABELS[state] else [])]
    assert (f"<@{SNOWFLAKE}> <t:" in message.content) == (state != "open")
    assert moderation_messages.report(case(answer(message_id=None), state=state)).rows == (
        (message.rows[0][:-1],) if LABELS[state] else ()
    )


@pytest.mark.parametrize("state", STATES)
def test_a_discreet_report_tells_nothing_and_leads_on_while_something_can_be_done(state: State) -> None:
    mine = answer(user_name="SECRET", text="SECRET " * 20)
    message = moderation_messages.report(
        case(mine, state=state, text=mine.text, reason="SECRET", reporter_name="SECRET"), discreet=True
    )
    assert "SECRET" not in words_of(message)
    assert f"({SNOWFLAKE})" not in message.content
    labels = [b.label for row in message.rows for b in row]
    assert labels == (["Show the report"] if LABELS[state] else [])


def test_neither_a_reason_nor_names_nor_a_text_forge_a_line() -> None:
    for name, text in product(NASTY_NAMES, NASTY):
        shown = answer(user_name=name, text=text)
        message = moderation_messages.report(case(shown, name, text=text, reason=name, reporter_name=name))
        assert message.content.count("\n") == 1
        free = re.sub(rf"<@{SNOWFLAKE}> \(", "", message.content).replace("**Report", "", 1)
        free = free.replace("**\n", "\n", 1)
        assert re.search(r"(?<!\\)(\\\\)*[*_~|`<>\[\]#]", free) is None, free
        assert re.search(r"@(everyone|here)", free) is None, free
        assert message.embeds[0].description == text
        assert len(message.embeds) == 1


def test_a_report_says_that_its_text_is_another_by_now() -> None:
    assert "changed it meanwhile" in moderation_messages.report(case(answer(text="another"))).content
    assert "changed it meanwhile" in moderation_messages.report(case(answer(addition="more"))).content
    assert "withdrawn it meanwhile" in moderation_messages.report(case(answer(state="withdrawn"))).content
    assert "meanwhile" not in moderation_messages.report(case()).content


def test_what_is_decided_about_stands_beside_the_button_and_the_button_says_so() -> None:
    plain = moderation_messages.report(case(id=7))
    assert [b.custom_id for b in plain.rows[0][:2]] == ["moderation:hide:v1:7", "moderation:dismiss:v1:7"]
    mine = answer(text="Another " * 30, addition="and an insult")
    changed = case(mine, id=7, addition="a lie")
    message = moderation_messages.report(changed)
    assert [e.description for e in message.embeds] == [answer().text, "a lie", mine.text, mine.addition]
    assert [e.title for e in message.embeds] == [None, "Added later", "What stands there now", "Added later"]
    for button in message.rows[0][:2]:
        address = parse(button.custom_id or "")
        assert address is not None
        assert rules.of_button(address.subject_id) == (7, changed.stands)
    withdrawn = moderation_messages.report(case(replace(mine, state="withdrawn"), id=7))
    assert len(withdrawn.embeds) == 1, "nothing stands there now"


def test_a_long_text_that_stands_now_is_shown_whole() -> None:
    now = answer(text="n" * 3500, addition="m" * 1500)
    message = moderation_messages.report(case(now, text="r" * 3500, addition="s" * 1500))
    assert [e.description for e in message.embeds[2:]] == [now.text, now.addition]
    assert all((e.description or "").endswith("…") for e in message.embeds[:2])
    assert_fits(message)


OWN = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/7"


@pytest.mark.parametrize("source", ["form", "message"])
def test_a_message_of_the_authors_own_that_stays_is_not_kept_quiet(source: str) -> None:
    stays = source == "message"
    mine = answer(source=source, source_url=OWN if stays else None, hidden=True)
    hidden = case(mine, state="hidden")
    messages = [
        moderation_messages.report(case(mine)),
        moderation_messages.report(hidden),
        replies.reply(Decided(hidden, -10)),
        moderation_messages.notice(Told(mine, drop(), "Design a cache"), "Home"),
    ]
    for message in messages:
        urls = [button.url for row in message.rows for button in row]
        assert (OWN in urls) == stays
        assert ("still stands" in message.content or "leaves that message" in message.content) == stays
    assert ("nobody reads the answer" in messages[2].content) != stays


def test_who_reads_the_reports_besides_organisers_is_named() -> None:
    outcome = LogChannel(SNOWFLAKE, 0)
    for told in (ReportsGoNow, lambda o, r: ReportsGo(o, (), r)):

        def say(log: LogChannel, readers: Readers, told: Any = told) -> Message:
            return replies.reply(told(log, readers))

        assert "can read" not in say(outcome, ORGANISERS_ALONE).content
        assert "\n<@&5> can read that channel" in say(outcome, Readers(roles=(5,))).content
        several = say(outcome, Readers(roles=(5, 6), people=(7,)))
        assert "\n<@&5>, <@&6> and <@7> can read that channel" in several.content
        assert several.mentions().to_dict() == {"parse": []}
        many = say(outcome, Readers(roles=tuple(range(SNOWFLAKE - 250, SNOWFLAKE))))
        assert "and 240 more can read" in many.content
        assert_fits(many)
        assert "\nEverybody can read" in say(outcome, Readers(everybody=True)).content


def test_a_chosen_channel_that_is_of_no_use_any_more_is_told_so() -> None:
    outcome = LogChannel(SNOWFLAKE, 2)
    for missing, said in ((None, "is not there any more"), (("send_messages",), "I lack **Send Messages**")):
        message = replies.reply(ReportsGo(outcome, missing))
        assert said in message.content
        assert "2 reports" in message.content
        assert "choose" in message.content


def test_every_refusal_names_the_next_step_or_says_that_there_is_none() -> None:
    refusals = [NotThere(), Own(), Unseen(drop()), NoReason(answer())]
    for refused in (*refusals, *(ReportedBefore(report(state=s)) for s in STATES)):
        said = replies.reply(refused).content
        assert "**" in said or "nothing has to be done" in said or "tell" in said, said
    for lacking in (None, (), ("view_channel",)):
        assert "choose" in replies.reply(UnfitChannel(SNOWFLAKE, lacking)).content


def test_an_author_is_told_what_was_hidden_and_what_can_be_done() -> None:
    message = moderation_messages.notice(Told(answer(hidden=True), drop(), "Design a cache"), "Home")
    assert "of Home has hidden your answer" in message.content
    assert "write to an organiser" in message.content
    assert message.embeds[0].description == answer().text
    assert [b.label for row in message.rows for b in row] == ["To the question"]
    assert "does not count any more" in message.content
    assert "read" not in message.content, "its room may be locked: what stands there may be read on"
    back = moderation_messages.notice(Told(answer(), drop(), "Design a cache"), "Home")
    assert "shows your answer again" in back.content
    assert not back.embeds


@pytest.mark.parametrize("source", ["form", "message"])
@pytest.mark.parametrize(
    ("changes", "speaks"),
    [
        ({}, True),
        ({"scored": False}, False),
        ({"scored": False, "late": True}, False),
        ({"scored": False, "round": 2}, False),
        ({"state": "withdrawn"}, False),
    ],
)
def test_points_are_spoken_of_where_there_were_some(
    source: str, changes: dict[str, Any], *, speaks: bool
) -> None:
    mine = answer(source=source, source_url="https://discord.com/channels/1/2/3", **changes)
    said = [
        moderation_messages.notice(Told(replace(mine, hidden=hidden), drop(), TITLE), "Home").content
        for hidden in (True, False)
    ]
    assert ["points" in one for one in said] == [speaks, speaks]
    assert ["add to it as before" in one for one in said] == [False, mine.state == "live"]
    assert not [one for one in said if ".." in one or " ." in one]


def test_an_author_gets_back_all_that_they_wrote() -> None:
    wide = answer(text="x" * 3500, addition="y" * 1500, added_at=NOW, hidden=True)
    message = moderation_messages.notice(Told(wide, drop(), TITLE), "s" * 100)
    assert [e.title for e in message.embeds] == ["What you wrote", "Added later"]
    assert [e.description for e in message.embeds] == [wide.text, wide.addition]
    assert_fits(message)


def test_what_a_locked_room_goes_on_showing_is_not_kept_quiet() -> None:
    def decided(state: State, entry: Entry, **changes: object) -> Message:
        mine = replace(answer(), **changes)  # pyright: ignore[reportArgumentType] a test names the columns
        return replies.reply(Decided(case(mine, state=state), 0, entry))

    shut = decided("hidden", Entry.SHUT)
    assert "does not count any more. But its room is locked" in shut.content
    assert "**Manage Threads**, or delete the message." in shut.content
    assert "nobody reads" not in shut.content
    assert [b.label for row in shut.rows for b in row] == ["To the answer"]
    for message in (decided("hidden", Entry.INSIDE), decided("hidden", Entry.SHUT, message_id=None)):
        assert "nobody reads the answer" in message.content
        assert not message.rows
    both = decided("hidden", Entry.SHUT, source="message", source_url=OWN)
    assert "its room is locked" in both.content
    assert "And the message from which it was counted still stands" in both.content
    assert [b.label for row in both.rows for b in row] == ["To the answer", "To their own message"]
    assert "as soon as you unlock" in decided("shown", Entry.SHUT).content
    assert "Dismissed: the answer of ada stays" in decided("dismissed", Entry.SHUT).content


def test_what_was_withdrawn_meanwhile_is_not_said_to_be_shown_again() -> None:
    shown = case(answer(state="withdrawn", user_name="*ada*"), state="shown")
    said = replies.reply(Decided(shown, 0)).content
    assert said == "Not hidden any more, but \\*ada\\* has withdrawn it: nothing stands in the room."
