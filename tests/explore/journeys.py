"""The journeys that are explored: days and evenings as people live them."""

from __future__ import annotations

from tests.explore.explorer import Journey
from tests.explore.pack import RIGHT, WRONG
from tests.explore.steps import (
    answers,
    chooses,
    counts,
    decides,
    discusses,
    goes_on,
    hours,
    makes_a_log,
    plays,
    practises,
    presses,
    reports,
    restart,
    reviews,
    sets_up,
    solves,
    starts_a_quiz,
    types,
    votes,
    withdraws,
)

# The world opens on Monday at 07:00; questions come at 09:00, reveals half an hour before the next.
ASKED, REVEALED = hours(2), hours(25.6)

JOURNEYS = (
    Journey(
        "blind day",
        (
            sets_up(kind="open"),
            ASKED,
            answers("ada"),
            answers("ben"),
            votes("ben", "ada"),
            restart,
            reviews("ben", "ada", 0, 1),
            answers("cem"),
            REVEALED,
            presses("dia", "Join the room", "You are in", on="**Reveal"),
            answers("dia", late=True),
        ),
    ),
    Journey(
        "late first answer",
        (
            sets_up(kind="open"),
            ASKED,
            REVEALED,
            answers("ada", late=True),
            presses("dia", "Join the room", "You are in", on="**Reveal"),
            answers("ben", late=True),
            votes("ben", "ada"),
        ),
    ),
    Journey(
        "open day",
        (
            sets_up(kind="open", mode="open"),
            ASKED,
            answers("ada"),
            counts("ben"),
            votes("cem", "ada"),
            reviews("ada", "ben", 0, 2),
            REVEALED,
            answers("cem", late=True),
        ),
    ),
    Journey(
        "forum day",
        (
            sets_up("forum", kind="open", mode="open"),
            ASKED,
            answers("ada", channel="forum"),
            votes("ben", "ada"),
            REVEALED,
            restart,
            answers("ben", late=True, channel="forum"),
        ),
    ),
    Journey(
        "choice day",
        (
            sets_up(kind="choice"),
            ASKED,
            chooses("ada"),
            chooses("ben", WRONG),
            restart,
            chooses("ben", RIGHT),
            chooses("cem", WRONG),
            REVEALED,
            presses("ada", "My result", "that is right"),
        ),
    ),
    Journey(
        "quiz",
        (starts_a_quiz, plays(0, "ada", "ben"), plays(1, "ada", "ben"), plays(2, "ada"), hours(0.5)),
    ),
    Journey("practice", (practises, solves(0), goes_on(0), restart, solves(1), goes_on(1), solves(2))),
    Journey(
        "discussion",
        (
            discusses,
            hours(0.1),
            presses("ben", "Hint", "Hint 1 of", on="Discussion 1"),
            presses("ada", "Reveal now", "on its way|reveal is out", sure="Reveal it", on="Discussion 1"),
            hours(1),
        ),
    ),
    Journey(
        "report",
        (
            sets_up(kind="open", mode="open"),
            makes_a_log,
            ASKED,
            answers("ada"),
            answers("ben"),
            reports("ben", "ada"),
            decides("Hide", "^Hidden|decided already"),
            restart,
            decides("Show again", "is shown again|decided already"),
            REVEALED,
        ),
    ),
    Journey(
        "reminder",
        (
            sets_up(kind="open"),
            ASKED,
            presses("ada", "Remind me", "I will write to you"),
            presses("ben", "Remind me", "I will write to you"),
            answers("ben"),
            hours(24),
        ),
    ),
    Journey(
        "schedules",
        (
            sets_up(kind="open"),
            types("olga", "manage schedule edit", "this is how it is set", time="10:00"),
            hours(3.1),
            types("olga", "manage schedule pause", "paused"),
            types("olga", "manage schedule resume", "next|goes on"),
            answers("ada"),
            hours(3.2),  # what a removal finds on its way to the room has tests of its own
            types("olga", "manage schedule remove", "Removed from|no question is scheduled|no schedule"),
            hours(30),
        ),
    ),
    Journey(
        "withdrawal",
        (
            sets_up(kind="open"),
            ASKED,
            answers("ada"),
            answers("ben"),
            votes("ben", "ada"),
            withdraws("ada"),
            answers("ada", again=" AGAIN"),
            REVEALED,
        ),
    ),
)
