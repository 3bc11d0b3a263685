import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.outcomes import (
    AlreadyPosting,
    NoSchedule,
    Panel,
    Posting,
    Refused,
    Resumed,
    Saved,
    Skipped,
    TooMany,
)
from bot.features.schedules.replies import reply
from bot.features.schedules.rules import SCHEDULES_A_SERVER, SPREAD_MINUTES
from bot.features.schedules.service import SchedulesService
from bot.features.schedules.store import Schedule, add_schedule
from bot.features.server_settings.store import put_guild
from tests.features.services import CHANNEL, GUILD, OLGA, START, FeatureServices

HOUR = timedelta(hours=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of January 2026 in Berlin."""
    return datetime(2026, 1, day, hour - 1, minute, tzinfo=UTC)


async def get(services: FeatureServices, schedule_id: int) -> Schedule:
    saved = await services.schedules.get(GUILD, schedule_id)
    assert isinstance(saved, Saved)
    return saved.schedule


async def edit(services: FeatureServices, schedule_id: int, **wish: Any) -> Saved | Refused | NoSchedule:
    return await services.schedules.edit(GUILD, schedule_id, ScheduleOptions(**wish))


async def test_setting_up_with_nothing_typed_has_good_defaults(services: FeatureServices) -> None:
    wish = ScheduleOptions(channel_id=CHANNEL, channel_kind="text")
    saved = await services.schedules.set_up(GUILD, OLGA, wish, "Europe/Berlin")
    assert isinstance(saved, Saved)
    schedule = saved.schedule
    assert (schedule.minutes, schedule.zone, schedule.days, schedule.mode) == (
        540,
        "Europe/Berlin",
        127,
        "blind",
    )
    assert (schedule.late_hours, schedule.reveal_minutes, schedule.role_id) == (12, None, None)
    assert (saved.created, saved.posted_before, saved.categories) == (True, False, ())
    assert schedule.next_run_at == berlin(6, 9)
    assert await get(services, schedule.id) == schedule


async def test_setting_up_again_changes_what_is_named_and_nothing_else(services: FeatureServices) -> None:
    first = await services.set_up(categories="agents, Training", role_id=5)
    again = await services.schedules.set_up(
        GUILD, OLGA, ScheduleOptions(channel_id=CHANNEL, channel_kind="text", time="18:30"), "UTC"
    )
    assert isinstance(again, Saved)
    assert (again.schedule.id, again.created) == (first, False)
    assert (again.schedule.minutes, again.schedule.zone, again.schedule.role_id) == (
        1110,
        "Europe/Berlin",
        5,
    )
    assert again.schedule.categories == ("agents", "training")
    assert again.schedule.next_run_at == berlin(5, 18, 30)
    assert len(await services.schedules.list_all(GUILD)) == 1


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"time": "25:00"}, "“25:00” as a time"),
        ({"zone": "Atlantis"}, "time zone “Atlantis”"),
        ({"zone": "EST"}, "which city do you mean? Choose `America/New_York`, "),
        ({"zone": "Zür"}, "did you mean `Europe/Zurich`?"),
        ({"zone": "usa"}, "may be more than one time zone: choose `America/New_York`"),
        ({"days": "someday"}, "“someday” as days"),
        ({"days": ","}, "No day is chosen"),
        ({"reveal": "soon"}, "“soon” as the reveal's time"),
        ({"categories": "agents, cooking"}, "no category “cooking”"),
        ({"mode": "blind", "channel_kind": "forum"}, "Hidden answers need private threads"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_next_step(
    services: FeatureServices, wish: dict[str, Any], words: str
) -> None:
    typed = {"channel_id": CHANNEL, "channel_kind": "text"} | wish
    outcome = await services.schedules.set_up(GUILD, OLGA, ScheduleOptions(**typed), "UTC")
    assert isinstance(outcome, Refused)
    sentence = reply(outcome).content
    assert words in sentence
    assert sentence.endswith(".")
    assert await services.schedules.list_all(GUILD) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
async def test_no_text_of_an_organiser_is_too_strange(services: FeatureServices, data: st.DataObject) -> None:
    names = ("time", "zone", "days", "reveal", "categories", "difficulty")
    typed = {name: data.draw(st.none() | st.text(max_size=100)) for name in names}
    typed["difficulty"] = data.draw(st.sampled_from([None, "any", "easy", "medium", "hard"]))
    wish = ScheduleOptions(channel_id=CHANNEL, channel_kind="text", **typed)
    outcome = await services.schedules.set_up(GUILD, OLGA, wish, "UTC")
    assert isinstance(outcome, Saved | Refused)
    if isinstance(outcome, Refused):
        assert len(reply(outcome).content) <= 2000


async def test_a_server_has_at_most_twenty(services: FeatureServices) -> None:
    for number in range(SCHEDULES_A_SERVER):
        wish = ScheduleOptions(channel_id=number + 1, channel_kind="text")
        assert isinstance(await services.schedules.add(GUILD, OLGA, wish, "UTC"), Saved)
    full = await services.schedules.add(
        GUILD, OLGA, ScheduleOptions(channel_id=99, channel_kind="text"), "UTC"
    )
    assert full == TooMany()
    other = await services.schedules.add(
        GUILD + 1, OLGA, ScheduleOptions(channel_id=99, channel_kind="text"), "UTC"
    )
    assert isinstance(other, Saved)


async def test_another_servers_schedule_is_not_there(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    stranger = GUILD + 1
    service = services.schedules
    assert isinstance(await service.edit(stranger, schedule_id, ScheduleOptions(time="10")), NoSchedule)
    for act in (service.get, service.pause, service.resume, service.skip, service.remove, service.post_now):
        assert isinstance(await act(stranger, schedule_id), NoSchedule), act
    assert (await get(services, schedule_id)).state == "active"


async def test_a_new_time_after_todays_question_starts_tomorrow(services: FeatureServices) -> None:
    schedule_id = await services.set_up(time="9:01")
    services.clock.shift(2 * HOUR)
    await services.runs.plan_due()
    assert await services.rows("SELECT local_date, state FROM drops") == [("2026-01-05", "planned")]
    await edit(services, schedule_id, time="18:00")
    # One question a day: what the panel shows next is what will come.
    assert (await get(services, schedule_id)).next_run_at == berlin(6, 18)


async def test_what_is_still_waiting_moves_with_its_schedule(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    posting = await services.schedules.post_now(GUILD, schedule_id)
    assert isinstance(posting, Posting)
    await edit(services, schedule_id, channel_id=77, channel_kind="news")
    drop, post = await services.drop(posting.drop_id), await services.post("drop", posting.drop_id)
    assert post is not None
    assert (drop.channel_id, drop.channel_kind, drop.mode, post.channel_id) == (77, "news", "open", 77)


async def test_a_pause_keeps_nothing_for_later(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    await services.schedules.pause(GUILD, schedule_id)
    assert await services.runs.next_at() is None
    services.clock.shift(75 * HOUR)
    await services.runs.plan_due()
    assert await services.rows("SELECT * FROM drops") == []
    resumed = await services.schedules.resume(GUILD, schedule_id)
    assert isinstance(resumed, Resumed)
    assert (resumed.schedule.state, resumed.schedule.next_run_at) == ("active", berlin(9, 9))


async def test_skipping_leaves_out_one_more_each_time(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    for day in (6, 7):
        outcome = await services.schedules.skip(GUILD, schedule_id)
        assert isinstance(outcome, Skipped)
        assert (outcome.skipped.at, outcome.next_at) == (berlin(day, 9), berlin(day + 1, 9))
    assert (await get(services, schedule_id)).next_run_at == berlin(8, 9)
    services.clock.shift(24 * HOUR)
    await services.runs.plan_due()
    services.clock.shift(48 * HOUR)
    await services.runs.plan_due()
    rows = await services.rows("SELECT local_date, state FROM drops ORDER BY local_date")
    assert rows == [("2026-01-06", "skipped"), ("2026-01-07", "skipped"), ("2026-01-08", "planned")]


async def test_pressing_post_now_twice_posts_one(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    outcomes = await asyncio.gather(*(services.schedules.post_now(GUILD, schedule_id) for _ in range(5)))
    assert sum(isinstance(outcome, Posting) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyPosting) for outcome in outcomes) == 4
    await services.sent(1)
    services.clock.shift(timedelta(seconds=29))
    assert isinstance(await services.schedules.post_now(GUILD, schedule_id), AlreadyPosting)
    services.clock.shift(timedelta(seconds=1))
    assert isinstance(await services.schedules.post_now(GUILD, schedule_id), Posting)


async def test_removing_takes_back_what_waits_and_keeps_the_rest(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    drop = await services.open_question(schedule_id)
    await services.schedules.remove(GUILD, schedule_id)
    assert isinstance(await services.schedules.get(GUILD, schedule_id), NoSchedule)
    assert (await services.drop(drop.id)).state == "skipped"
    reveal = await services.post("reveal", drop.id)
    assert reveal is not None
    assert reveal.state == "skipped"
    assert await services.runs.next_at() is None
    assert [stale.id for stale in await services.drops.list_stale()] == [drop.id]


async def test_health_shows_the_last_questions_first(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    for _ in range(4):
        services.clock.shift(24 * HOUR)
        await services.runs.plan_due()
    report = await services.schedules.health(GUILD)
    ((schedule, drops),) = report.schedules
    assert (schedule.id, [drop.number for drop in drops]) == (schedule_id, [4, 3, 2])
    assert (report.problems, report.waiting) == ((), ())
    assert (await services.schedules.health(GUILD + 1)).schedules == ()


async def test_the_reveals_time_can_be_set_and_taken_back(services: FeatureServices) -> None:
    schedule_id = await services.set_up(reveal="20:00")
    assert (await services.open_question(schedule_id)).reveal_at == START + 11 * HOUR
    await edit(services, schedule_id, reveal=" Default ")
    assert (await get(services, schedule_id)).reveal_minutes is None
    await edit(services, schedule_id, role_id=7)
    assert (await get(services, schedule_id)).role_id == 7
    await edit(services, schedule_id, no_role=True)
    assert (await get(services, schedule_id)).role_id is None


async def test_servers_that_have_removed_the_bot_hide_the_next_run_of_no_other(
    services: FeatureServices,
) -> None:
    schedule = await get(services, await services.set_up())
    async with services.db.transaction() as tx:
        for guild_id in range(1000, 1250):
            await put_guild(tx, guild_id, "UTC", services.clock.now())
            gone = replace(schedule, guild_id=guild_id, next_run_at=services.clock.now() - 24 * HOUR)
            await add_schedule(tx, gone)
    assert await services.runs.plan_due(lambda guild_id: guild_id == GUILD) == schedule.next_run_at


async def test_who_names_no_time_gets_a_minute_of_its_own_and_is_told(services: FeatureServices) -> None:
    asked: list[int] = []

    def draw(most: int) -> int:
        asked.append(most)
        return most - 1

    service = SchedulesService(services.db, services.clock, services.bank, draw)
    where = {"channel_id": CHANNEL, "channel_kind": "text"}
    drawn = await service.set_up(GUILD, OLGA, ScheduleOptions(**where), "UTC")
    assert isinstance(drawn, Saved)
    assert (drawn.schedule.minutes, asked) == (9 * 60 + 4, [SPREAD_MINUTES])
    assert "a minute of its own" in str(reply(Panel(drawn, (), rings=True)).embeds[0].description)
    # Changing something else leaves it, and whoever names a time has that minute.
    again = await service.set_up(GUILD, OLGA, ScheduleOptions(**where, days="weekdays"), "UTC")
    assert isinstance(again, Saved)
    assert again.schedule.minutes == 9 * 60 + 4
    named = await service.set_up(GUILD, OLGA, ScheduleOptions(channel_id=77, time="09:00"), "UTC")
    assert isinstance(named, Saved)
    assert named.schedule.minutes == 9 * 60
    assert "a minute of its own" not in str(reply(Panel(named, (), rings=True)).embeds[0].description)
