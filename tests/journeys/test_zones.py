"""Groups in three zones, both changes of the clock, a midnight gap: each local day has one question."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.world import World, text_of

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


def wall(world: World, zone: str, schedule_id: int) -> dict[str, str]:
    """Map each local date of a schedule to the wall time at which its question was opened there."""
    drops = world.rows("drops", schedule_id=schedule_id)
    assert all(drop["state"] in {"open", "revealed"} for drop in drops), drops
    opened = {d["local_date"]: d["opened_at"].astimezone(ZoneInfo(zone)) for d in drops}
    assert len(opened) == len(drops)
    return {day: f"{at:%d %H:%M %z}" for day, at in opened.items()}


def days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


async def test_three_groups_in_three_zones_each_get_their_morning(world: World) -> None:
    groups = {
        "Asia/Kolkata": world.found_group("India"),
        "Europe/London": world.found_group("London"),
        "America/Los_Angeles": world.found_group("Coast"),
    }
    for zone, group in groups.items():
        panel = await world.command(group.olga, group.daily, "setup", kind="open", zone=zone, time="08:00")
        assert f"08:00 {zone}" in text_of(panel)
    await world.travel(hours=40)
    await world.restart()
    await world.travel(hours=40)
    for number, (zone, group) in enumerate(groups.items(), start=1):
        seen = wall(world, zone, number)
        assert {time[3:8] for time in seen.values()} == {"08:00"}
        assert list(seen) == days(date.fromisoformat(min(seen)), date.fromisoformat(max(seen)))
        assert len(seen) in {3, 4}
        numbers = [q.content.split(" · ")[0] for q in world.questions(group.daily)]
        assert numbers == [f"Question {n + 1}" for n in range(len(seen))]


async def test_spring_and_autumn_in_london_keep_the_wall_time(open_at: OpenWorld) -> None:
    async with open_at(datetime(2026, 3, 27, 12, tzinfo=UTC)) as world:
        await world.command(world.olga, world.daily, "setup", kind="open", zone="Europe/London", time="09:00")
        await world.travel(to=datetime(2026, 3, 31, 12, tzinfo=UTC))
        assert wall(world, "Europe/London", 1) == {
            "2026-03-28": "28 09:00 +0000",
            "2026-03-29": "29 09:00 +0100",
            "2026-03-30": "30 09:00 +0100",
            "2026-03-31": "31 09:00 +0100",
        }
        reveals = [d["reveal_at"].astimezone(ZoneInfo("Europe/London")) for d in world.rows("drops")]
        assert {f"{at:%H:%M}" for at in reveals} == {"08:30"}
    async with open_at(datetime(2026, 10, 23, 12, tzinfo=UTC)) as world:
        await world.command(world.olga, world.daily, "setup", kind="open", zone="Europe/London", time="09:00")
        await world.travel(to=datetime(2026, 10, 26, 12, tzinfo=UTC))
        assert list(wall(world, "Europe/London", 1).values()) == [
            "24 09:00 +0100",
            "25 09:00 +0000",
            "26 09:00 +0000",
        ]


async def test_a_midnight_that_does_not_exist_still_has_its_question(open_at: OpenWorld) -> None:
    """On 8 March 2026 Havana's clocks go from 00:00 to 01:00: there is no 00:30."""
    async with open_at(datetime(2026, 3, 6, 12, tzinfo=UTC)) as world:
        await world.command(
            world.olga, world.daily, "setup", kind="open", zone="America/Havana", time="00:30"
        )
        await world.travel(to=datetime(2026, 3, 8, 4, 59, tzinfo=UTC))
        await world.restart()
        await world.travel(to=datetime(2026, 3, 10, 12, tzinfo=UTC))
        assert wall(world, "America/Havana", 1) == {
            "2026-03-07": "07 00:30 -0500",
            "2026-03-08": "08 01:30 -0400",
            "2026-03-09": "09 00:30 -0400",
            "2026-03-10": "10 00:30 -0400",
        }
        assert len(world.questions(world.daily)) == 4


async def test_an_hour_that_comes_twice_has_one_question_at_its_first_time(open_at: OpenWorld) -> None:
    """On 1 November 2026 New York has 01:30 twice: at 05:30 and at 06:30 UTC."""
    async with open_at(datetime(2026, 10, 30, 12, tzinfo=UTC)) as world:
        await world.command(
            world.olga, world.daily, "setup", kind="open", zone="America/New_York", time="01:30"
        )
        await world.travel(to=datetime(2026, 11, 1, 5, 31, tzinfo=UTC))
        assert len(world.questions(world.daily)) == 2
        await world.restart(away=timedelta(minutes=30))
        await world.travel(to=datetime(2026, 11, 1, 7, tzinfo=UTC))
        assert len(world.questions(world.daily)) == 2, "the second 01:30 brings none"
        await world.travel(to=datetime(2026, 11, 2, 12, tzinfo=UTC))
        assert wall(world, "America/New_York", 1) == {
            "2026-10-31": "31 01:30 -0400",
            "2026-11-01": "01 01:30 -0400",
            "2026-11-02": "02 01:30 -0500",
        }


async def test_moving_the_zone_of_a_group_gives_no_day_two_questions_or_none(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", zone="Asia/Tokyo", time="17:00")
    await world.travel(to=datetime(2026, 1, 5, 9, tzinfo=UTC))
    assert len(world.questions(world.daily)) == 1
    panel = await world.command(world.olga, world.daily, "setup", kind="open", zone="America/New_York")
    assert f"<t:{int(datetime(2026, 1, 6, 22, tzinfo=UTC).timestamp())}:F>" in text_of(panel), (
        "the fifth had its question: the next one comes on the sixth, as the panel says"
    )
    await world.travel(to=datetime(2026, 1, 7, 23, tzinfo=UTC))
    assert [d["local_date"] for d in world.rows("drops")] == ["2026-01-05", "2026-01-06", "2026-01-07"]
