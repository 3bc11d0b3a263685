"""The replies to a tap on a choice question. Pure."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.features.bank import messages as items
from bot.features.choices.messages import chose, option_text, time_up, until
from bot.features.choices.outcomes import Chosen, Result, TimeUp, Waiting, Written
from bot.features.drops.messages import QUESTION_GONE, heading
from bot.features.drops.outcomes import QuestionGone
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message
from questions.letters import right_option


def reply(outcome: Chosen | Waiting | TimeUp | Result | Written | QuestionGone) -> Message:
    """Return what a person reads after a tap."""
    match outcome:
        case Chosen(drop, item, option):
            return Message(
                f"{chose(drop, item, option)} {until(drop)} Nobody else sees it.",
                rows=(items.option_buttons("choices", drop.id, drop.shuffle or "", option),),
            )
        case Waiting(drop, item, mine):
            said = "You have not chosen yet: tap **A**, **B**, **C** or **D**."
            return Message(
                said if mine is None else f"{chose(drop, item, mine)} {until(drop)}",
                rows=(items.option_buttons("choices", drop.id, drop.shuffle or "", mine),),
            )
        case TimeUp():
            return Message(time_up(outcome))
        case Result():
            return _result(outcome)
        case Written(drop):
            write = Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY)
            return Message("This question is answered in writing: press **Answer**.", rows=((write,),))
        case QuestionGone():
            return Message(QUESTION_GONE)
        case _:
            assert_never(outcome)


def _result(outcome: Result) -> Message:
    drop, item, mine = outcome.drop, outcome.item, outcome.mine
    order = drop.shuffle or ""
    right = right_option(item.content)
    paid = drop.discussion is None
    points = f": {text.count(outcome.points, 'point')}" if paid else ""
    if mine is None:
        said = f"You did not choose in time. Right was {option_text(drop, item, right)}."
        wrong: tuple[int, ...] = ()
    elif mine == right:
        said = f"You chose {option_text(drop, item, mine)}, and that is right{points}."
        wrong = ()
    else:
        said = (
            f"You chose {option_text(drop, item, mine)}, which is wrong"
            f"{points}{' for trying' if paid else ''}. It comes back to you in `/practice`."
        )
        wrong = (mine,)
    card = discord.Embed(
        title=heading(drop, item),
        description=items.explained(item.content, order, wrong),
        colour=item.category.colour,
    )
    return Message(said, embeds=(card,))
