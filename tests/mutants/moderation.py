"""Reports and what organisers decide; saved answers, past questions, exports, /today."""

from tests.mutants.mutant import Mutant

RULES = "bot/features/moderation/rules.py"
STORE = "bot/features/moderation/store.py"
SERVICE = "bot/features/moderation/service.py"
POSTS = "bot/features/moderation/posts.py"
SAVED = "bot/features/saved/service.py"
HISTORY = "bot/features/history/service.py"
EXPORTS = "bot/features/history/exports.py"

MUTANTS = (
    Mutant(
        f"{RULES}::mark",
        "{text}\\0{addition or ''}",
        "{text}",
        "an organiser decides about an addition that was not beside the button",
    ),
    Mutant(
        f"{RULES}::reason",
        "line.strip(JOINERS) and",
        "",
        "a report gives an invisible reason",
    ),
    Mutant(
        f"{STORE}::list_open",
        ', reports.c.state == "open"',
        "",
        "a new log channel gets the decided reports of a year",
    ),
    Mutant(
        f"{STORE}::find_report",
        "        reports.c.reporter_id == user_id,\n",
        "",
        "what one has reported nobody else can",
    ),
    Mutant(
        f"{STORE}::set_report",
        "    announce(tx, News.REPORTS)\n",
        "",
        "a report that was posted anew stands in the old channel for a minute",
    ),
    Mutant(
        f"{SERVICE}::ModerationService._decide",
        "case.report.state != rules.BEFORE[decision]",
        "False",
        "two organisers decide against each other, and the second wins",
    ),
    Mutant(
        f"{SERVICE}::ModerationService._decide",
        'decision != "shown" and case.stands != (seen or case.reported)',
        "False",
        "an organiser hides a text that has changed since the button was shown",
    ),
    Mutant(
        f"{SERVICE}::ModerationService._reportable",
        "answer is None or answer.guild_id != guild_id",
        "answer is None",
        "answers of another server are reported",
        same="get_written_drop looks at the question's server too",
    ),
    Mutant(
        f"{SERVICE}::ModerationService._reportable",
        "        if not reader.reports_answers:\n            return Unseen(drop)\n",
        "",
        "a forged button reports, and so reads, an answer that is hidden from its presser",
    ),
    Mutant(
        f"{SERVICE}::ModerationService.report",
        "text_at=_written_at(answer)",
        "text_at=answer.created_at",
        "an addition to a reported answer cannot be reported",
    ),
    Mutant(
        f"{SERVICE}::ModerationService.channel_lost",
        "if report.channel_id == channel_id:",
        "if True:",
        "deleting any channel posts all open reports anew",
    ),
    Mutant(
        f"{SERVICE}::ModerationService.list_stale",
        "> r.shown_revision]",
        ">= r.shown_revision]",
        "open reports are edited without end",
    ),
    Mutant(
        f"{POSTS}::ReportPost.prepare",
        "discreet = not usable or await",
        "discreet = await",
        "names and texts stand in a channel that nobody chose for it",
    ),
    Mutant(
        f"{POSTS}::ReportPost.prepare",
        'case.report.state == "open" or post.state == "sending"',
        'case.report.state == "open"',
        "a decided report that was on its way is deleted with the button to undo it",
    ),
    Mutant(
        f"{POSTS}::HiddenNoticePost.prepare",
        'if not says_hidden and (before is None or before.state != "sent"):',
        "if False:",
        "an author who never heard of a hiding is told that it is over",
    ),
    Mutant(
        f"{POSTS}::HiddenNoticePost.prepare",
        "told.answer.hidden != says_hidden",
        "False",
        "an author is told of a hiding that was undone meanwhile",
    ),
    Mutant(
        "bot/features/moderation/edits.py::ReportEdits._edit",
        "channel_id != chosen or await",
        "await",
        "a report in the channel of before is rewritten with names",
    ),
    Mutant(
        f"{SAVED}::SavedService._press",
        ">= rules.MOST_SAVED",
        "> rules.MOST_SAVED",
        "five hundred and one things are saved",
    ),
    Mutant(
        f"{SAVED}::SavedService._own",
        "row.user_id == user_id and row.guild_id == guild_id",
        "row.guild_id == guild_id",
        "a forged button opens and deletes what another member has saved",
    ),
    Mutant(
        f"{SAVED}::_texts",
        "    if thing.sight is not Sight.READABLE:\n        return head\n",
        "",
        "a search tells word by word what a hidden answer says",
    ),
    Mutant(
        f"{HISTORY}::HistoryService.look",
        "drop.guild_id != guild_id or",
        "",
        "a past question of another server is read",
    ),
    Mutant(
        f"{EXPORTS}::ExportsService.export",
        "and sees(drop.channel_id) is not False",
        "",
        "an organiser's export holds what stands in a channel closed to them",
    ),
    Mutant(
        f"{EXPORTS}::ExportsService._entry",
        '        if drop.state != "revealed":\n            return Asked(drop, asked, day, (), None)\n',
        "",
        "an export shows hidden answers before the reveal",
        same="is_exported and result_of ask for the state once more",
    ),
    Mutant(
        "bot/features/today/service.py::TodayService.show",
        "[drop.id for drop in drops], user_id)",
        "[drop.id for drop in drops], 0)",
        "/today offers Answer to who has answered",
    ),
    Mutant(
        "bot/features/server_settings/store.py::set_log_channel",
        ".where(guilds.c.guild_id == guild_id)",
        "",
        "reports of all servers go to the channel that one has chosen",
    ),
)
