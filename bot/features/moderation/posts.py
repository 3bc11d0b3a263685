"""What the outbox asks about reports and what authors are told."""

from __future__ import annotations

from bot.db import Connection, Database
from bot.features.moderation import messages
from bot.features.moderation.discretion import others_read
from bot.features.moderation.service import ModerationService
from bot.features.server_settings import queries
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import Blocked, Direct, InChannel, Prepared, Receipt, Skip, Wait
from bot.outbox.store import Post


class ReportPost:
    """A report, in the organisers' channel."""

    def __init__(self, db: Database, moderation: ModerationService, directory: Directory) -> None:
        self._db = db
        self._moderation = moderation
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render it for the channel that organisers read now; what is decided is not posted any more."""
        async with self._db.reading() as tx:
            case = await self._moderation.get(tx, post.subject_id)
            if case is None:
                return Skip("the report is not there")
            chosen = await queries.get_log_channel(tx, post.guild_id)
        usable = (
            chosen is not None and self._directory.missing(post.guild_id, chosen, queries.LOG_NEEDS) == ()
        )
        channel_id = chosen if usable else self._directory.notice_channel(post.guild_id)
        if channel_id is None:
            return Wait("no channel to write in")
        # Who reads a channel that nobody chose for this is not known: it tells neither names nor texts.
        discreet = not usable or await others_read(self._directory, post.guild_id, channel_id)
        remark = "" if usable else messages.misplaced(chosen)
        prepared = InChannel(channel_id, messages.report(case, discreet=discreet, remark=remark))
        # What was cut off may stand, and the decision was pressed on it: **Show again** hangs there.
        wanted = case.report.state == "open" or post.state == "sending"
        return prepared if wanted else Skip("decided meanwhile", undo=prepared)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Record where it stands: a decision is shown there."""
        await self._moderation.posted(tx, post.subject_id, receipt.channel_id, receipt.message_id)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing more: the next try looks for a channel anew, and /manage health shows what waits."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing depends on it: `/manage log` posts what is open once more."""


class HiddenNoticePost:
    """The direct message to an author: even parts say that the answer is hidden, odd ones that it is back."""

    def __init__(self, db: Database, moderation: ModerationService, directory: Directory) -> None:
        self._db = db
        self._moderation = moderation
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render it, unless it is not so any more; who never heard of the hiding needs no all-clear."""
        says_hidden = post.part % 2 == 0
        async with self._db.reading() as tx:
            told = await self._moderation.told(tx, post.subject_id)
            before = await outbox.get_post(tx, post.kind, post.subject_id, post.part - 1)
        if told is None or told.answer.hidden != says_hidden:
            return Skip("decided otherwise meanwhile")
        if not says_hidden and (before is None or before.state != "sent"):
            return Skip("its author was not told that it was hidden")
        if not says_hidden and told.answer.state != "live":
            return Skip("withdrawn meanwhile")
        server = self._directory.server_name(post.guild_id)
        return Direct(told.answer.user_id, messages.notice(told, server))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing: **Edit** and `/today` tell the author too."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing depends on it."""


def post_kinds(db: Database, moderation: ModerationService, directory: Directory) -> dict[str, PostKind]:
    """Return what the outbox asks about reports."""
    return {
        "report": ReportPost(db, moderation, directory),
        "hidden_notice": HiddenNoticePost(db, moderation, directory),
    }
