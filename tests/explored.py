"""How much of an exploration runs: a sample in `make test`, more in `explore-part`, all in `explore`.

A test with the mark `explored` runs in the latter two alone, one with `sampled` in all of them.
The variable EXPLORE says which: unset, `part`, or anything else. What is chosen is the same in each run, so
that nobody's change is held up by what a throw of dice has found; EXPLORE_SEED and WIRE_SEED choose others.
"""

from __future__ import annotations

import os

HOW_MUCH = os.environ.get("EXPLORE", "")
LONG = HOW_MUCH != ""
WHOLE = LONG and HOW_MUCH != "part"


def amount(sample: int, part: int, whole: int) -> int:
    """Return how many of something: kills, seeds, people."""
    if WHOLE:
        return whole
    return part if LONG else sample


def number_of_kills(sample: int, part: int, whole: int) -> int:
    """Return how often a bot is killed; WIRE_KILLS overrules it."""
    return int(os.environ.get("WIRE_KILLS", amount(sample, part, whole)))
