"""What one server chooses is its own."""

from bot.features.server_settings import changes, queries
from tests.features.services import GUILD, FeatureServices

ELSEWHERE = GUILD + 1


async def test_what_a_server_chooses_changes_no_other(services: FeatureServices) -> None:
    now = services.clock.now()
    async with services.db.transaction() as tx:
        for guild_id in (GUILD, ELSEWHERE):
            await changes.put_zone(tx, guild_id, "Asia/Tokyo", now)
        await changes.set_zone(tx, GUILD, "Europe/Berlin")
        await changes.set_log_channel(tx, GUILD, 77, now)
        await changes.set_anonymous_reviews(tx, GUILD, now, anonymous=True)
        assert [await queries.get_zone(tx, guild_id) for guild_id in (GUILD, ELSEWHERE)] == [
            "Europe/Berlin",
            "Asia/Tokyo",
        ]
        assert [await queries.get_log_channel(tx, guild_id) for guild_id in (GUILD, ELSEWHERE)] == [77, None]
        assert [await queries.has_anonymous_reviews(tx, guild_id) for guild_id in (GUILD, ELSEWHERE)] == [
            True,
            False,
        ]
