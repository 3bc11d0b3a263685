"""Reports as organisers read them, and what an author is told. Pure."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.moderation.outcomes import Case, Told
from bot.moderation.store import Report
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

DANGER = discord.ButtonStyle.danger
RED = 0xEF4444
GREY = 0x94A3B8
CHOOSE = "`/manage log channel:` chooses a channel that only organisers read."
# An embed with a description this long leaves room for a second one: together they may have 6,000.
TEXT_LIMIT = 3500
ADDITION_LIMIT = 1500
NAME_LIMIT = 100
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
    lines = filter(None, (said, _changed(case), outcome(case.report), remark))
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
    if (case.answer.text, case.answer.addition) != (case.report.text, case.report.addition):
        return "-# Its author has changed it meanwhile; this is what was reported."
    return ""


def _quoted(case: Case) -> tuple[discord.Embed, ...]:
    """Return the text as it was reported; each part in a frame of its own, which lets nothing out."""
    card = discord.Embed(description=text.shortened(case.report.text, TEXT_LIMIT), colour=RED)
    card.set_author(name=text.bare(case.answer.user_name) or "somebody")
    if not case.report.addition:
        return (card,)
    added = text.shortened(case.report.addition, ADDITION_LIMIT)
    return card, discord.Embed(title="Added later", description=added, colour=GREY)


def _row(case: Case) -> tuple[tuple[Button, ...], ...]:
    match case.report.state:
        case "open":
            acts = (
                Button("Hide", custom_id("moderation", "hide", case.report.id), style=DANGER),
                Button("Dismiss", custom_id("moderation", "dismiss", case.report.id)),
            )
        case "hidden":
            acts = (Button("Show again", custom_id("moderation", "show_again", case.report.id)),)
        case "dismissed" | "shown":
            return ()
        case _:
            assert_never(case.report.state)
    if not case.drop.room_id or not case.answer.message_id:
        return (acts,)
    address = text.link(case.drop.guild_id, case.drop.room_id, case.answer.message_id)
    return ((*acts, Button("To the answer", url=address)),)


def notice(case_of: Told, server: str) -> Message:
    """Return what an author is told when organisers have hidden an answer or shown it again."""
    answer, drop = case_of.answer, case_of.drop
    head = f"**{drop.called[0].upper()}{drop.called[1:]}, {text.name(case_of.title)}**"
    address = text.link(drop.guild_id, drop.room_id or drop.channel_id)
    rows = ((Button("To the question", url=address),),)
    if not answer.hidden:
        return Message(
            f"{head}\nAn organiser of {text.name(server)} shows your answer again. Its points are back, and "
            "you can add to it as before.",
            rows=rows,
        )
    own = discord.Embed(title="What you wrote", description=answer.text, colour=GREY)
    return Message(
        f"{head}\nAn organiser of {text.name(server)} has hidden your answer after a report. Nobody can read "
        "it any more, and the points that it brought are taken back. You cannot change it or write another "
        "one to this question; everything else stays as it was.\n"
        "If you think that this is a mistake, write to an organiser: they can show it again, and your points "
        "come back with it.",
        embeds=(own,),
        rows=rows,
    )


def misplaced(chosen: int | None) -> str:
    """Return why a report stands in a channel that nobody chose for it."""
    return f"-# I cannot write in <#{chosen}>: {CHOOSE}" if chosen else f"-# {CHOOSE}"
