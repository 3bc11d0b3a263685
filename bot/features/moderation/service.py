"""Reporting an answer, deciding about reports, and where organisers read them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import lifecycle
from bot.features.answers import queries as answers
from bot.features.answers.access import Sees, sees_all
from bot.features.answers.outcomes import Author
from bot.features.answers.peers import Peers
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.moderation import rules, store
from bot.features.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Changed,
    Decided,
    Deciding,
    LogChannel,
    NoReason,
    NoReport,
    NotThere,
    Opening,
    Own,
    Refusal,
    Reported,
    ReportedBefore,
    ReportForm,
    Reporting,
    Told,
    Unseen,
    seen_revision,
)
from bot.features.moderation.rules import Decision
from bot.features.moderation.store import NewReport, PostedMessage, Report
from bot.features.server_settings import changes
from bot.features.server_settings import queries as server_settings
from bot.outbox import service as outbox

# An organiser may be on holiday; what nobody could post for a month is seen in the room by all.
NOT_AFTER = timedelta(days=30)
NOTICE_NOT_AFTER = timedelta(days=7)
DIRECT = 0


class ModerationService:
    """What members report and organisers decide; every method opens its own transaction and checks anew."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, peers: Peers) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._peers = peers

    async def form(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = sees_all) -> Opening:
        """Return the form for a report of an answer."""
        async with self._db.reading() as tx:
            return await self._reportable(tx, guild_id, answer_id, user_id, sees)

    async def report(
        self, guild_id: int, answer_id: int, reporter: Author, typed: str, sees: Sees = sees_all
    ) -> Reporting:
        """Store a report and queue it for the organisers."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            seen = await self._reportable(tx, guild_id, answer_id, reporter.user_id, sees)
            if not isinstance(seen, ReportForm):
                return seen
            answer = seen.answer
            reason = rules.reason(typed)
            if reason is None:
                return NoReason(answer)
            new = NewReport(
                guild_id=guild_id,
                answer_id=answer.id,
                reporter_id=reporter.user_id,
                reporter_name=reporter.name,
                reason=reason,
                text_at=_written_at(answer),
                text=answer.text,
                addition=answer.addition,
                created_at=now,
                shown_revision=answer.revision,
            )
            report_id = await store.add_report(tx, new)
            if report_id is not None:
                await self._queue(tx, guild_id, report_id, now)
            return Reported(answer)

    async def hide(self, guild_id: int, report_id: int, user_id: int, seen: int = 0) -> Deciding:
        """Hide the answer and take its points back; `seen` is the mark of the text beside the button."""
        return await self._decide(guild_id, report_id, user_id, "hidden", seen)

    async def dismiss(self, guild_id: int, report_id: int, user_id: int, seen: int = 0) -> Deciding:
        """Leave the answer as it is; `seen` is the mark of the text beside the button."""
        return await self._decide(guild_id, report_id, user_id, "dismissed", seen)

    async def show_again(self, guild_id: int, report_id: int, user_id: int) -> Deciding:
        """Undo all that hiding did."""
        return await self._decide(guild_id, report_id, user_id, "shown")

    async def _decide(
        self, guild_id: int, report_id: int, user_id: int, decision: Decision, seen: int = 0
    ) -> Deciding:
        """Decide all reports of an answer at once; of two organisers the first one's decision stands.

        Nobody decides about a text that was not beside the button: others may have reported it since.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            case = await self._case(tx, guild_id, report_id)
            if case is None:
                return NoReport()
            if case.report.state != rules.BEFORE[decision]:
                return AlreadyDecided(case.report)
            if decision != "shown" and case.stands != (seen or case.reported):
                return Changed(case)
            points = 0
            if decision != "dismissed":
                change = lifecycle.hide if decision == "hidden" else lifecycle.show_again
                points = await change(tx, self._peers, case.drop, case.answer, now)
                await self._queue_notice(tx, case.answer, now)
            answer = await answers.get_answer(tx, case.answer.id) or case.answer
            await store.decide(tx, answer.id, answer.revision, case.report.state, decision, user_id, now)
            decided = await self._case(tx, guild_id, report_id)
            if decided is None:
                raise LookupError(f"report {report_id} is not there")
            return Decided(decided, points)

    async def show(self, guild_id: int, report_id: int) -> Case | NoReport:
        """Return a report with all that it is about."""
        async with self._db.reading() as tx:
            return await self._case(tx, guild_id, report_id) or NoReport()

    async def log_channel(self, guild_id: int) -> LogChannel:
        """Return where a server's reports go."""
        async with self._db.reading() as tx:
            waiting = len(await store.list_open(tx, guild_id))
            return LogChannel(await server_settings.get_log_channel(tx, guild_id), waiting)

    async def set_log_channel(self, guild_id: int, channel_id: int) -> LogChannel:
        """Choose where reports go; those that wait for a decision are posted there anew.

        Their messages may have gone with an earlier channel.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await changes.set_log_channel(tx, guild_id, channel_id, now)
            waiting = await store.list_open(tx, guild_id)
            for report in waiting:
                await outbox.skip(tx, "report", report.id, "another channel was chosen")
                await self._queue(tx, guild_id, report.id, now)
            return LogChannel(channel_id, len(waiting))

    async def channel_lost(self, guild_id: int, channel_id: int) -> None:
        """Post what waits for a decision anew, where a channel with reports was deleted."""
        async with self._db.transaction() as tx:
            for report in await store.list_open(tx, guild_id):
                if report.channel_id == channel_id:
                    await self._queue(tx, guild_id, report.id, self._clock.now())

    async def posted(self, tx: Connection, report_id: int, channel_id: int, message_id: int) -> None:
        """Record where organisers read a report; a message that stood for it before is to be deleted."""
        report = await store.get_report(tx, report_id)
        if report is None:
            return
        now = PostedMessage(channel_id, message_id)
        before = (
            () if report.message_id is None else (PostedMessage(report.channel_id or 0, report.message_id),)
        )
        old = [place for place in (*report.leftovers, *before) if place != now]
        await store.set_report(
            tx,
            report_id,
            channel_id=channel_id,
            message_id=message_id,
            old_messages=store.messages_text(old),
        )

    async def list_moved(self) -> list[Report]:
        """Return the reports of which earlier messages are still to be deleted."""
        async with self._db.reading() as tx:
            return await store.list_moved(tx)

    async def removed(self, report_id: int, gone: PostedMessage) -> None:
        """Record that an earlier message of a report is deleted."""
        async with self._db.transaction() as tx:
            report = await store.get_report(tx, report_id)
            if report is not None:
                left = [place for place in report.leftovers if place != gone]
                await store.set_report(tx, report_id, old_messages=store.messages_text(left))

    async def readers_changed(self, guild_id: int, channel_id: int | None = None) -> None:
        """Write the reports anew that stand in a channel (None: in any): others may read it now."""
        async with self._db.transaction() as tx:
            await store.show_again(tx, guild_id, channel_id)

    async def shown(self, case: Case) -> None:
        """Record that a report's message shows what `case` says."""
        async with self._db.transaction() as tx:
            await store.set_report(tx, case.report.id, shown_revision=case.revision)

    async def list_stale(self) -> list[Case]:
        """Return the reports whose message has to be edited: decided, or about an answer that has changed."""
        async with self._db.reading() as tx:
            posted = await store.list_posted(tx)
            about = await answers.by_id(tx, [report.answer_id for report in posted])
            stale = [r for r in posted if seen_revision(r, about[r.answer_id]) > r.shown_revision]
            found = [await self.case_of(tx, report) for report in stale]
        return [case for case in found if case is not None]

    async def get(self, tx: Connection, report_id: int) -> Case | None:
        """Return a report with all that it is about."""
        report = await store.get_report(tx, report_id)
        return None if report is None else await self.case_of(tx, report)

    async def told(self, tx: Connection, answer_id: int) -> Told | None:
        """Return what an author is told about."""
        answer = await answers.get_answer(tx, answer_id)
        drop = None if answer is None else await drops.get_drop(tx, answer.drop_id)
        if answer is None or drop is None:
            return None
        return Told(answer, drop, await drops.title_of(tx, self._bank, drop))

    async def case_of(self, tx: Connection, report: Report) -> Case | None:
        """Return all that a report is about."""
        told = await self.told(tx, report.answer_id)
        return None if told is None else Case(report, told.answer, told.drop, told.title)

    async def _case(self, tx: Connection, guild_id: int, report_id: int) -> Case | None:
        case = await self.get(tx, report_id)
        return case if case is not None and case.report.guild_id == guild_id else None

    async def _queue(self, tx: Connection, guild_id: int, report_id: int, now: datetime) -> None:
        await outbox.queue(
            tx,
            "report",
            report_id,
            part=await outbox.next_part(tx, "report", report_id),
            guild_id=guild_id,
            channel_id=await server_settings.get_log_channel(tx, guild_id) or DIRECT,
            due_at=now,
            not_after=now + NOT_AFTER,
        )

    async def _queue_notice(self, tx: Connection, answer: Answer, now: datetime) -> None:
        """Tell the author: the parts say in turn that it was hidden and that it was shown again."""
        await outbox.queue(
            tx,
            "hidden_notice",
            answer.id,
            part=await outbox.next_part(tx, "hidden_notice", answer.id),
            guild_id=answer.guild_id,
            channel_id=DIRECT,
            due_at=now,
            not_after=now + NOTICE_NOT_AFTER,
        )

    async def _reportable(
        self, tx: Connection, guild_id: int, answer_id: int, user_id: int, sees: Sees
    ) -> ReportForm | Refusal:
        """Return an answer of this server that the person may see and has not reported as it is now."""
        answer = await answers.get_answer(tx, answer_id)
        if answer is None or answer.guild_id != guild_id:
            return NotThere()
        drop = await answers.get_written_drop(tx, guild_id, answer.drop_id)
        if isinstance(drop, QuestionGone):
            return NotThere()
        reader = await answers.reader_of(tx, drop, user_id, sees)
        if not reader.finds_question:
            return NotThere()
        if answer.user_id == user_id:
            return Own()
        if not reader.reaches_answers:
            return NotThere()
        if not reader.reports_answers:
            return Unseen(drop)
        before = await store.find_report(tx, answer.id, user_id, _written_at(answer))
        if before is not None:
            return ReportedBefore(before)
        return ReportForm(drop, answer) if answer.stands else NotThere()


def _written_at(answer: Answer) -> datetime:
    """Return when what stands there was written: a change can be reported anew."""
    return answer.added_at or answer.created_at
