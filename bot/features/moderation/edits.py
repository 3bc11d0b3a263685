"""What the editor asks about reports: which messages are behind, and how they look now."""

from __future__ import annotations

from functools import partial

from bot.db import News
from bot.features.moderation import messages
from bot.features.moderation.discretion import others_read
from bot.features.moderation.outcomes import Case
from bot.features.moderation.service import ModerationService
from bot.gateway.directory import Directory
from bot.gateway.edits import Edit


class ReportEdits:
    """A report's message when it was decided, and the earlier ones of a report that was posted anew."""

    # A report shows what became of its answer.
    news = frozenset({News.REPORTS, News.ANSWERS})

    def __init__(self, moderation: ModerationService, directory: Directory) -> None:
        self._moderation = moderation
        self._directory = directory

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind their reports, and those to delete."""
        stale = [await self._edit(case) for case in await self._moderation.list_stale()]
        old = [
            Edit(
                place.channel_id, place.message_id, None, partial(self._moderation.removed, report.id, place)
            )
            for report in await self._moderation.list_moved()
            for place in report.leftovers
        ]
        return [*stale, *old]

    async def _edit(self, case: Case) -> Edit:
        report = case.report
        channel_id = report.channel_id or 0
        chosen = (await self._moderation.log_channel(report.guild_id)).channel_id
        discreet = channel_id != chosen or await others_read(self._directory, report.guild_id, channel_id)
        message = messages.report(case, discreet=discreet)
        return Edit(channel_id, report.message_id or 0, message, partial(self._moderation.shown, case))
