"""A hidden question at nine, and a text that is long enough to answer it."""

from datetime import UTC, datetime
from typing import Any

from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


async def asked(world: World, **options: Any) -> Any:
    """Set a schedule up and return its first question."""
    await world.command(world.olga, world.daily, "setup", kind="open", **options)
    await world.travel(to=NINE)
    return world.questions(world.daily)[0]
