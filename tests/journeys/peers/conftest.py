"""A day in each kind of place."""

from __future__ import annotations

import pytest

from tests.journeys.peers.day import Day, Place
from tests.world import World


@pytest.fixture
def place() -> Place:
    """Return where the day is; tests that want all three name it among their parameters."""
    return "blind"


@pytest.fixture
async def day(world: World, place: Place) -> Day:
    """Give a day whose question has just come."""
    begun = Day(world, place)
    await begun.begin()
    return begun
