"""Reports as organisers read them, and what an author is told. Pure."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.features.answers.messages import ADDED
from bot.features.answers.store import Answer
from bot.features.moderation import rules
from bot.features.moderation.outcomes import Case, Told
from bot.features.moderation.store import Report
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import DANGER, GREY, Button, Message

RED = 0xEF4444
CHOOSE = "`/manage log channel:` chooses a channel that only organisers read."
# All embeds of a message may have 6,000 characters: this leaves room for names and titles.
EMBEDS_ROOM = 5600
# Of what was reported so much is shown at least where a long text stands now.
REPORTED_LIMIT = 400
TEXT_LIMIT = 3500
ADDITION_LIMIT = 1500
NAME_LIMIT = 100
OWN_MESSAGE = (
    "It was counted from a message that its author wrote there: hiding the answer leaves that message "
    "standing. Delete it by hand if nobody should read it."
)
DECIDED = {
    "hidden": "**Hidden**",
    "dismissed": "**Dismissed**, the answer stays",
    "shown": "**Shown again** after it was hidden",
}


def report(case: Case, *, discreet: bool = False, remark: str = "") -> Message:
    """Return a report with what can be done about it.

    `discreet` leaves out who reported whom for what: everybody reads the channel. `remark` says why it
    stands there.
    """
    head = f"**Report · {case.drop.called}, {text.name(case.title)}**"
    if discreet:
        said = f"{head}\nAn answer was reported. Organisers: **Show the report** says more, only to you."
        show = Button("Show the report", custom_id("moderation", "show", case.report.id))
        rows = ((show,),) if case.report.state in {"open", "hidden"} else ()
        return Message("\n".join(filter(None, (said, outcome(case.report), remark))), rows=rows)
    said = (
        f"{head}\n<@{case.report.reporter_id}> ({_name(case.report.reporter_name)}) reported the answer of "
        f"<@{case.answer.user_id}> ({_name(case.answer.user_name)}): “{text.name(case.report.reason)}”"
    )
    lines = filter(None, (said, _changed(case), _own_message(case), outcome(case.report), remark))
    return Message("\n".join(lines), embeds=_quoted(case), rows=_row(case))


def outcome(decided: Report) -> str:
    """Return what was decided, by whom and when; nothing while it is open."""
    if decided.state == "open" or decided.decided_at is None:
        return ""
    at = text.when(decided.decided_at, "R")
    return f"{DECIDED[decided.state]}: <@{decided.decided_by}> {at}"


def _name(name: str) -> str:
    return text.name(text.shortened(name, NAME_LIMIT))


def _changed(case: Case) -> str:
    if case.answer.state == "withdrawn":
        return "-# Its author has withdrawn it meanwhile."
    if case.stands != case.reported:
        return "-# Its author has changed it meanwhile: first what was reported, then what stands there now."
    return ""


def _own_message(case: Case) -> str:
    if case.report.state not in {"open", "hidden"} or not message_of(case.answer):
        return ""
    return f"-# {OWN_MESSAGE}"


def message_of(answer: Answer) -> str | None:
    """Return the address of the member's own message from which an answer was counted."""
    return answer.source_url if answer.source == "message" else None


def _quoted(case: Case) -> tuple[discord.Embed, ...]:
    """Return the text as it was reported, and as it is now where that is another one.

    Each part stands in a frame of its own, which lets nothing out.
    """
    now: tuple[discord.Embed, ...] = ()
    if case.stands != case.reported and case.answer.state == "live":
        now = _frames(case.answer.text, case.answer.addition, TEXT_LIMIT, ADDITION_LIMIT)
        now[0].title = "What stands there now"
    room = max(EMBEDS_ROOM - sum(len(card) for card in now), REPORTED_LIMIT)
    added = min(len(case.report.addition or ""), ADDITION_LIMIT, room // 2)
    reported = _frames(case.report.text, case.report.addition, min(TEXT_LIMIT, room - added), added)
    reported[0].colour = RED
    reported[0].set_author(name=text.bare(case.answer.user_name) or "somebody")
    return (*reported, *now)


def _frames(words: str, addition: str | None, most: int, most_added: int) -> tuple[discord.Embed, ...]:
    card = discord.Embed(description=text.shortened(words, most), colour=GREY)
    if not addition:
        return (card,)
    later = discord.Embed(title=ADDED, description=text.shortened(addition, most_added), colour=GREY)
    return card, later


def _row(case: Case) -> tuple[tuple[Button, ...], ...]:
    number = rules.button(case.report.id, case.reported, case.stands)
    match case.report.state:
        case "open":
            acts = (
                Button("Hide", custom_id("moderation", "hide", number), style=DANGER),
                Button("Dismiss", custom_id("moderation", "dismiss", number)),
            )
        case "hidden":
            acts = (Button("Show again", custom_id("moderation", "show_again", case.report.id)),)
        case "dismissed" | "shown":
            return ()
        case _:
            assert_never(case.report.state)
    return ((*acts, *to_answer(case), *to_own_message(case)),)


def to_answer(case: Case) -> tuple[Button, ...]:
    """Return the way to what stands in the room; nothing where nothing stands there."""
    if not case.drop.room_id or not case.answer.message_id:
        return ()
    address = text.link(case.drop.guild_id, case.drop.room_id, case.answer.message_id)
    return (Button("To the answer", url=address),)


def to_own_message(case: Case) -> tuple[Button, ...]:
    """Return the way to the member's own message from which an answer was counted."""
    own = message_of(case.answer)
    return () if own is None else (Button("To their own message", url=own),)


def notice(case_of: Told, server: str) -> Message:
    """Return what an author is told when organisers have hidden an answer or shown it again."""
    answer, drop = case_of.answer, case_of.drop
    head = f"**{drop.called[0].upper()}{drop.called[1:]}, {text.name(case_of.title)}**"
    who = f"An organiser of {text.name(server)}"
    address = text.link(drop.guild_id, drop.room_id or drop.channel_id)
    rows = ((Button("To the question", url=address),),)
    if not answer.hidden:
        return Message(f"{head}\n{who} shows your answer again. {_back(answer)}", rows=rows)
    own = _frames(answer.text, answer.addition, TEXT_LIMIT, ADDITION_LIMIT)
    own[0].title = "What you wrote"
    # Its room may be locked, and show the text until it is opened: nothing is promised about who reads it.
    counts = "It does not count any more"
    if (message := message_of(answer)) is not None:
        counts += (
            ". The message of yours from which it was counted still stands where you wrote it, and everybody "
            "there can read it: please delete it yourself"
        )
        rows = ((*rows[0], Button("To your message", url=message)),)
    paid = _brought_points(answer)
    if paid:
        counts += ". The" if message else ", and the"
        counts += " points that it brought are taken back"
    back = ", and your points come back with it" if paid else ""
    return Message(
        f"{head}\n{who} has hidden your answer after a report. {counts}. You cannot change it or write "
        "another one to this question; everything else stays as it was.\n"
        f"If you think that this is a mistake, write to an organiser: they can show it again{back}.",
        embeds=own,
        rows=rows,
    )


def _brought_points(answer: Answer) -> bool:
    """Return True if an answer has points while it is shown: a late one never has, nor one withdrawn."""
    return answer.scored and answer.state == "live"


def _back(answer: Answer) -> str:
    """Return what an author can do with an answer that is shown again."""
    if answer.state == "withdrawn":
        return (
            "You have withdrawn it, so nothing stands in the room: **Answer** on the question lets you write "
            "a new one."
        )
    if _brought_points(answer):
        return "Its points are back, and you can add to it as before."
    return "You can add to it as before."


def misplaced(chosen: int | None) -> str:
    """Return why a report stands in a channel that nobody chose for it."""
    return f"-# I cannot write in <#{chosen}>: {CHOOSE}" if chosen else f"-# {CHOOSE}"
