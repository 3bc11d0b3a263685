"""A choice item as text: the same in a quiz, in practice and as the question of the day. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PLAIN, PRIMARY, Button
from questions.letters import ACTIONS, LETTERS, letter_of, right_option
from questions.models import ChoiceQuestion

_CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)


def asked(item: ChoiceQuestion, order: str) -> str:
    """Return the stem and the four options by letter."""
    lines = [f"**{letter}**  {item.options[int(i)].text}" for letter, i in zip(LETTERS, order, strict=True)]
    return "\n".join([item.stem, "", *lines])


def solved(
    item: ChoiceQuestion, order: str, counts: Mapping[int, int] | None, mine: int | None = None
) -> str:
    """Return the stem and the options: the right one marked, how many chose which, the reader's own choice.

    `counts` maps options to people; None leaves the numbers out.
    """
    lines: list[str] = []
    for letter, digit in zip(LETTERS, order, strict=True):
        option = item.options[int(digit)]
        mark = "✅" if option.right else "❌" if mine == int(digit) else "▫️"
        line = f"{mark} **{letter}**  {option.text}"
        if counts is not None:
            line += f"\u00a0\u00a0·\u00a0\u00a0{counts.get(int(digit), 0)}"
        if mine == int(digit):
            line += "\u00a0\u00a0·\u00a0\u00a0your choice"
        lines.append(line)
    return "\n".join([item.stem, "", *lines])


def explained(item: ChoiceQuestion, order: str, wrong: Collection[int]) -> str:
    """Return why the right option is right, and why each of `wrong` (options) is not, in the shown order."""
    right = right_option(item)
    lines = [f"**{letter_of(order, right)} is right.** {item.options[right].explanation}"]
    for digit in order:
        option = int(digit)
        if option in wrong and option != right:
            lines.append(f"**{letter_of(order, option)}**: {item.options[option].explanation}")
    return "\n".join(lines)


def source(item: ChoiceQuestion) -> str:
    """Return the reference as one line."""
    return f"[{item.reference.title}]({item.reference.url})"


def option_buttons(feature: str, subject_id: int, order: str, mine: int | None = None) -> tuple[Button, ...]:
    """Return the buttons A to D; the reader's own choice stands out."""
    chosen = None if mine is None else letter_of(order, mine)
    return tuple(
        Button(letter, custom_id(feature, action, subject_id), style=PRIMARY if letter == chosen else PLAIN)
        for letter, action in zip(LETTERS, ACTIONS, strict=True)
    )


def headline(item: ChoiceQuestion, most: int = 100) -> str:
    """Return the stem's first line that is no code, for a notification or a list; longer ones are cut.

    A cut may leave half of a piece of `code`: then it is shown as plain text.
    """
    lines = [line.strip() for line in _CODE_BLOCK.sub("", item.stem).splitlines() if line.strip()]
    line = text.shortened(lines[0] if lines else "What does this code do?", most)
    return line.replace("`", "") if line.count("`") % 2 else line
