"""The replies to a tap on a choice question. Pure."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.features.bank import messages as items
from bot.features.bank.letters import letter_of, right_option
from bot.features.bank.service import BankItem
from bot.features.choices.outcomes import Chosen, Gone, Result, TimeUp, Waiting, Written
from bot.features.drops.messages import heading
from bot.features.drops.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message


def reply(outcome: Chosen | Waiting | TimeUp | Result | Written | Gone) -> Message:
    """Return what a person reads after a tap."""
    match outcome:
        case Chosen(drop, item, option):
            return Message(
                f"{_chose(drop, item, option)} {_until(drop)} Nobody else sees it.",
                rows=(items.option_buttons("choices", drop.id, drop.shuffle or "", option),),
            )
        case Waiting(drop, item, mine):
            said = "You have not chosen yet: tap **A**, **B**, **C** or **D**."
            return Message(
                said if mine is None else f"{_chose(drop, item, mine)} {_until(drop)}",
                rows=(items.option_buttons("choices", drop.id, drop.shuffle or "", mine),),
            )
        case TimeUp(drop, item, mine):
            counts = "You had not chosen" if mine is None else f"What counts: {_option(drop, item, mine)}"
            return Message(f"Time is up, and the answer is on its way. {counts}.")
        case Result():
            return _result(outcome)
        case Written(drop):
            write = Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY)
            return Message("This question is answered in writing: press **Answer**.", rows=((write,),))
        case Gone():
            return Message(
                "This question is not there any more, or its schedule was removed: "
                "`/today` shows what is open."
            )
        case _:
            assert_never(outcome)


def standing(found: Waiting | TimeUp) -> str:
    """Return how a person stands with an open question, for /today."""
    if isinstance(found, TimeUp):
        return reply(found).content
    if found.mine is None:
        return "**You have not answered yet.**"
    return f"{_chose(found.drop, found.item, found.mine)} {_until(found.drop)}"


def _chose(drop: Drop, item: BankItem, option: int) -> str:
    return f"You chose {_option(drop, item, option)}."


def _option(drop: Drop, item: BankItem, option: int) -> str:
    return f"**{letter_of(drop.shuffle or '', option)}**: {item.content.options[option].text}"


def _until(drop: Drop) -> str:
    return f"You can change it until {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})."


def _result(outcome: Result) -> Message:
    drop, item, mine = outcome.drop, outcome.item, outcome.mine
    order = drop.shuffle or ""
    right = right_option(item.content)
    paid = drop.discussion is None
    points = f": {text.count(outcome.points, 'point')}" if paid else ""
    if mine is None:
        said = f"You did not choose in time. Right was {_option(drop, item, right)}."
        wrong: tuple[int, ...] = ()
    elif mine == right:
        said = f"You chose {_option(drop, item, mine)}, and that is right{points}."
        wrong = ()
    else:
        said = (
            f"You chose {_option(drop, item, mine)}, which is wrong{points}{' for trying' if paid else ''}. "
            "It comes back to you in `/practice`."
        )
        wrong = (mine,)
    card = discord.Embed(
        title=heading(drop, item),
        description=items.explained(item.content, order, wrong),
        colour=item.category.colour,
    )
    return Message(said, embeds=(card,))
