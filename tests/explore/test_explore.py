"""Journeys in which the bot dies at any call to Discord or the database, and is started again.

The short form takes some of the points, `make explore-part` every few, and `make explore` all of them; both
print how many a journey has. EXPLORE_SEED chooses others for the short form, a number for the part.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest

from bot.outbox import search
from tests.explore.explorer import Journey, run
from tests.explore.journeys import JOURNEYS
from tests.explore.pack import prepare_file
from tests.explored import LONG, amount

SEED = os.environ.get("EXPLORE_SEED", "0")
# So many points of each journey in the short form; the part takes one of so many, shifted by the seed.
SAMPLE, EVERY = 2, amount(0, 5, 1)
# So many workers share the points of a journey in the long forms.
SHARES = amount(1, 4, 8)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_file(tmp_path_factory.mktemp("explore"))


@pytest.mark.explored
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_a_journey_ends_the_same_wherever_the_bot_dies(
    journey: Journey, share: int, prepared: Path, tmp_path: Path
) -> None:
    undisturbed = await run(journey, prepared, tmp_path / "undisturbed")
    points = range(1, len(undisturbed.points) + 1)
    for number in _chosen(journey.name, points, share):
        course = await run(journey, prepared, tmp_path / f"{number}", number)
        where = f"cut at {number}, {undisturbed.points[number - 1]} (EXPLORE_SEED={SEED})"
        assert course.summary == undisturbed.summary, where
    print(f"{journey.name}: {len(points)} kill points, {undisturbed.buttons} buttons pressed")  # noqa: T201 shown by -rP
    assert undisturbed.cuts == 0


def _chosen(name: str, points: Sequence[int], share: int) -> Sequence[int]:
    """Return where a journey is cut."""
    if LONG:
        return points[int(SEED) % EVERY :: EVERY][share::SHARES]
    return random.Random(f"{SEED} {name}").sample(points, SAMPLE)  # noqa: S311 no secret


@pytest.mark.explored
async def test_a_report_that_is_decided_before_the_bot_knows_that_it_stands_is_kept(
    prepared: Path, tmp_path: Path
) -> None:
    """It was found by the exploration: the message was removed, and with it the way to undo the decision."""
    journey = next(one for one in JOURNEYS if one.name == "report")
    undisturbed = await run(journey, prepared, tmp_path / "undisturbed")
    name = "after POST /channels/{channel_id}/messages"
    sent = [number for number, point in enumerate(undisturbed.points, 1) if point == name]
    # The question, two answers, the report.
    course = await run(journey, prepared, tmp_path / "cut", sent[3])
    assert course.summary == undisturbed.summary


async def test_a_bot_that_does_not_look_for_what_it_sent_is_found_out(prepared: Path, tmp_path: Path) -> None:
    """The exploration sees a message that stands twice: without it, all the above would mean nothing."""
    journey = next(one for one in JOURNEYS if one.name == "reminder")
    points = (await run(journey, prepared, tmp_path / "undisturbed")).points
    sent = points.index("after POST /channels/{channel_id}/messages") + 1
    with (
        mock.patch.object(search, "_find_message", return_value=None),
        pytest.raises(AssertionError, match="standing Counter"),
    ):
        await run(journey, prepared, tmp_path / "blind", sent)


async def test_a_confirmed_choice_that_gets_lost_is_found_out(prepared: Path, tmp_path: Path) -> None:
    """Nobody does again what they were told is done: what a death takes away is missing in the end."""
    journey = next(one for one in JOURNEYS if one.name == "choice day")
    undisturbed = await run(journey, prepared, tmp_path / "undisturbed")
    replies = [n for n, name in enumerate(undisturbed.points, 1) if name.startswith("after POST /inter")]
    # The first reply is the panel of /setup, the second one Ada's.
    with pytest.raises(AssertionError, match="You did not choose in time"):
        await run(
            journey,
            prepared,
            tmp_path / "forgetful",
            replies[1],
            damage=lambda world: world.execute("DELETE FROM choices"),
        )
