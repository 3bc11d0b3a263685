"""Pictures: a dark card on which bars and people's names can be drawn. The same input gives the same bytes.

Sizes are pixels. A picture is shown about half as large on a phone: letters of 26 pixels can be read there.
Pillow is imported when something is drawn, so that a start does not pay for it.
"""

# ruff: noqa: PLC0415  see above

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

PAPER = 0x2B2D31
"""Discord's own dark grey of a card."""
INK = 0xFFFFFF
QUIET = 0xDBDEE1
"""For what matters less; readable on bars, too."""
FAINT = 0xB5BAC1

_FONTS = Path(__file__).parent / "fonts"
# The first that has a letter writes it.
_FACES = ("DejaVuSansCondensed-Bold.ttf", "DroidSansFallback-subset.woff")
# The second has no bold letters: pixels around each of its strokes make them.
_STROKES = (0, 0.6)
# No font has this one: what is drawn for it is drawn for every letter that a font lacks.
_NOWHERE = "\U0010ffff"
_JOINERS = "\u200c\u200d"
# Letters by their category, yet nothing can be seen of them: what some people call themselves.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
_LEFT_OUT = "…"
# Two marks on a letter are enough for every living script; towers of them cover their neighbours.
_MOST_MARKS = 2
# No name is longer, and a text of any length must not cost more.
_MOST_LETTERS = 80

RGB = tuple[int, int, int]


def plain(words: str) -> str:
    """Return a text on one line without what has no shape: direction marks, control and blank characters.

    Empty where nothing of it could be seen.
    """
    shaped = (c for c in words if c.isspace() or c in _JOINERS or unicodedata.category(c)[0] != "C")
    seen = "".join(" " if c in _BLANK else c for c in shaped)
    return unicodedata.normalize("NFC", " ".join(seen.split()).strip(" " + _JOINERS))


def readable(colour: int) -> int:
    """Return the colour (0xRRGGBB), changed until white letters stand out on it, and it on PAPER."""
    rgb = _rgb(colour)
    while _light(rgb) > _DARK_ENOUGH:
        rgb = _mixed(rgb, (0, 0, 0))
    while _light(rgb) < _LIGHT_ENOUGH:
        rgb = _mixed(rgb, (255, 255, 255))
    return rgb[0] << 16 | rgb[1] << 8 | rgb[2]


# Contrasts as in WCAG 2: 4.5 of white letters on it, 1.6 of it on PAPER.
_DARK_ENOUGH, _LIGHT_ENOUGH = 1.05 / 4.5 - 0.05, 1.6 * (0.0262 + 0.05) - 0.05


def _rgb(colour: int) -> RGB:
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def _mixed(rgb: RGB, other: RGB) -> RGB:
    red, green, blue = (round(a + (b - a) * 0.08) for a, b in zip(rgb, other, strict=True))
    return red, green, blue


def _light(rgb: RGB) -> float:
    red, green, blue = (((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class _Face:
    """A font at one size, loaded when it is first needed: the second takes ten times as long as the first."""

    def __init__(self, name: str, size: int) -> None:
        self._path = _FONTS / name
        self._size = size
        self._known: dict[str, bool] = {}

    @cached_property
    def font(self) -> FreeTypeFont:
        from PIL import ImageFont

        return ImageFont.truetype(self._path, self._size)

    @cached_property
    def _nothing(self) -> bytes:
        return self._drawn(_NOWHERE)

    def has(self, letter: str) -> bool:
        if letter not in self._known:
            # Pillow does not tell what a font has; what it draws does.
            self._known[letter] = self._drawn(letter) != self._nothing
        return self._known[letter]

    def _drawn(self, letter: str) -> bytes:
        # A sequence of numbers, which its type does not say.
        return bytes(cast("Sequence[int]", self.font.getmask(letter)))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters that one font writes in one go: a right-to-left script is shaped as a whole."""

    face: int
    letters: str


class Card:
    """A picture while it is drawn. Text stays within the box it is given, whatever it says."""

    def __init__(self, width: int, height: int, colour: int = PAPER) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (width, height), _rgb(colour))
        self._draw = ImageDraw.Draw(self._image)
        self._sizes: dict[int, list[_Face]] = {}

    def box(self, left: float, top: float, width: float, height: float, colour: int) -> None:
        """Fill a box with round corners; one without width is not drawn."""
        if width >= 1:
            right, bottom = left + width - 1, top + height - 1
            radius = min(8, width / 2)
            self._draw.rounded_rectangle((left, top, right, bottom), radius, fill=_rgb(colour))

    def disc(self, x: float, y: float, across: int, colour: int) -> None:
        """Fill a disc around (x, y), with smooth edges."""
        from PIL import Image, ImageDraw

        fine = 4
        mask = Image.new("L", (across * fine, across * fine))
        ImageDraw.Draw(mask).ellipse((0, 0, across * fine - 1, across * fine - 1), fill=255)
        place = round(x - across / 2), round(y - across / 2)
        self._image.paste(_rgb(colour), place, mask.reduce(fine))

    def width_of(self, words: str, size: int) -> float:
        """Return how wide a text is."""
        return self._length(self._pieces(_clusters(plain(words)), size), size)

    def shows(self, words: str, size: int) -> bool:
        """Return True if anything of a text can be seen: some letters have no font here, some no shape."""
        faces = self._faces(size)
        pieces = self._pieces(_clusters(plain(words)), size)
        return any(
            faces[piece.face].font.getmask(letter).getbbox()
            for piece in pieces
            for letter in piece.letters
            if letter != _LEFT_OUT
        )

    def write(
        self,
        words: str,
        box: tuple[float, float, float, float],
        size: int,
        colour: int = INK,
        align: Literal["left", "middle", "right"] = "left",
    ) -> float:
        """Write one line into a box (left, top, width, height), cut where it is too long; return its width.

        Letters stand in the middle of its height.
        """
        from PIL import Image, ImageDraw

        left, top, width, height = box
        faces = self._faces(size)
        pieces = self._fitting(plain(words), width, size)
        length = self._length(pieces, size)
        x = {"left": 0.0, "middle": (width - length) / 2, "right": width - length}[align]
        if pieces and align == "left":  # the hook of a J stands out to the left
            x -= min(0, faces[pieces[0].face].font.getbbox(pieces[0].letters, anchor="ls")[0])
        # Drawn beside the picture and put in as a whole: nothing gets out of its box.
        mask = Image.new("L", (round(width), round(height)))
        draw = ImageDraw.Draw(mask)
        baseline = height / 2 + size * _HALF_A_CAPITAL
        for piece in pieces:
            font = faces[piece.face].font
            stroke = _STROKES[piece.face]
            draw.text((x, baseline), piece.letters, 255, font, anchor="ls", stroke_width=stroke)
            x += font.getlength(piece.letters)
        self._image.paste(_rgb(colour), (round(left), round(top)), mask)
        return length

    def png(self) -> bytes:
        """Return the picture as a PNG."""
        from PIL import Image

        out = io.BytesIO()
        # Flat colours stay as they are; a third of the bytes, and sooner packed.
        few = self._image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(out, "PNG")
        return out.getvalue()

    def _faces(self, size: int) -> list[_Face]:
        if size not in self._sizes:
            self._sizes[size] = [_Face(name, size) for name in _FACES]
        return self._sizes[size]

    def _length(self, pieces: list[_Piece], size: int) -> float:
        faces = self._faces(size)
        return sum(faces[piece.face].font.getlength(piece.letters) for piece in pieces)

    def _fitting(self, words: str, width: float, size: int) -> list[_Piece]:
        clusters = list(_clusters(words))
        pieces = self._pieces(clusters, size)
        few, many = 0, len(clusters)
        if self._length(pieces, size) <= width:
            return pieces
        while many - few > 1:
            middle = (few + many) // 2
            pieces = self._pieces([*clusters[:middle], _LEFT_OUT], size)
            few, many = (middle, many) if self._length(pieces, size) <= width else (few, middle)
        return self._pieces([*clusters[:few], _LEFT_OUT], size)

    def _pieces(self, clusters: Iterable[str], size: int) -> list[_Piece]:
        """Choose a font for every letter; "…" stands for those that none has, nothing for ornaments."""
        pieces: list[_Piece] = []
        for cluster in clusters:
            face, letters = self._choice(cluster, size)
            last = pieces[-1].letters[-1] if pieces else " "
            if letters in {_LEFT_OUT, " "} and last == letters:
                continue
            if pieces and pieces[-1].face == face:
                pieces[-1] = _Piece(face, pieces[-1].letters + letters)
            elif letters:
                pieces.append(_Piece(face, letters))
        return pieces

    def _choice(self, cluster: str, size: int) -> tuple[int, str]:
        faces = self._faces(size)
        # Letters in fancy dress (bold, script, circled) have a plain form.
        for written in (cluster, unicodedata.normalize("NFKC", cluster)):
            for number, face in enumerate(faces):
                if face.has(written[0]):
                    return number, written[0] + "".join(c for c in written[1:] if face.has(c))
        ornament = unicodedata.category(cluster[0])[0] in "SPMZ"
        return 0, "" if ornament else _LEFT_OUT


# A capital's middle stands on the middle of its box.
_HALF_A_CAPITAL = 0.365


def _clusters(words: str) -> Iterator[str]:
    """Split a text into letters, each with the marks on it."""
    letter, marks = "", 0
    for c in words[: _MOST_LETTERS * (_MOST_MARKS + 1)]:
        mark = unicodedata.category(c)[0] == "M"
        if letter and (mark or c in _JOINERS):
            marks += mark
            letter += "" if mark and marks > _MOST_MARKS else c
            continue
        if letter:
            yield letter
        letter, marks = c, 0
    if letter:
        yield letter
