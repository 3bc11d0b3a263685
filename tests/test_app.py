"""What the bot is put together with."""

from tests.world import World


async def test_nothing_that_is_repeated_rings_anybody(world: World) -> None:
    """What a message may ping is said with it: one that forgets to say it pings nobody."""
    mentions = world.bot.allowed_mentions
    assert mentions is not None
    assert mentions.to_dict() == {"parse": []}
