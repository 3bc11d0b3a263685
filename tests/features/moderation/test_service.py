import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.db import Connection
from bot.features.answers.outcomes import TakenDown, Withdrawn
from bot.features.answers.posts import NOT_SHOWN
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.moderation import service, store
from bot.features.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Decided,
    NoReason,
    NoReport,
    NotThere,
    Own,
    Reported,
    ReportedBefore,
    ReportForm,
    Unseen,
)
from bot.features.reviews import points
from bot.features.reviews.outcomes import Voted
from bot.features.reviews.service import ReviewsService
from bot.outbox.message import Direct, InChannel, Skip, Wait
from tests.features.drops.house import GUILD, OLGA
from tests.features.moderation.bench import ADA, BEN, CEM, LOG, NOTICES, TEXT, Bench

ELSEWHERE = 2


# Reporting


async def test_a_report_keeps_what_it_is_about_and_goes_to_the_organisers(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    assert isinstance(await bench.moderation.form(GUILD, answer.id, 2), ReportForm)
    report = await bench.report(answer, reason=" It is\nspam ")
    assert (report.reason, report.text, report.reporter_name, report.state) == (
        "It is spam",
        TEXT,
        "ben",
        "open",
    )
    post = await bench.post("report", report.id)
    assert post is not None
    assert post.channel_id == 0


async def test_who_may_report_what(bench: Bench) -> None:
    drop = await bench.question("blind")
    answer = await bench.write(drop)

    async def form(user_id: int, guild_id: int = GUILD, answer_id: int = answer.id) -> object:
        outcome = await bench.moderation.form(guild_id, answer_id, user_id)
        again = await bench.moderation.report(guild_id, answer_id, CEM if user_id == 3 else BEN, "x")
        assert user_id == 1 or isinstance(again, type(outcome)), "the form is checked again when it is sent"
        return outcome

    assert isinstance(await bench.moderation.form(GUILD, answer.id, ADA.user_id), Own)
    assert isinstance(await bench.moderation.report(GUILD, answer.id, ADA, "x"), Own)
    assert isinstance(await form(3), Unseen)
    assert isinstance(await form(2, ELSEWHERE), NotThere)
    assert isinstance(await form(2, answer_id=999), NotThere)
    mine = await bench.write(drop, BEN)
    await bench.report(answer, BEN)
    assert isinstance(await form(2), ReportedBefore)
    await bench.reveal(drop.id)
    assert isinstance(await bench.moderation.form(GUILD, mine.id, 3), ReportForm)
    await bench.answers.withdraw(GUILD, mine.id, 2)
    assert isinstance(await form(3, answer_id=mine.id), NotThere)


async def test_who_has_withdrawn_reads_on_in_the_room_and_may_report(bench: Bench) -> None:
    drop = await bench.question("blind")
    answer = await bench.write(drop)
    mine = await bench.write(drop, BEN)
    await bench.answers.withdraw(GUILD, mine.id, BEN.user_id)
    assert (await bench.report(answer, BEN)).state == "open"
    assert isinstance(await bench.moderation.form(GUILD, answer.id, CEM.user_id), Unseen)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "x" * 301])
async def test_a_reason_is_needed(bench: Bench, typed: str) -> None:
    answer = await bench.write(await bench.question())
    assert isinstance(await bench.moderation.report(GUILD, answer.id, BEN, typed), NoReason)
    assert not await bench.rows("SELECT * FROM reports")


async def test_pressing_twice_reports_once(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    sent = [bench.moderation.report(GUILD, answer.id, BEN, f"number {n}") for n in range(5)]
    outcomes = await asyncio.gather(*sent)
    assert [type(o) for o in outcomes] == [Reported, *[ReportedBefore] * 4]
    assert await bench.rows("SELECT COUNT(*) FROM reports") == [(1,)]
    assert await bench.rows("SELECT COUNT(*) FROM posts WHERE kind = 'report'") == [(1,)]


# Deciding


async def test_hiding_takes_everything_back_and_showing_again_brings_it_back(bench: Bench) -> None:
    reviews = ReviewsService(bench.db, bench.clock, bench.bank)
    drop = await bench.question()
    answers = [await bench.write(drop, who) for who in (ADA, BEN, CEM)]
    assert isinstance(await reviews.vote(GUILD, answers[0].id, 2), Voted)
    report = await bench.report(answers[0])
    before = await bench.everything()
    hidden = await bench.decide("hide", report)
    assert (hidden.points, hidden.case.report.state, hidden.case.answer.hidden) == (-11, "hidden", True)
    assert (await bench.drop(drop.id)).answered == 2
    assert await bench.points(1) == 0
    assert not isinstance(await reviews.vote(GUILD, answers[0].id, 3), Voted)
    shown = await bench.decide("show_again", report)
    assert (shown.points, shown.case.report.state) == (11, "shown")
    assert await bench.everything() == before


async def test_dismissing_changes_nothing(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    before = await bench.everything()
    assert (await bench.decide("dismiss", report)).points == 0
    assert await bench.everything() == before
    assert await bench.post("hidden_notice", answer.id) is None


@pytest.mark.parametrize("first", ["hide", "dismiss"])
@pytest.mark.parametrize("second", ["hide", "dismiss"])
async def test_of_two_decisions_the_first_stands(bench: Bench, first: str, second: str) -> None:
    answer = await bench.write(await bench.question())
    reports = [await bench.report(answer, who) for who in (BEN, CEM)]
    acts = zip((first, second), reports, (OLGA, OLGA + 1), strict=True)
    sent = [getattr(bench.moderation, act)(GUILD, report.id, by) for act, report, by in acts]
    done, late = await asyncio.gather(*sent)
    assert isinstance(done, Decided)
    assert isinstance(late, AlreadyDecided)
    assert late.report.decided_by == OLGA
    assert {(await bench.reported(r.id)).state for r in reports} == {done.case.report.state}
    assert (await bench.answer(answer.id)).hidden == (first == "hide")
    assert await bench.points(1) == (0 if first == "hide" else 10)


async def test_each_decision_needs_its_state(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    assert isinstance(await bench.moderation.show_again(GUILD, report.id, OLGA), AlreadyDecided)
    await bench.decide("hide", report)
    await bench.decide("show_again", report)
    for act in ("hide", "dismiss", "show_again"):
        assert isinstance(await getattr(bench.moderation, act)(GUILD, report.id, OLGA), AlreadyDecided)
    # Others can report what is shown again.
    again = await bench.report(answer, CEM)
    await bench.decide("hide", again)
    assert (await bench.reported(report.id)).state == "shown"


@pytest.mark.parametrize("act", ["hide", "dismiss", "show_again"])
async def test_another_server_decides_nothing_and_sees_nothing(bench: Bench, act: str) -> None:
    report = await bench.report(await bench.write(await bench.question()))
    for guild_id, number in ((ELSEWHERE, report.id), (GUILD, report.id + 1)):
        assert isinstance(await getattr(bench.moderation, act)(guild_id, number, OLGA), NoReport)
        assert isinstance(await bench.moderation.show(guild_id, number), NoReport)
    assert isinstance(await bench.moderation.show(GUILD, report.id), Case)
    assert (await bench.reported(report.id)).state == "open"


async def test_an_author_whose_answer_is_hidden_neither_changes_it_nor_writes_another(bench: Bench) -> None:
    drop = await bench.question()
    answer = await bench.write(drop)
    draft = await bench.answers.keep_draft(GUILD, 1, "addition", answer.id, "more")
    await bench.decide("hide", await bench.report(answer))
    for outcome in (
        await bench.answers.write_form(GUILD, drop.id, 1),
        await bench.answers.submit(GUILD, drop.id, ADA, TEXT),
        await bench.answers.add_form(GUILD, answer.id, 1),
        await bench.answers.add(GUILD, answer.id, 1, "more"),
        await bench.answers.again(GUILD, draft, 1),
    ):
        assert isinstance(outcome, TakenDown), outcome
    withdrawn = await bench.answers.withdraw(GUILD, answer.id, 1)
    assert isinstance(withdrawn, Withdrawn)
    assert withdrawn.points == 0
    assert withdrawn.hidden
    assert (await bench.drop(drop.id)).answered == 0
    assert isinstance(await bench.answers.submit(GUILD, drop.id, ADA, TEXT), TakenDown)


async def test_withdrawn_then_hidden_or_hidden_then_withdrawn_is_the_same(bench: Bench) -> None:
    drop = await bench.question()
    found: list[Any] = []
    for who, hide_first in ((ADA, True), (CEM, False)):
        answer = await bench.write(drop, who)
        report = await bench.report(answer)
        if hide_first:
            await bench.decide("hide", report)
        await bench.answers.withdraw(GUILD, answer.id, who.user_id)
        if not hide_first:
            assert (await bench.decide("hide", report)).points == 0
        assert (await bench.drop(drop.id)).answered == 0
        assert (await bench.decide("show_again", report)).points == 0
        assert (await bench.drop(drop.id)).answered == 0
        kept = await bench.answer(answer.id)
        found.append((kept.state, kept.hidden, await bench.points(who.user_id)))
    assert found[0] == found[1] == ("withdrawn", False, 0)


STEPS = [
    (service.lifecycle, "hide"),
    (service.lifecycle, "show_again"),
    (store, "decide"),
    (service.outbox, "queue"),
    (service.outbox, "next_part"),
    (points, "settle"),
    (service.lifecycle.store, "set_answer"),
]


@pytest.mark.parametrize(
    ("act", "place", "name"),
    [
        (act, place, name)
        for act, other in (("hide", "show_again"), ("show_again", "hide"))
        for place, name in STEPS
        if name != other
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
async def test_a_decision_that_is_cut_off_leaves_nothing_half_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, act: str, place: Any, name: str
) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    if act == "show_again":
        await bench.decide("hide", report)
    before = (
        await bench.everything(),
        await bench.reported(report.id),
        await bench.rows("SELECT * FROM posts"),
    )
    real = getattr(place, name)

    async def cut(*args: Any, **options: Any) -> None:
        await real(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(place, name, cut)
    with pytest.raises(KeyboardInterrupt):
        await bench.decide(act, report)
    monkeypatch.undo()
    after = (
        await bench.everything(),
        await bench.reported(report.id),
        await bench.rows("SELECT * FROM posts"),
    )
    assert before == after
    assert (await bench.decide(act, report)).points == (-10 if act == "hide" else 10)


# What the room shows


async def test_an_answer_that_is_hidden_before_it_is_posted_comes_when_it_is_shown_again(
    bench: Bench,
) -> None:
    answer = await bench.write(await bench.question(), post=False)
    report = await bench.report(answer)
    await bench.decide("hide", report)
    prepared = await bench.send_answer(answer.id)
    assert isinstance(prepared, Skip)
    assert prepared.reason == NOT_SHOWN
    assert prepared.undo is not None
    await bench.decide("show_again", report)
    prepared = await bench.send_answer(answer.id)
    assert isinstance(prepared, InChannel)
    assert prepared.message.embeds[0].description == TEXT
    assert (await bench.answer(answer.id)).message_id is not None


async def test_hidden_and_shown_again_before_the_outbox_looks_is_posted_once(bench: Bench) -> None:
    answer = await bench.write(await bench.question(), post=False)
    report = await bench.report(answer)
    await bench.decide("hide", report)
    await bench.decide("show_again", report)
    assert await bench.rows("SELECT COUNT(*) FROM posts WHERE kind = 'answer'") == [(1,)]
    assert isinstance(await bench.send_answer(answer.id), InChannel)


# Where organisers read it


async def test_a_report_goes_where_organisers_read_it_now(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer, reason="Very secret")

    async def place() -> tuple[int, str]:
        prepared = await bench.prepare(bench.reports, "report", report.id)
        assert isinstance(prepared, InChannel)
        return prepared.channel_id, prepared.message.content

    channel_id, text = await place()
    assert channel_id == NOTICES
    assert "secret" not in text
    assert "/manage log channel:" in text
    bench.facts.public.clear()
    assert "secret" not in (await place())[1], "nobody chose it: what it is for is not known"
    await bench.moderation.set_log_channel(GUILD, LOG)
    channel_id, text = await place()
    assert channel_id == LOG
    assert "secret" in text
    assert "/manage log channel:" not in text
    bench.facts.roles[LOG] = (5,)
    assert "secret" not in (await place())[1], "a role reads it that does not organise"
    bench.facts.roles.clear()
    for lacking in (None, ("send_messages",)):
        bench.facts.lacking[LOG] = lacking
        channel_id, text = await place()
        assert channel_id == NOTICES
        assert f"I cannot write in <#{LOG}>" in text
    bench.facts.notices = None
    assert isinstance(await bench.prepare(bench.reports, "report", report.id), Wait)


@pytest.mark.parametrize("act", ["hide", "dismiss"])
async def test_a_report_that_is_decided_before_it_is_posted_is_not_posted(bench: Bench, act: str) -> None:
    report = await bench.report(await bench.write(await bench.question()))
    await bench.decide(act, report)
    prepared = await bench.prepare(bench.reports, "report", report.id)
    assert isinstance(prepared, Skip)
    assert prepared.undo is not None
    assert not await bench.moderation.list_stale(), "nothing stands there to edit"


async def test_a_new_channel_gets_what_waits_and_nothing_else(bench: Bench) -> None:
    drop = await bench.question()
    first = await bench.report(await bench.write(drop))
    second = await bench.report(await bench.write(drop, CEM))
    await bench.say_sent("report", first.id)
    await bench.say_sent("report", second.id)
    await bench.decide("dismiss", first)
    outcome = await bench.moderation.set_log_channel(GUILD, LOG)
    assert (outcome.channel_id, outcome.waiting) == (LOG, 1)
    assert await bench.post("report", second.id, 1) is not None
    assert await bench.post("report", first.id, 1) is None
    assert (await bench.moderation.log_channel(ELSEWHERE)).channel_id is None
    assert (await bench.moderation.log_channel(GUILD)).channel_id == LOG


async def test_a_channel_that_is_deleted_loses_only_what_stood_there_and_waits(bench: Bench) -> None:
    drop = await bench.question()
    first = await bench.report(await bench.write(drop))
    second = await bench.report(await bench.write(drop, CEM))
    for report in (first, second):
        await bench.say_sent("report", report.id)
    await bench.decide("dismiss", second)
    for guild_id, channel_id in ((ELSEWHERE, LOG), (GUILD, LOG + 1)):
        await bench.moderation.channel_lost(guild_id, channel_id)
    assert await bench.post("report", first.id, 1) is None
    await bench.moderation.channel_lost(GUILD, LOG)
    assert await bench.post("report", first.id, 1) is not None
    assert await bench.post("report", second.id, 1) is None


async def test_a_decision_is_shown_where_the_report_stands(bench: Bench) -> None:
    report = await bench.report(await bench.write(await bench.question()))
    await bench.say_sent("report", report.id)
    assert not await bench.moderation.list_stale()
    await bench.decide("hide", report)
    (case,) = await bench.moderation.list_stale()
    assert (case.report.channel_id, case.report.decided_by) == (LOG, OLGA)
    await bench.decide("show_again", report)
    await bench.moderation.shown(case)
    assert len(await bench.moderation.list_stale()) == 1, "what was decided meanwhile is still to be shown"


# What the author is told


async def test_an_author_is_told_in_turn(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    await bench.decide("hide", report)
    prepared = await bench.prepare(bench.notices, "hidden_notice", answer.id)
    assert isinstance(prepared, Direct)
    assert prepared.user_id == ADA.user_id
    assert "has hidden your answer" in prepared.message.content
    await bench.say_sent("hidden_notice", answer.id)
    await bench.decide("show_again", report)
    assert isinstance(await bench.prepare(bench.notices, "hidden_notice", answer.id, 0), Skip)
    prepared = await bench.prepare(bench.notices, "hidden_notice", answer.id, 1)
    assert isinstance(prepared, Direct)
    assert "shows your answer again" in prepared.message.content


async def test_who_was_not_told_of_the_hiding_gets_no_all_clear(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    await bench.decide("hide", report)
    bench.clock.shift(timedelta(minutes=1))
    await bench.decide("show_again", report)
    assert isinstance(await bench.prepare(bench.notices, "hidden_notice", answer.id, 1), Skip)


async def test_who_has_withdrawn_what_was_hidden_gets_no_all_clear(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    await bench.decide("hide", report)
    await bench.say_sent("hidden_notice", answer.id)
    await bench.answers.withdraw(GUILD, answer.id, ADA.user_id)
    await bench.decide("show_again", report)
    prepared = await bench.prepare(bench.notices, "hidden_notice", answer.id, 1)
    assert prepared == Skip("withdrawn meanwhile")


async def test_the_answer_of_who_lost_the_channel_can_still_be_hidden(bench: Bench) -> None:
    drop = await bench.question()
    answer = await bench.write(drop)
    report = await bench.report(answer)
    async with bench.db.transaction() as tx:
        await skip(bench, tx, drop.id)
    assert (await bench.decide("hide", report)).points == -10
    assert (await bench.answer(answer.id)).hidden


async def skip(bench: Bench, tx: Connection, drop_id: int) -> None:
    drop = await drops.get_drop(tx, drop_id)
    assert drop is not None
    await lifecycle.skip(tx, drop, "its channel was deleted", bench.clock.now())
