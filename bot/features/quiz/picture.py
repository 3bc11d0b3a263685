"""The picture of a quiz's final standings, with the same in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ui import text
from bot.ui.message import Picture
from bot.ui.pictures import FAINT, INK, QUIET, Card, plain, readable

MOST_LINES = 15
ALT_LIMIT = 1024

WIDTH, MARGIN = 720, 20
HEAD, ROW, GAP, FOOT = 132, 46, 4, 46
BADGE = 60
TITLE, NAME, NOTE = 38, 29, 25
TRACK = 0x35373C
MEDALS = {1: 0xF0B232, 2: 0xB8C0CC, 3: 0xC77B45}
DARK = 0x1E1F22
# What stands for a name that cannot be drawn, and for one that cannot be seen anywhere.
IN_ALT, NO_NAME = "(name in the ALT text)", "(no visible name)"


@dataclass(frozen=True, slots=True)
class Line:
    """A player's line. `change` is the places won in the last question; the final standings leave it out."""

    rank: int
    name: str
    points: int
    right: int
    answered: int
    change: int


def standings(title: str, subtitle: str, lines: Sequence[Line], colour: int) -> Picture:
    """Return the standings as a PNG with alt text; `colour` (0xRRGGBB) is the bars'.

    At most MOST_LINES are drawn, in the given order; the rest is counted. Takes some 40 ms: use a thread.
    """
    drawn = lines[:MOST_LINES]
    left = len(lines) - len(drawn)
    height = HEAD + len(drawn) * (ROW + GAP) + (FOOT if left else MARGIN - GAP)
    card = Card(WIDTH, height)
    right = max((card.width_of(_share(line), NOTE) for line in drawn), default=0)
    points = max((card.width_of(str(line.points), NAME) for line in drawn), default=0)
    columns = _Columns(max(right, card.width_of("right", NOTE)), max(points, card.width_of("points", NOTE)))
    _draw_head(card, title, subtitle, columns, colour)
    most = max((line.points for line in drawn), default=0)
    for number, line in enumerate(drawn):
        _draw_line(card, line, HEAD + number * (ROW + GAP), most, columns, colour)
    if left:
        card.write(f"and {left} more", (MARGIN + BADGE, height - FOOT, WIDTH / 2, FOOT), NOTE, FAINT)
    return Picture("standings.png", card.png(), alt(title, subtitle, lines))


def alt(title: str, subtitle: str, lines: Sequence[Line]) -> str:
    """Return the same in words, at most ALT_LIMIT characters; what does not fit is counted."""
    head = ". ".join(filter(None, (text.shortened(plain(t), 200) for t in (title, subtitle))))
    words = [_said(line) for line in lines[:MOST_LINES]]
    for count in range(len(words), -1, -1):
        rest = [f"and {len(lines) - count} more"] if count < len(lines) else []
        whole = "\n".join([head, *words[:count], *rest])
        # Discord may count as JavaScript does, an emoji as two.
        if len(whole.encode("utf-16-le")) // 2 <= ALT_LIMIT:
            return whole
    return head


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the two columns of numbers are."""

    right: float
    points: float

    @property
    def points_at(self) -> float:
        return WIDTH - MARGIN - 14 - self.points

    @property
    def right_at(self) -> float:
        return self.points_at - 22 - self.right


def _draw_head(card: Card, title: str, subtitle: str, columns: _Columns, colour: int) -> None:
    card.box(MARGIN, 18, 8, 72, readable(colour))
    wide = WIDTH - 2 * MARGIN - 22
    card.write(title, (MARGIN + 22, 12, wide, 48), TITLE)
    card.write(subtitle, (MARGIN + 22, 58, wide, 38), NOTE, FAINT)
    card.write("right", (columns.right_at, 96, columns.right, 36), NOTE, FAINT, "right")
    card.write("points", (columns.points_at, 96, columns.points, 36), NOTE, FAINT, "right")


def _draw_line(card: Card, line: Line, top: float, most: int, columns: _Columns, colour: int) -> None:
    track = WIDTH - 2 * MARGIN - BADGE + 8
    left = WIDTH - MARGIN - track
    card.box(left, top, track, ROW, TRACK)
    card.box(left, top, track * line.points / most if most > 0 else 0, ROW, readable(colour))
    medal = MEDALS.get(line.rank)
    if medal is not None:
        card.disc(MARGIN + 23, top + ROW / 2, 42, medal)
    badge = (MARGIN - 4, top, 54, ROW)
    card.write(str(line.rank), badge, NOTE, FAINT if medal is None else DARK, "middle")
    name, shade = _drawable(card, line.name)
    card.write(name, (left + 14, top, columns.right_at - left - 28, ROW), NAME, shade)
    card.write(_share(line), (columns.right_at, top, columns.right, ROW), NOTE, QUIET, "right")
    card.write(str(line.points), (columns.points_at, top, columns.points, ROW), NAME, INK, "right")


def _drawable(card: Card, name: str) -> tuple[str, int]:
    if card.shows(name, NAME):
        return name, INK
    return (IN_ALT if plain(name) else NO_NAME), QUIET


def _share(line: Line) -> str:
    return f"{line.right} of {line.answered}"


def _said(line: Line) -> str:
    points = text.count(line.points, "point")
    return f"{line.rank}. {plain(line.name) or NO_NAME}: {points}, {_share(line)} right"
