"""Reports that were posted anew: no earlier message of theirs goes on telling what it told."""

from __future__ import annotations

import pytest

from bot.features.moderation.edits import ReportEdits
from bot.gateway.edits import Edit
from bot.outbox.message import Receipt
from tests.features.drops.house import GUILD
from tests.features.moderation.bench import CEM, LOG, Bench


async def moved(bench: Bench, report_id: int, channel_id: int, message_id: int) -> None:
    """Do what the outbox does when a report was sent."""
    post = await bench.post("report", report_id, 0)
    assert post is not None
    async with bench.db.transaction() as tx:
        await bench.reports.sent(tx, post, Receipt(channel_id, message_id, bench.clock.now()))


async def removals(bench: Bench) -> dict[tuple[int, int], Edit]:
    edits = await ReportEdits(bench.moderation, bench.reports._directory).list_edits()
    return {edit.place: edit for edit in edits if edit.message is None}


async def test_the_earlier_messages_of_a_report_are_deleted_however_often_it_moves(bench: Bench) -> None:
    report = await bench.report(await bench.write(await bench.question()))
    places = [(LOG, 5001), (LOG + 1, 5002), (LOG + 1, 5003), (LOG, 5004)]
    for place in places:
        await moved(bench, report.id, *place)
    found = await removals(bench)
    assert list(found) == places[:-1]
    await found[places[1]].done()
    assert list(await removals(bench)) == [places[0], places[2]]
    await moved(bench, report.id, LOG, 5005)
    # An edit that was on its way meanwhile forgets its own message alone.
    await found[places[0]].done()
    await found[places[0]].done()
    assert list(await removals(bench)) == [places[2], places[3]]
    assert (await bench.reported(report.id)).message_id == 5005


async def test_the_same_message_once_more_is_no_earlier_one(bench: Bench) -> None:
    report = await bench.report(await bench.write(await bench.question()))
    for _ in range(2):
        await moved(bench, report.id, LOG, 5001)
    assert await removals(bench) == {}
    await moved(bench, report.id, LOG, 5002)
    # One that stands where the report is read now is never deleted.
    await moved(bench, report.id, LOG, 5001)
    assert list(await removals(bench)) == [(LOG, 5002)]


@pytest.mark.parametrize("act", ["hide", "dismiss"])
async def test_an_earlier_message_is_deleted_although_the_report_is_decided(bench: Bench, act: str) -> None:
    drop = await bench.question()
    report, other = (
        await bench.report(await bench.write(drop)),
        await bench.report(await bench.write(drop, CEM)),
    )
    for number, subject in enumerate((report, report, other), 5001):
        await moved(bench, subject.id, LOG, number)
    await bench.decide(act, report)
    for case in await bench.moderation.list_stale():
        await bench.moderation.shown(case)
    found = await removals(bench)
    assert list(found) == [(LOG, 5001)]
    await found[LOG, 5001].done()
    assert await removals(bench) == {}
    assert await bench.moderation.set_log_channel(GUILD, LOG)
