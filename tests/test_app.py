"""What the bot is put together with."""

from unittest import mock

import pytest

from tests.world import World


async def test_nothing_that_is_repeated_rings_anybody(world: World) -> None:
    """What a message may ping is said with it: one that forgets to say it pings nobody."""
    mentions = world.bot.allowed_mentions
    assert mentions is not None
    assert mentions.to_dict() == {"parse": []}


@pytest.mark.parametrize(("shards", "times"), [(None, 1), ([0, 1], 1), ([2, 3], 0)])
async def test_of_several_processes_the_one_with_the_first_shard_brings_the_commands_in_step(
    world: World, shards: list[int] | None, times: int
) -> None:
    world.bot.shard_ids = shards
    with mock.patch.object(world.bot.tree, "sync") as sync:
        await world.bot._sync()
    assert sync.call_count == times
