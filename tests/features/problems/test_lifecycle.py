"""A problem is told once, and closed alone."""

from bot.features.problems import lifecycle, queries
from bot.outbox.message import Trouble
from tests.features.services import GUILD, FeatureServices

FIRST, SECOND = 1, 2


async def known(services: FeatureServices, guild_id: int = GUILD) -> list[tuple[int, str]]:
    async with services.db.reading() as tx:
        return [(one.schedule_id, one.code) for one in await queries.list_problems(tx, guild_id)]


async def report(
    services: FeatureServices, schedule_id: int, trouble: Trouble, guild_id: int = GUILD
) -> None:
    async with services.db.transaction() as tx:
        await lifecycle.report(tx, guild_id, schedule_id, trouble, "", services.clock.now())


async def test_what_is_mended_closes_itself_alone(services: FeatureServices) -> None:
    now = services.clock.now()
    for schedule_id in (FIRST, SECOND):
        for trouble in (Trouble.CHANNEL_GONE, Trouble.ROLE_GONE):
            await report(services, schedule_id, trouble)
    async with services.db.transaction() as tx:
        await lifecycle.resolve_one(tx, FIRST, Trouble.CHANNEL_GONE, now)
    others = [(FIRST, "role_gone"), (SECOND, "channel_gone"), (SECOND, "role_gone")]
    assert await known(services) == others
    async with services.db.transaction() as tx:
        await lifecycle.resolve(tx, SECOND, now, but_not=(Trouble.ROLE_GONE,))
    assert await known(services) == [(FIRST, "role_gone"), (SECOND, "role_gone")]


async def test_a_problem_is_a_servers_own_and_told_once(services: FeatureServices) -> None:
    for _ in range(3):
        await report(services, FIRST, Trouble.NO_ACCESS)
    await report(services, SECOND, Trouble.NO_ACCESS, GUILD + 1)
    assert await known(services) == [(FIRST, "no_access")]
    assert await known(services, GUILD + 1) == [(SECOND, "no_access")]
    assert await services.rows("SELECT count(*) FROM posts WHERE kind = 'notice'") == [(2,)]


async def test_what_discord_alone_can_mend_is_told_to_nobody(services: FeatureServices) -> None:
    await report(services, FIRST, Trouble.UNAVAILABLE)
    assert await known(services) == []
    assert await services.rows("SELECT * FROM posts") == []
