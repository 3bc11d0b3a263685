"""Reports of an answer that its author changes, and of a channel whose readers change."""

from datetime import timedelta

import pytest

from bot.features.answers.outcomes import Accepted
from bot.features.answers.store import Answer
from bot.features.moderation import messages
from bot.features.moderation.edits import ReportEdits
from bot.features.moderation.outcomes import Changed, Decided
from bot.ui.message import Message
from tests.features.moderation.services import ADA, CEM, LOG, TEXT, ModerationServices
from tests.features.services import GUILD, OLGA

ELSEWHERE = 2


async def rewrite(
    services: ModerationServices, answer: Answer, text: str = f"Another text. {TEXT}"
) -> Answer:
    """Have the author withdraw and write again."""
    await services.answers.withdraw(GUILD, answer.id, answer.user_id)
    services.clock.shift(timedelta(minutes=1))
    outcome = await services.answers.submit(GUILD, answer.drop_id, ADA, text)
    assert isinstance(outcome, Accepted), outcome
    return await services.answer(answer.id)


@pytest.mark.parametrize("act", ["hide", "dismiss"])
@pytest.mark.parametrize("how", ["rewritten", "added"])
async def test_nobody_decides_about_a_text_that_they_were_not_shown(
    services: ModerationServices, act: str, how: str
) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    if how == "rewritten":
        await rewrite(services, answer)
    else:
        await services.answers.add(GUILD, answer.id, ADA.user_id, "Harmless, really")
    later = await services.report(await services.answer(answer.id), CEM, "What is added is an insult")
    before = await services.everything()
    decide = getattr(services.moderation, act)
    outcome = await decide(GUILD, report.id, OLGA)
    assert isinstance(outcome, Changed)
    assert await services.everything() == before
    assert {(await services.reported(r.id)).state for r in (report, later)} == {"open"}
    seen = outcome.case.stands
    await services.answers.add(GUILD, answer.id, ADA.user_id, "And changed once more")
    again = await decide(GUILD, report.id, OLGA, seen)
    assert isinstance(again, Changed), "it was changed between reading and pressing"
    done = await decide(GUILD, report.id, OLGA, again.case.stands)
    assert isinstance(done, Decided)
    assert (await services.answer(answer.id)).hidden == (act == "hide")
    assert {(await services.reported(r.id)).state for r in (report, later)} == {done.case.report.state}


async def test_what_was_reported_and_stands_again_is_decided_at_once(services: ModerationServices) -> None:
    answer = await services.write(await services.question())
    report = await services.report(answer)
    await rewrite(services, answer, TEXT)
    assert (await services.decide("hide", report)).case.answer.hidden


async def test_a_report_is_shown_anew_whenever_its_author_changes_the_answer(
    services: ModerationServices,
) -> None:
    answer = await services.write(await services.question())
    await services.answers.add(GUILD, answer.id, ADA.user_id, "Before it was reported")
    report = await services.report(answer)
    await services.say_sent("report", report.id)
    assert not await services.moderation.list_stale()
    for change in (
        lambda: services.answers.add(GUILD, answer.id, ADA.user_id, "An insult"),
        lambda: services.answers.withdraw(GUILD, answer.id, ADA.user_id),
        lambda: services.answers.submit(GUILD, answer.drop_id, ADA, f"Once more. {TEXT}"),
    ):
        await change()
        (case,) = await services.moderation.list_stale()
        assert "meanwhile" in messages.report(case).content
        await services.moderation.readers_changed(GUILD, LOG)
        await services.moderation.shown(case)
        (case,) = await services.moderation.list_stale()
        await services.moderation.shown(case)
        assert not await services.moderation.list_stale()
    outcome = await services.moderation.dismiss(GUILD, report.id, OLGA, case.stands)
    assert isinstance(outcome, Decided)
    await services.moderation.shown(case)
    (case,) = await services.moderation.list_stale()
    assert case.report.state == "dismissed", "a late edit of the open one does not count as this"
    await services.moderation.shown(case)
    await services.answers.add(GUILD, answer.id, ADA.user_id, "Later")
    assert not await services.moderation.list_stale(), "what was dismissed is not followed any more"


async def test_who_reads_a_channel_is_looked_at_again_when_that_changes(services: ModerationServices) -> None:
    report = await services.report(await services.write(await services.question()), reason="Very secret")
    await services.moderation.set_log_channel(GUILD, LOG)
    await services.say_sent("report", report.id)
    edits = ReportEdits(services.moderation, services.reports._directory)
    for guild_id, channel_id in ((ELSEWHERE, None), (ELSEWHERE, LOG), (GUILD, LOG + 1)):
        await services.moderation.readers_changed(guild_id, channel_id)
        assert not await edits.list_edits()
    for channel_id, roles in ((LOG, (5,)), (None, ())):
        services.facts.roles[LOG] = roles
        await services.moderation.readers_changed(GUILD, channel_id)
        (edit,) = await edits.list_edits()
        assert isinstance(edit.message, Message)
        assert ("secret" in edit.message.content) == (not roles)
        await edit.done()
        assert not await edits.list_edits()
