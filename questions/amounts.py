"""Options that are amounts: `16 GB`, `about 1.5x`, `6e21 FLOPs`."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Words that may stand before the number; with others an option is a sentence in which a number occurs.
_BEFORE: Final = r"(?:about|around|roughly|approximately|nearly|some|~|≈|\$|€)?\s*"
_AMOUNT: Final = re.compile(
    _BEFORE + r"(?P<sign>[-\u2212]?)(?P<number>\d[\d,]{0,29}(?:\.\d{1,15})?)"
    r"(?:\s?[x\u00d7]\s?10\^(?P<ten>-?\d{1,3})|e(?P<e>[-+]?\d{1,3})|\^(?P<power>\d{1,2}))?"
    r"\s?(?P<unit>[^\s\d]\S*)?(?P<rest>(?:\s.*)?)",
    re.IGNORECASE,
)
_WORDS: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTERS: Final = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "P": 1e15}
# Unit -> the dimension in which it can be compared, and how many of its base units it is.
_UNITS: Final[dict[str, tuple[str, float]]] = {
    **{f"{letter}B": ("byte", 1000.0**i) for i, letter in enumerate(("K", "M", "G", "T", "P"), 1)},
    **{f"{letter}iB": ("byte", 1024.0**i) for i, letter in enumerate(("K", "M", "G", "T", "P"), 1)},
    "kB": ("byte", 1e3),
    "byte": ("byte", 1.0),
    "bytes": ("byte", 1.0),
    "ns": ("second", 1e-9),
    "us": ("second", 1e-6),
    "µs": ("second", 1e-6),
    "ms": ("second", 1e-3),
    "s": ("second", 1.0),
    "second": ("second", 1.0),
    "seconds": ("second", 1.0),
    "minute": ("second", 60.0),
    "minutes": ("second", 60.0),
    "hour": ("second", 3600.0),
    "hours": ("second", 3600.0),
    "day": ("second", 86_400.0),
    "days": ("second", 86_400.0),
    # Also `B`: a model of 7B is meant more often than seven bytes.
    **{letter: ("number", factor) for letter, factor in _LETTERS.items()},
    **{word: ("number", factor) for word, factor in _WORDS.items()},
}


@dataclass(frozen=True)
class Amount:
    """A number in the base unit of its dimension: bytes, seconds, pieces, or the unit as it is written.

    `rest` is what stands behind the unit: `1 GB of weights` is not `1 GB of gradients`.
    """

    dimension: str
    value: float
    rest: str


def amounts(texts: Sequence[str]) -> list[Amount] | None:
    """Return the options as amounts if all of them are some, and of the same dimension; else None."""
    read = [_read(text) for text in texts]
    found = [amount for amount in read if amount is not None]
    if len(found) < len(read) or len({amount.dimension for amount in found}) > 1:
        return None
    return found


def _read(text: str) -> Amount | None:
    match = _AMOUNT.fullmatch(text.replace("`", ""))
    if match is None:
        return None
    try:
        value = float(match["number"].replace(",", "")) * 10.0 ** int(match["ten"] or match["e"] or 0)
        value **= int(match["power"] or 1)
    except OverflowError:
        value = math.inf
    unit = (match["unit"] or "").rstrip(",;:")
    # `8 heads` and `1 head` are the same unit.
    dimension, factor = _UNITS.get(unit) or (unit.casefold().removesuffix("s"), 1.0)
    return Amount(dimension, (-value if match["sign"] else value) * factor, match["rest"].strip().casefold())
