"""Settings that nothing here knows, forged or from elsewhere: none gets in, and none stops the others."""

from datetime import timedelta
from typing import Any

import pytest

from bot.features.problems import queries as problems
from bot.features.schedules import departure, selection
from bot.features.schedules.flaws import Flaw, flaw, flaw_in
from bot.features.schedules.messages import cure, notice
from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.outcomes import (
    NoSchedule,
    Paused,
    Refused,
    Removed,
    Saved,
    SettingUnknown,
)
from bot.features.schedules.replies import reply
from bot.features.schedules.rules import LATEST_HOURS
from bot.features.schedules.runs import PUT_OFF
from bot.outbox.message import Trouble
from tests.features.drops.samples import assert_fits, schedule, words_of
from tests.features.services import CHANNEL, GUILD, OLGA, FeatureServices

DAY = timedelta(days=1)
STRANGE: dict[str, dict[str, Any]] = {
    "zone": {"zone": "Mars/Phobos"},
    "kind": {"kind": "weird"},
    "mode": {"mode": "weird"},
    "channel": {"channel_kind": "weird"},
    "difficulty": {"difficulties": ("easy", "weird")},
    "reveal": {"reveal_minutes": 1440},
    "late_hours": {"late_hours": LATEST_HOURS + 1},
}
# As the columns of a row hold them.
COLUMNS = {
    "zone": "zone = 'Mars/Phobos'",
    "kind": "kind = 'weird'",
    "mode": "mode = 'weird'",
    "difficulty": "difficulties = 'no list'",
    "reveal": "reveal_minutes = 9999",
    "late_hours": "late_hours = 999999999",
}
GOOD: dict[str, dict[str, Any]] = {
    "zone": {"zone": "Europe/Berlin"},
    "kind": {"kind": "open"},
    "mode": {"mode": "open"},
    "difficulty": {"difficulty": "any"},
    "reveal": {"reveal": "20:00"},
    "late_hours": {"late_hours": 12},
}


@pytest.mark.parametrize("option", STRANGE)
def test_it_is_named_by_the_option_that_sets_it(option: str) -> None:
    found = flaw(schedule(**({"zone": "UTC"} | STRANGE[option])))
    assert found is not None
    assert found.option == option
    assert flaw_in(found.detail) == found


def test_a_usual_schedule_has_none() -> None:
    for changes in ({}, {"difficulties": ("easy", "hard")}, {"late_hours": 1}, {"reveal_minutes": 0}):
        assert flaw(schedule(zone="UTC", **changes)) is None
    assert flaw(schedule(zone="../etc/passwd")) == Flaw("zone", "../etc/passwd")


@pytest.mark.parametrize(
    "typed", [{"kind": "weird"}, {"mode": "weird"}, {"difficulty": "weird"}, {"late_hours": 10**9}]
)
async def test_a_forged_option_is_refused_and_nothing_is_written(
    services: FeatureServices, typed: dict[str, Any]
) -> None:
    usual = {"channel_id": CHANNEL, "channel_kind": "text"}
    outcome = await services.schedules.set_up(GUILD, OLGA, ScheduleOptions(**usual, **typed), "UTC")
    assert isinstance(outcome, SettingUnknown)
    assert f"`{outcome.option}:`" in reply(outcome).content
    assert await services.schedules.list_all(GUILD) == []
    schedule_id = await services.set_up()
    (before,) = await services.schedules.list_all(GUILD)
    again = await services.schedules.edit(GUILD, schedule_id, ScheduleOptions(**typed))
    assert isinstance(again, SettingUnknown)
    assert await services.schedules.list_all(GUILD) == [before]


async def test_a_forged_text_in_a_refusal_stays_one_line_of_plain_words(services: FeatureServices) -> None:
    usual = {"channel_id": CHANNEL, "channel_kind": "text"}
    wish = ScheduleOptions(**usual, kind="@everyone **x**\n" * 500)  # pyright: ignore[reportArgumentType] forged
    outcome = await services.schedules.set_up(GUILD, OLGA, wish, "UTC")
    assert isinstance(outcome, Refused)
    assert_fits(reply(outcome))
    assert "**x**" not in reply(outcome).content


async def write(services: FeatureServices, schedule_id: int, columns: str) -> None:
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(f"UPDATE schedules SET {columns} WHERE id = {schedule_id}")  # noqa: S608 our own


async def look(services: FeatureServices) -> None:
    """Plan until nothing is due, as the alarm does."""
    while (next_at := await services.runs.plan_due()) is not None and next_at <= services.clock.now():
        pass


async def codes(services: FeatureServices) -> list[str]:
    async with services.db.reading() as tx:
        return [problem.code for problem in await problems.list_problems(tx, GUILD)]


@pytest.mark.parametrize("option", COLUMNS)
async def test_others_go_on_organisers_hear_why_and_an_edit_mends_it(
    services: FeatureServices, caplog: pytest.LogCaptureFixture, option: str
) -> None:
    strange = await services.set_up()
    good = await services.set_up(channel_id=CHANNEL + 1)
    await write(services, strange, COLUMNS[option])
    services.clock.shift(DAY)
    for _ in range(4):
        await look(services)
        services.clock.shift(PUT_OFF * 2)
    assert await services.rows(f"SELECT id FROM drops WHERE schedule_id = {strange}") == []  # noqa: S608 our own
    assert len(await services.rows(f"SELECT id FROM drops WHERE schedule_id = {good}")) == 1  # noqa: S608 our own
    assert await codes(services) == ["unreadable"]
    (line,) = [record for record in caplog.records if "cannot be planned" in record.message]
    assert f"its {option} " in line.message
    assert line.exc_info is None
    health = words_of(reply(await services.schedules.health(GUILD)))
    assert "Something needs you" in health
    assert f"`/manage schedule edit {option}:`" in health
    assert len(await services.rows("SELECT id FROM posts WHERE kind = 'notice'")) == 1

    saved = await services.schedules.edit(GUILD, strange, ScheduleOptions(**GOOD[option]))
    assert isinstance(saved, Saved)
    assert await codes(services) == []
    next_at = await services.runs.plan_due()
    services.clock.shift((next_at or services.clock.now()) - services.clock.now())
    await services.runs.plan_due()
    assert await services.rows(f"SELECT id FROM drops WHERE schedule_id = {strange}")  # noqa: S608 our own


@pytest.mark.parametrize("option", COLUMNS)
async def test_no_act_of_an_organiser_ends_in_an_error(services: FeatureServices, option: str) -> None:
    schedule_id = await services.set_up()
    await write(services, schedule_id, COLUMNS[option])
    service = services.schedules
    for act in (service.get, service.skip, service.post_now, service.resume):
        outcome = await act(GUILD, schedule_id)
        assert isinstance(outcome, SettingUnknown), act
        assert outcome.option == option
    assert isinstance(await service.get(GUILD, schedule_id + 1), NoSchedule)
    assert isinstance(await service.edit(GUILD, schedule_id, ScheduleOptions(time="10:00")), SettingUnknown)
    assert_fits(reply(await service.health(GUILD)))
    assert_fits(reply(await service.listing(GUILD)))
    assert isinstance(await service.pause(GUILD, schedule_id), Paused)
    assert isinstance(await service.remove(GUILD, schedule_id), Removed)


async def test_a_server_that_is_back_goes_on_with_the_rest(services: FeatureServices) -> None:
    strange = await services.set_up()
    good = await services.set_up(channel_id=CHANNEL + 1)
    await write(services, strange, COLUMNS["zone"])
    services.clock.shift(PUT_OFF * 500)
    async with services.db.transaction() as tx:
        await departure.came_back(tx, GUILD, services.clock.now())
    moments = {one.id: one.next_run_at for one in await services.schedules.list_all(GUILD)}
    assert moments[good] > services.clock.now() >= moments[strange]


async def test_a_server_whose_zone_is_not_known_here_has_days_all_the_same(services: FeatureServices) -> None:
    await services.set_up()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE guilds SET zone = 'Mars/Phobos'")
    wish = ScheduleOptions(channel_id=CHANNEL + 1, channel_kind="text")
    saved = await services.schedules.add(GUILD, OLGA, wish, "Asia/Tokyo")
    assert isinstance(saved, Saved)
    assert saved.schedule.zone == "Asia/Tokyo"


# Any other error


async def test_an_error_of_the_bots_own_is_told_once_and_its_reason_logged_once(
    services: FeatureServices, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await services.set_up()
    good = await services.set_up(channel_id=CHANNEL + 1)
    add_drop = selection.add_drop

    async def failing(tx: Any, bank: Any, schedule: Any, *rest: Any) -> Any:
        if schedule.id == broken:
            raise LookupError("no such thing")
        return await add_drop(tx, bank, schedule, *rest)

    monkeypatch.setattr(selection, "add_drop", failing)
    services.clock.shift(DAY)
    for _ in range(4):
        await look(services)
        services.clock.shift(PUT_OFF * 2)
    assert await services.rows("SELECT schedule_id FROM drops") == [(good,)]
    assert await codes(services) == ["my_error"]
    (line,) = [record for record in caplog.records if "cannot be planned" in record.message]
    assert line.exc_info is not None
    assert "LookupError" in str(line.exc_info)
    health = words_of(reply(await services.schedules.health(GUILD)))
    assert "Something needs you" in health
    assert "an error of mine keeps its question from coming" in health
    assert "No next question before that is mended." in health

    monkeypatch.undo()
    saved = await services.schedules.edit(GUILD, broken, ScheduleOptions(difficulty="any"))
    assert isinstance(saved, Saved)
    assert await codes(services) == []
    services.clock.shift(PUT_OFF)
    await services.runs.plan_due()
    assert len(await services.rows("SELECT id FROM drops")) == 2


async def test_what_was_put_off_and_is_changed_is_planned_at_once(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    await write(services, schedule_id, COLUMNS["kind"])
    services.clock.shift(DAY)
    assert await services.runs.plan_due() == services.clock.now() + PUT_OFF
    await services.schedules.edit(GUILD, schedule_id, ScheduleOptions(kind="open"))
    await services.runs.plan_due()
    assert len(await services.rows("SELECT id FROM drops")) == 1


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_every_trouble_has_its_words(services: FeatureServices, trouble: Trouble) -> None:
    schedule_id = await services.set_up()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(
            "INSERT INTO problems (guild_id, schedule_id, code, detail, created_at) VALUES (?, ?, ?, ?, 0)",
            (GUILD, schedule_id, trouble.value, "zone=x" if trouble is Trouble.UNREADABLE else "x" * 4000),
        )
    (problem,) = (await services.schedules.health(GUILD)).problems
    (one,) = await services.schedules.list_all(GUILD)
    assert cure(problem).endswith(".")
    assert_fits(notice(problem, one, "Home"))
    assert_fits(reply(await services.schedules.health(GUILD)))


async def test_a_problem_that_a_newer_bot_wrote_down_is_shown_too(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(
            "INSERT INTO problems (guild_id, schedule_id, code, detail, created_at) VALUES (?, ?, ?, '', 0)",
            (GUILD, schedule_id, "new"),
        )
    assert "Something needs you" in words_of(reply(await services.schedules.health(GUILD)))
