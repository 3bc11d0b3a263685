"""Reports that were posted anew: no earlier message of theirs goes on telling what it told."""

from __future__ import annotations

import pytest

from bot.features.moderation.edits import ReportEdits
from bot.gateway.edits import Edit
from bot.outbox.message import Receipt
from tests.features.moderation.services import CEM, LOG, ModerationServices
from tests.features.services import GUILD


async def moved(services: ModerationServices, report_id: int, channel_id: int, message_id: int) -> None:
    """Do what the outbox does when a report was sent."""
    post = await services.post("report", report_id, 0)
    assert post is not None
    async with services.db.transaction() as tx:
        await services.reports.sent(tx, post, Receipt(channel_id, message_id, services.clock.now()))


async def removals(services: ModerationServices) -> dict[tuple[int, int], Edit]:
    edits = await ReportEdits(services.moderation, services.reports._directory).list_edits()
    return {edit.place: edit for edit in edits if edit.message is None}


async def test_the_earlier_messages_of_a_report_are_deleted_however_often_it_moves(
    services: ModerationServices,
) -> None:
    report = await services.report(await services.write(await services.question()))
    places = [(LOG, 5001), (LOG + 1, 5002), (LOG + 1, 5003), (LOG, 5004)]
    for place in places:
        await moved(services, report.id, *place)
    found = await removals(services)
    assert list(found) == places[:-1]
    await found[places[1]].done()
    assert list(await removals(services)) == [places[0], places[2]]
    await moved(services, report.id, LOG, 5005)
    # An edit that was on its way meanwhile forgets its own message alone.
    await found[places[0]].done()
    await found[places[0]].done()
    assert list(await removals(services)) == [places[2], places[3]]
    assert (await services.reported(report.id)).message_id == 5005


async def test_the_same_message_once_more_is_no_earlier_one(services: ModerationServices) -> None:
    report = await services.report(await services.write(await services.question()))
    for _ in range(2):
        await moved(services, report.id, LOG, 5001)
    assert await removals(services) == {}
    await moved(services, report.id, LOG, 5002)
    # One that stands where the report is read now is never deleted.
    await moved(services, report.id, LOG, 5001)
    assert list(await removals(services)) == [(LOG, 5002)]


@pytest.mark.parametrize("act", ["hide", "dismiss"])
async def test_an_earlier_message_is_deleted_although_the_report_is_decided(
    services: ModerationServices, act: str
) -> None:
    drop = await services.question()
    report, other = (
        await services.report(await services.write(drop)),
        await services.report(await services.write(drop, CEM)),
    )
    for number, subject in enumerate((report, report, other), 5001):
        await moved(services, subject.id, LOG, number)
    await services.decide(act, report)
    for case in await services.moderation.list_stale():
        await services.moderation.shown(case)
    found = await removals(services)
    assert list(found) == [(LOG, 5001)]
    await found[LOG, 5001].done()
    assert await removals(services) == {}
    assert await services.moderation.set_log_channel(GUILD, LOG)
