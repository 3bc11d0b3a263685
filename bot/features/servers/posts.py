"""What the outbox asks about the notice that the bot is back."""

from __future__ import annotations

from bot.db import Connection
from bot.features.schedules.service import SchedulesService
from bot.features.servers import messages
from bot.gateway.directory import Directory
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import Blocked, InChannel, Prepared, Receipt, Wait
from bot.outbox.store import Post


class BackPost:
    """One message to the organisers, in the channel where they are told of trouble."""

    def __init__(self, schedules: SchedulesService, directory: Directory) -> None:
        self._schedules = schedules
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render it with what comes next as it is now."""
        coming = await self._schedules.next_in(post.guild_id)
        channel_id = self._directory.notice_channel(post.guild_id)
        if channel_id is None:
            return Wait("no channel to write in")
        return InChannel(channel_id, messages.back(None if coming is None else coming.next_run_at))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing: the next try looks for a channel anew."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing depends on it."""


def post_kinds(schedules: SchedulesService, directory: Directory) -> dict[str, PostKind]:
    """Return what the outbox asks about the notice that the bot is back."""
    return {"back": BackPost(schedules, directory)}
