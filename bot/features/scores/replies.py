"""The leaderboard as a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.features.scores.service import Leaderboard, Standing
from bot.ui import text
from bot.ui.message import Message

GOLD = 0xEAB308


def reply(board: Leaderboard, names: Mapping[int, str], user_id: int) -> Message:
    """Return the first places and the reader's own; `names` maps those who are still in the server."""
    if not board.first:
        return Message(
            "Nobody has points yet: answer a question before its reveal, `/today` shows what is open."
        )
    lines = [_line(line, names, user_id) for line in board.first]
    if board.own is not None and board.own not in board.first:
        lines += ["…", _line(board.own, names, user_id)]
    card = discord.Embed(title="Leaderboard · all time", description="\n".join(lines), colour=GOLD)
    if board.own is None:
        card.set_footer(text="You have no points yet: /today shows what is open.")
    else:
        card.set_footer(text=f"You are number {board.own.rank} of {board.people}.")
    return Message(embeds=(card,))


def _line(line: Standing, names: Mapping[int, str], user_id: int) -> str:
    found = names.get(line.user_id, "somebody who left")
    # names.py gives a mention where the gateway did not answer in time.
    who = found if found == f"<@{line.user_id}>" else text.name(found)
    shown = f"**{who}**" if line.user_id == user_id else who
    return f"`{line.rank:>3}.` {shown} · {text.count(line.points, 'point')}"
