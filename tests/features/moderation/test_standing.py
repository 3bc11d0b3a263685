"""Reports of an answer that its author changes, and of a channel whose readers change."""

from datetime import timedelta

import pytest

from bot.features.answers.outcomes import Accepted
from bot.features.answers.store import Answer
from bot.features.moderation import messages
from bot.features.moderation.edits import ReportEdits
from bot.features.moderation.outcomes import Changed, Decided
from bot.ui.message import Message
from tests.features.drops.house import GUILD, OLGA
from tests.features.moderation.bench import ADA, CEM, LOG, TEXT, Bench

ELSEWHERE = 2


async def rewrite(bench: Bench, answer: Answer, text: str = f"Another text. {TEXT}") -> Answer:
    """Have the author withdraw and write again."""
    await bench.answers.withdraw(GUILD, answer.id, answer.user_id)
    bench.clock.shift(timedelta(minutes=1))
    outcome = await bench.answers.submit(GUILD, answer.drop_id, ADA, text)
    assert isinstance(outcome, Accepted), outcome
    return await bench.answer(answer.id)


@pytest.mark.parametrize("act", ["hide", "dismiss"])
@pytest.mark.parametrize("how", ["rewritten", "added"])
async def test_nobody_decides_about_a_text_that_they_were_not_shown(bench: Bench, act: str, how: str) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    if how == "rewritten":
        await rewrite(bench, answer)
    else:
        await bench.answers.add(GUILD, answer.id, ADA.user_id, "Harmless, really")
    later = await bench.report(await bench.answer(answer.id), CEM, "What is added is an insult")
    before = await bench.everything()
    decide = getattr(bench.moderation, act)
    outcome = await decide(GUILD, report.id, OLGA)
    assert isinstance(outcome, Changed)
    assert await bench.everything() == before
    assert {(await bench.reported(r.id)).state for r in (report, later)} == {"open"}
    seen = outcome.case.stands
    await bench.answers.add(GUILD, answer.id, ADA.user_id, "And changed once more")
    again = await decide(GUILD, report.id, OLGA, seen)
    assert isinstance(again, Changed), "it was changed between reading and pressing"
    done = await decide(GUILD, report.id, OLGA, again.case.stands)
    assert isinstance(done, Decided)
    assert (await bench.answer(answer.id)).hidden == (act == "hide")
    assert {(await bench.reported(r.id)).state for r in (report, later)} == {done.case.report.state}


async def test_what_was_reported_and_stands_again_is_decided_at_once(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    report = await bench.report(answer)
    await rewrite(bench, answer, TEXT)
    assert (await bench.decide("hide", report)).case.answer.hidden


async def test_a_report_is_shown_anew_whenever_its_author_changes_the_answer(bench: Bench) -> None:
    answer = await bench.write(await bench.question())
    await bench.answers.add(GUILD, answer.id, ADA.user_id, "Before it was reported")
    report = await bench.report(answer)
    await bench.say_sent("report", report.id)
    assert not await bench.moderation.list_stale()
    for change in (
        lambda: bench.answers.add(GUILD, answer.id, ADA.user_id, "An insult"),
        lambda: bench.answers.withdraw(GUILD, answer.id, ADA.user_id),
        lambda: bench.answers.submit(GUILD, answer.drop_id, ADA, f"Once more. {TEXT}"),
    ):
        await change()
        (case,) = await bench.moderation.list_stale()
        assert "meanwhile" in messages.report(case).content
        await bench.moderation.readers_changed(GUILD, LOG)
        await bench.moderation.shown(case)
        (case,) = await bench.moderation.list_stale()
        await bench.moderation.shown(case)
        assert not await bench.moderation.list_stale()
    outcome = await bench.moderation.dismiss(GUILD, report.id, OLGA, case.stands)
    assert isinstance(outcome, Decided)
    await bench.moderation.shown(case)
    (case,) = await bench.moderation.list_stale()
    assert case.report.state == "dismissed", "a late edit of the open one does not count as this"
    await bench.moderation.shown(case)
    await bench.answers.add(GUILD, answer.id, ADA.user_id, "Later")
    assert not await bench.moderation.list_stale(), "what was dismissed is not followed any more"


async def test_who_reads_a_channel_is_looked_at_again_when_that_changes(bench: Bench) -> None:
    report = await bench.report(await bench.write(await bench.question()), reason="Very secret")
    await bench.moderation.set_log_channel(GUILD, LOG)
    await bench.say_sent("report", report.id)
    edits = ReportEdits(bench.moderation, bench.reports._directory)
    for guild_id, channel_id in ((ELSEWHERE, None), (ELSEWHERE, LOG), (GUILD, LOG + 1)):
        await bench.moderation.readers_changed(guild_id, channel_id)
        assert not await edits.list_edits()
    for channel_id, roles in ((LOG, (5,)), (None, ())):
        bench.facts.roles[LOG] = roles
        await bench.moderation.readers_changed(GUILD, channel_id)
        (edit,) = await edits.list_edits()
        assert isinstance(edit.message, Message)
        assert ("secret" in edit.message.content) == (not roles)
        await edit.done()
        assert not await edits.list_edits()
