import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.db import Connection, News
from bot.features.answers.outcomes import TakenDown, Withdrawn
from bot.features.answers.posts import NOT_SHOWN
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.moderation import service, store
from bot.features.moderation.edits import ReportEdits
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
from bot.features.reviews import awards
from bot.features.reviews.outcomes import Voted
from bot.features.reviews.service import ReviewsService
from bot.features.server_settings import changes
from bot.outbox.message import Direct, InChannel, Skip, Wait
from bot.ui.message import Message
from tests.features.moderation.services import ADA, BEN, CEM, LOG, NOTICES, TEXT, ModerationServices
from tests.features.services import GUILD, OLGA

ELSEWHERE = 2


# Reporting


async def test_a_report_keeps_what_it_is_about_and_goes_to_the_organisers(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question())
    assert isinstance(await services.moderation.form(GUILD, answer.id, 2), ReportForm)
    report = await services.report(answer, reason=" It is\nspam ")
    assert (report.reason, report.text, report.reporter_name, report.state) == (
        "It is spam",
        TEXT,
        "ben",
        "open",
    )
    post = await services.post("report", report.id)
    assert post is not None
    assert post.channel_id == 0


async def test_with_its_channel_deleted_an_answer_is_reported_by_who_answered(
    services: ModerationServices,
) -> None:
    drop = await services.question("open")
    answer = await services.write(drop)
    await services.write(drop, BEN)

    def gone(_: int) -> bool | None:
        return None

    assert await services.moderation.form(GUILD, answer.id, CEM.user_id, gone) == NotThere()
    assert isinstance(await services.moderation.form(GUILD, answer.id, BEN.user_id, gone), ReportForm)


async def test_who_may_report_what(services: ModerationServices) -> None:
    drop = await services.question("blind")
    answer = await services.write(drop)

    async def form(user_id: int, guild_id: int = GUILD, answer_id: int = answer.id) -> object:
        outcome = await services.moderation.form(guild_id, answer_id, user_id)
        again = await services.moderation.report(guild_id, answer_id, CEM if user_id == 3 else BEN, "x")
        assert user_id == 1 or isinstance(again, type(outcome)), "the form is checked again when it is sent"
        return outcome

    assert isinstance(await services.moderation.form(GUILD, answer.id, ADA.user_id), Own)
    assert isinstance(await services.moderation.report(GUILD, answer.id, ADA, "x"), Own)
    assert isinstance(await form(3), Unseen)
    assert isinstance(await form(2, ELSEWHERE), NotThere)
    assert isinstance(await form(2, answer_id=999), NotThere)
    mine = await services.write(drop, BEN)
    await services.report(answer, BEN)
    assert isinstance(await form(2), ReportedBefore)
    await services.reveal(drop.id)
    assert isinstance(await services.moderation.form(GUILD, mine.id, 3), ReportForm)
    await services.answers.withdraw(GUILD, mine.id, 2)
    assert isinstance(await form(3, answer_id=mine.id), NotThere)


async def test_who_has_withdrawn_reads_on_in_the_room_and_may_report(services: ModerationServices) -> None:
    drop = await services.question("blind")
    answer = await services.write(drop)
    mine = await services.write(drop, BEN)
    await services.answers.withdraw(GUILD, mine.id, BEN.user_id)
    assert (await services.report(answer, BEN)).state == "open"
    assert isinstance(await services.moderation.form(GUILD, answer.id, CEM.user_id), Unseen)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "x" * 301])
async def test_a_reason_is_needed(services: ModerationServices, typed: str) -> None:
    answer = await services.write(await services.question())
    assert isinstance(await services.moderation.report(GUILD, answer.id, BEN, typed), NoReason)
    assert not await services.rows("SELECT * FROM reports")


async def test_pressing_twice_reports_once(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    sent = [services.moderation.report(GUILD, answer.id, BEN, f"number {n}") for n in range(5)]
    outcomes = await asyncio.gather(*sent)
    assert [type(o) for o in outcomes] == [Reported, *[ReportedBefore] * 4]
    assert await services.rows("SELECT COUNT(*) FROM reports") == [(1,)]
    assert await services.rows("SELECT COUNT(*) FROM posts WHERE kind = 'report'") == [(1,)]


# Deciding


async def test_hiding_takes_everything_back_and_showing_again_brings_it_back(
    services: ModerationServices,
) -> None:
    reviews = ReviewsService(services.db, services.clock, services.bank)
    drop = await services.question()
    answers = [await services.write(drop, who) for who in (ADA, BEN, CEM)]
    assert isinstance(await reviews.vote(GUILD, answers[0].id, 2), Voted)
    report = await services.report(answers[0])
    before = await services.everything()
    hidden = await services.decide("hide", report)
    assert (hidden.points, hidden.case.report.state, hidden.case.answer.hidden) == (-11, "hidden", True)
    assert (await services.drop(drop.id)).answered == 2
    assert await services.points(1) == 0
    assert not isinstance(await reviews.vote(GUILD, answers[0].id, 3), Voted)
    shown = await services.decide("show_again", report)
    assert (shown.points, shown.case.report.state) == (11, "shown")
    assert await services.everything() == before


async def test_dismissing_changes_nothing(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    before = await services.everything()
    assert (await services.decide("dismiss", report)).points == 0
    assert await services.everything() == before
    assert await services.post("hidden_notice", answer.id) is None


@pytest.mark.parametrize("first", ["hide", "dismiss"])
@pytest.mark.parametrize("second", ["hide", "dismiss"])
async def test_of_two_decisions_the_first_stands(
    services: ModerationServices, first: str, second: str
) -> None:
    answer = await services.write(await services.question())
    reports = [await services.report(answer, who) for who in (BEN, CEM)]
    acts = zip((first, second), reports, (OLGA, OLGA + 1), strict=True)
    sent = [getattr(services.moderation, act)(GUILD, report.id, by) for act, report, by in acts]
    done, late = await asyncio.gather(*sent)
    assert isinstance(done, Decided)
    assert isinstance(late, AlreadyDecided)
    assert late.report.decided_by == OLGA
    assert {(await services.reported(r.id)).state for r in reports} == {done.case.report.state}
    assert (await services.answer(answer.id)).hidden == (first == "hide")
    assert await services.points(1) == (0 if first == "hide" else 10)


async def test_each_decision_needs_its_state(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    assert isinstance(await services.moderation.show_again(GUILD, report.id, OLGA), AlreadyDecided)
    await services.decide("hide", report)
    await services.decide("show_again", report)
    for act in ("hide", "dismiss", "show_again"):
        assert isinstance(await getattr(services.moderation, act)(GUILD, report.id, OLGA), AlreadyDecided)
    # Others can report what is shown again.
    again = await services.report(answer, CEM)
    await services.decide("hide", again)
    assert (await services.reported(report.id)).state == "shown"


@pytest.mark.parametrize("act", ["hide", "dismiss", "show_again"])
async def test_another_server_decides_nothing_and_sees_nothing(
    services: ModerationServices, act: str
) -> None:
    report = await services.report(await services.write(await services.question()))
    for guild_id, number in ((ELSEWHERE, report.id), (GUILD, report.id + 1)):
        assert isinstance(await getattr(services.moderation, act)(guild_id, number, OLGA), NoReport)
        assert isinstance(await services.moderation.show(guild_id, number), NoReport)
    assert isinstance(await services.moderation.show(GUILD, report.id), Case)
    assert (await services.reported(report.id)).state == "open"


async def test_an_author_whose_answer_is_hidden_neither_changes_it_nor_writes_another(
    services: ModerationServices,
) -> None:
    drop = await services.question()
    answer = await services.write(drop)
    draft = await services.answers.keep_draft(GUILD, 1, "addition", answer.id, "more")
    await services.decide("hide", await services.report(answer))
    for outcome in (
        await services.answers.write_form(GUILD, drop.id, 1),
        await services.answers.submit(GUILD, drop.id, ADA, TEXT),
        await services.answers.add_form(GUILD, answer.id, 1),
        await services.answers.add(GUILD, answer.id, 1, "more"),
        await services.answers.again(GUILD, draft, 1),
    ):
        assert isinstance(outcome, TakenDown), outcome
    withdrawn = await services.answers.withdraw(GUILD, answer.id, 1)
    assert isinstance(withdrawn, Withdrawn)
    assert withdrawn.points == 0
    assert withdrawn.hidden
    assert (await services.drop(drop.id)).answered == 0
    assert isinstance(await services.answers.submit(GUILD, drop.id, ADA, TEXT), TakenDown)


async def test_withdrawn_then_hidden_or_hidden_then_withdrawn_is_the_same(
    services: ModerationServices,
) -> None:
    drop = await services.question()
    found: list[Any] = []
    for who, hide_first in ((ADA, True), (CEM, False)):
        answer = await services.write(drop, who)
        report = await services.report(answer)
        if hide_first:
            await services.decide("hide", report)
        await services.answers.withdraw(GUILD, answer.id, who.user_id)
        if not hide_first:
            assert (await services.decide("hide", report)).points == 0
        assert (await services.drop(drop.id)).answered == 0
        assert (await services.decide("show_again", report)).points == 0
        assert (await services.drop(drop.id)).answered == 0
        kept = await services.answer(answer.id)
        found.append((kept.state, kept.hidden, await services.points(who.user_id)))
    assert found[0] == found[1] == ("withdrawn", False, 0)


STEPS = [
    (service.lifecycle, "hide"),
    (service.lifecycle, "show_again"),
    (store, "decide"),
    (service.outbox, "queue"),
    (service.outbox, "next_part"),
    (awards, "settle"),
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
    services: ModerationServices, monkeypatch: pytest.MonkeyPatch, act: str, place: Any, name: str
) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    if act == "show_again":
        await services.decide("hide", report)
    before = (
        await services.everything(),
        await services.reported(report.id),
        await services.rows("SELECT * FROM posts"),
    )
    real = getattr(place, name)

    async def cut(*args: Any, **options: Any) -> None:
        await real(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(place, name, cut)
    with pytest.raises(KeyboardInterrupt):
        await services.decide(act, report)
    monkeypatch.undo()
    after = (
        await services.everything(),
        await services.reported(report.id),
        await services.rows("SELECT * FROM posts"),
    )
    assert before == after
    assert (await services.decide(act, report)).points == (-10 if act == "hide" else 10)


# What the room shows


async def test_an_answer_that_is_hidden_before_it_is_posted_comes_when_it_is_shown_again(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question(), post=False)
    report = await services.report(answer)
    await services.decide("hide", report)
    prepared = await services.send_answer(answer.id)
    assert isinstance(prepared, Skip)
    assert prepared.reason == NOT_SHOWN
    assert prepared.undo is not None
    await services.decide("show_again", report)
    prepared = await services.send_answer(answer.id)
    assert isinstance(prepared, InChannel)
    assert prepared.message.embeds[0].description == TEXT
    assert (await services.answer(answer.id)).message_id is not None


async def test_hidden_and_shown_again_before_the_outbox_looks_is_posted_once(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question(), post=False)
    report = await services.report(answer)
    await services.decide("hide", report)
    await services.decide("show_again", report)
    assert await services.rows("SELECT COUNT(*) FROM posts WHERE kind = 'answer'") == [(1,)]
    assert isinstance(await services.send_answer(answer.id), InChannel)


# Where organisers read it


async def test_a_report_goes_where_organisers_read_it_now(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer, reason="Very secret")

    async def place() -> tuple[int, str]:
        prepared = await services.prepare(services.reports, "report", report.id)
        assert isinstance(prepared, InChannel)
        return prepared.channel_id, prepared.message.content

    channel_id, text = await place()
    assert channel_id == NOTICES
    assert "secret" not in text
    assert "/manage log channel:" in text
    services.facts.public.clear()
    assert "secret" not in (await place())[1], "nobody chose it: what it is for is not known"
    await services.moderation.set_log_channel(GUILD, LOG)
    channel_id, text = await place()
    assert channel_id == LOG
    assert "secret" in text
    assert "/manage log channel:" not in text
    services.facts.roles[LOG] = (5,)
    assert "secret" not in (await place())[1], "a role reads it that does not organise"
    services.facts.roles.clear()
    for lacking in (None, ("send_messages",)):
        services.facts.lacking[LOG] = lacking
        channel_id, text = await place()
        assert channel_id == NOTICES
        assert f"I cannot write in <#{LOG}>" in text
    services.facts.notices = None
    assert isinstance(await services.prepare(services.reports, "report", report.id), Wait)


@pytest.mark.parametrize("act", ["hide", "dismiss"])
async def test_a_report_that_is_decided_before_it_is_posted_is_not_posted(
    services: ModerationServices, act: str
) -> None:
    report = await services.report(await services.write(await services.question()))
    await services.decide(act, report)
    prepared = await services.prepare(services.reports, "report", report.id)
    assert isinstance(prepared, Skip)
    assert prepared.undo is not None
    assert not await services.moderation.list_stale(), "nothing stands there to edit"


async def test_a_new_channel_gets_what_waits_and_nothing_else(services: ModerationServices) -> None:
    drop = await services.question()
    first = await services.report(await services.write(drop))
    second = await services.report(await services.write(drop, CEM))
    await services.say_sent("report", first.id)
    await services.say_sent("report", second.id)
    await services.decide("dismiss", first)
    outcome = await services.moderation.set_log_channel(GUILD, LOG)
    assert (outcome.channel_id, outcome.waiting) == (LOG, 1)
    assert await services.post("report", second.id, 1) is not None
    assert await services.post("report", first.id, 1) is None
    assert (await services.moderation.log_channel(ELSEWHERE)).channel_id is None
    assert (await services.moderation.log_channel(GUILD)).channel_id == LOG


async def test_a_channel_that_is_deleted_loses_only_what_stood_there_and_waits(
    services: ModerationServices,
) -> None:
    drop = await services.question()
    first = await services.report(await services.write(drop))
    second = await services.report(await services.write(drop, CEM))
    for report in (first, second):
        await services.say_sent("report", report.id)
    await services.decide("dismiss", second)
    for guild_id, channel_id in ((ELSEWHERE, LOG), (GUILD, LOG + 1)):
        await services.moderation.channel_lost(guild_id, channel_id)
    assert await services.post("report", first.id, 1) is None
    await services.moderation.channel_lost(GUILD, LOG)
    assert await services.post("report", first.id, 1) is not None
    assert await services.post("report", second.id, 1) is None


async def test_a_decision_is_shown_where_the_report_stands(services: ModerationServices) -> None:
    report = await services.report(await services.write(await services.question()))
    await services.say_sent("report", report.id)
    assert not await services.moderation.list_stale()
    await services.decide("hide", report)
    (case,) = await services.moderation.list_stale()
    assert (case.report.channel_id, case.report.decided_by) == (LOG, OLGA)
    await services.decide("show_again", report)
    await services.moderation.shown(case)
    assert len(await services.moderation.list_stale()) == 1, "what was decided meanwhile is still to be shown"


# What the author is told


async def test_an_author_is_told_in_turn(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    await services.decide("hide", report)
    prepared = await services.prepare(services.notices, "hidden_notice", answer.id)
    assert isinstance(prepared, Direct)
    assert prepared.user_id == ADA.user_id
    assert "has hidden your answer" in prepared.message.content
    await services.say_sent("hidden_notice", answer.id)
    await services.decide("show_again", report)
    assert isinstance(await services.prepare(services.notices, "hidden_notice", answer.id, 0), Skip)
    prepared = await services.prepare(services.notices, "hidden_notice", answer.id, 1)
    assert isinstance(prepared, Direct)
    assert "shows your answer again" in prepared.message.content


async def test_who_was_not_told_of_the_hiding_gets_no_all_clear(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    await services.decide("hide", report)
    services.clock.shift(timedelta(minutes=1))
    await services.decide("show_again", report)
    assert isinstance(await services.prepare(services.notices, "hidden_notice", answer.id, 1), Skip)


async def test_who_has_withdrawn_what_was_hidden_gets_no_all_clear(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    await services.decide("hide", report)
    await services.say_sent("hidden_notice", answer.id)
    await services.answers.withdraw(GUILD, answer.id, ADA.user_id)
    await services.decide("show_again", report)
    prepared = await services.prepare(services.notices, "hidden_notice", answer.id, 1)
    assert prepared == Skip("withdrawn meanwhile")


async def test_the_answer_of_who_lost_the_channel_can_still_be_hidden(services: ModerationServices) -> None:
    drop = await services.question()
    answer = await services.write(drop)
    report = await services.report(answer)
    async with services.db.transaction() as tx:
        await skip(services, tx, drop.id)
    assert (await services.decide("hide", report)).points == -10
    assert (await services.answer(answer.id)).hidden


async def skip(services: ModerationServices, tx: Connection, drop_id: int) -> None:
    drop = await drops.get_drop(tx, drop_id)
    assert drop is not None
    await lifecycle.skip(tx, drop, "its channel was deleted", services.clock.now())


async def test_what_an_author_adds_to_a_reported_answer_is_reported_anew(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question())
    await services.report(answer)
    services.clock.shift(timedelta(minutes=5))
    await services.answers.add(GUILD, answer.id, ADA.user_id, "And worse")
    second = await services.report(answer, reason="Still spam")
    assert (second.addition, second.reason) == ("And worse", "Still spam")
    assert await services.rows("SELECT count(*) FROM reports") == [(2,)]


async def test_a_report_that_may_stand_already_stays_when_it_is_decided(services: ModerationServices) -> None:
    """The organiser has pressed its button: **Show again** hangs there."""
    report = await services.report(await services.write(await services.question()))
    post = await services.post("report", report.id)
    assert post is not None
    await services.decide("hide", report)
    assert isinstance(await services.reports.prepare(replace(post, state="sending")), InChannel)
    assert isinstance(await services.reports.prepare(post), Skip)


async def test_a_report_in_a_channel_that_was_chosen_before_is_written_without_names(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question())
    await services.moderation.set_log_channel(GUILD, LOG)
    report = await services.report(answer, reason="Very secret")
    await services.say_sent("report", report.id)
    edits = ReportEdits(services.moderation, cast("Any", services.facts))

    async def shown() -> str:
        await services.moderation.readers_changed(GUILD)
        (edit,) = await edits.list_edits()
        assert edit.channel_id == LOG
        assert isinstance(edit.message, Message)
        return edit.message.content

    assert "secret" in await shown()
    async with services.db.transaction() as tx:
        await changes.set_log_channel(tx, GUILD, LOG + 1, services.clock.now())
    assert "secret" not in await shown()


async def test_where_a_report_stands_is_heard_at_once(services: ModerationServices) -> None:
    report = await services.report(await services.write(await services.question()))
    heard: list[frozenset[News]] = []
    services.db.on_commit(heard.append)
    await services.say_sent("report", report.id)
    assert heard == [{News.REPORTS}]
