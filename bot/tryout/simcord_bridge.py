"""What reaches into private parts of simcord, with simcord_server.py; simcord is pinned because of them.

simcord's Preview shows one channel, publishes only what its own page caused, and stands alone in a tab.
Here it is given all channels, fresh state at every poll, and a place inside our page.
"""

# ruff: noqa: SLF001  simcord has no public way to do any of this
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false
# (simcord's Preview is typed with Any)

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import simcord
from aiohttp import web
from simcord._clock import Clock as SimcordClock
from simcord.actors import MemberActor
from simcord.backend.access import channel_accessible
from simcord.backend.errors import SetupError
from simcord.backend.models import Channel
from simcord.builders import ChannelHandle
from simcord.enums import AppCommandType, ChannelType, MessageType
from simcord.preview import Preview
from simcord.preview._markdown import _FIELD_POLICIES
from simcord.preview._pages import _Page
from simcord.results import to_discord_message

from bot.core.clock import Clock
from bot.tryout.simcord_forum import give_forum_posts_one_id
from bot.tryout.simcord_server import TryServer

PAGES_AT_ONCE = 64
"""Channels open at once over all tabs; simcord stops at 16, and a tab that crashed never gives its back."""
PAGE_LEASE = 24 * 3600.0
"""Seconds; simcord drops a page after ten idle minutes, and a phone sleeps for longer than that."""
REPUBLISH_SECONDS = 30


for _field in ("embed_description", "embed_field_value"):
    # Discord resolves these there; simcord's Preview shows them as `<#123>`.
    _FIELD_POLICIES[_field].update(mentions=True, commands=True, subtext=True)


class WorldClock(SimcordClock):
    """simcord's clock, made to show what the bot's clock shows.

    simcord's own starts on 2026-01-01 and its ids come from it; the bot looks for its messages by ids that it
    makes from its clock, so both have to agree. `elapsed`, which drives timers, stays simcord's.
    """

    def __init__(self, source: Clock) -> None:
        super().__init__()
        self._source = source
        self._standing: datetime | None = None

    def now(self) -> datetime:
        """Return the moment the bot's clock shows, or the one at which this clock stands."""
        return self._standing or self._source.now()

    @contextmanager
    def standing(self, at: datetime) -> Generator[None]:
        """Stand still at `at`: ids made in here depend on their order only and are the same in every run."""
        self._standing = at
        try:
            yield
        finally:
            self._standing = None


class _RunSequences(dict[int, int]):
    """Where the count of ids within a millisecond starts: elsewhere in each run.

    Two runs over one database that start `--at` the same moment would otherwise hand out the same ids.
    """

    def __init__(self) -> None:
        super().__init__()
        self._first = secrets.randbelow(1 << 20)

    def get(self, key: int, _default: Any = 0, /) -> Any:
        """Return the next number for a millisecond."""
        return super().get(key, self._first)


def make_env(bot: Any, clock: Clock) -> tuple[simcord.Env, WorldClock]:
    """Return a world for `bot`, not started, on `clock`."""
    env = simcord.Env(bot, check_errors=False, settle_timeout=1.0)
    world_clock = WorldClock(clock)
    env.backend.clock = world_clock  # Env has no argument for it
    env.backend.bot_user.name = "StudyLoop"  # is "TestBot"; before the guild names a role after it
    _hush_threads(env)
    give_forum_posts_one_id(env.backend)
    return env, world_clock


def _hush_threads(env: simcord.Env) -> None:
    """Announce a thread in its channel only where Discord does: not a private one, nor one on a message.

    simcord announces all of them, which would tell everybody of each private room.
    """
    announce = env.backend.create_system_message

    def maybe(channel_id: int, message_type: MessageType, author_id: int, **details: Any) -> Any:
        thread = env.backend.channels.get(details.get("target_channel_id") or 0)
        private = thread is not None and thread.type == ChannelType.PRIVATE_THREAD
        on_message = details.get("referenced_message_id") is not None
        if message_type == MessageType.THREAD_CREATED and (private or on_message):
            return None
        return announce(channel_id, message_type, author_id, **details)

    env.backend.create_system_message = maybe


def vary_ids(env: simcord.Env) -> None:
    """From now on use ids that no other run used."""
    env.backend._sequences = _RunSequences()  # no public seed


class Faces(dict[str, tuple[str, bytes]]):
    """Pictures by user id, found under every address that means them: simcord's, discord.py's, any size."""

    def get(self, url: str, default: Any = None, /) -> Any:
        """Return (file name, PNG) for the address of a user's picture, else `default`."""
        found = _AVATAR.match(url)
        return super().get(found[1] if found else url, default)


_AVATAR = re.compile(r"https://[^/]+/avatars/(\d+)/")


def set_face(env: simcord.Env, faces: Faces, user_id: int, png: bytes) -> None:
    """Give a user a picture."""
    env.backend.users[user_id].avatar = "face"  # bot_user is made without arguments
    faces[str(user_id)] = ("face.png", png)


@contextmanager
def bot_scope(env: simcord.Env) -> Generator[None]:
    """Do in here what the bot itself would do: tasks started in here are waited for like its own."""
    with env._bot_scope():  # only simcord's gateway enters it otherwise
        yield


def elapsed(env: simcord.Env) -> float:
    """Return the seconds that simcord's timers have seen."""
    return env._virtual_time


def news_count(env: simcord.Env) -> int:
    """Return a number that grows with everything that happens: each call of the bot, each event to it.

    Private replies are no event, but the call that makes them counts.
    """
    return len(env.backend.transcript)


def channel_visible(env: simcord.Env, channel_id: int, user_id: int) -> bool:
    """Tell whether that user sees the channel and its history now, by Discord's own rules."""
    return channel_accessible(env.backend, channel_id, user_id, history=True)


def message_commands(env: simcord.Env, viewer_id: int, channel_id: int) -> list[str]:
    """Name the commands that the person finds under Apps on a message in this channel."""
    if env.backend.get_channel(channel_id).guild_id is None:
        return []
    found = env.backend.visible_commands(
        user_id=viewer_id, channel_id=channel_id, type=AppCommandType.MESSAGE
    )
    return [str(command["name"]) for command in found]


class TryPreview(Preview):
    """simcord's Preview over every channel of the world, safe beside a bot that acts on its own.

    `lock` is held by whoever drives the world: simcord refuses two drivers at once, which loses clicks.
    """

    _MAX_PAGES = PAGES_AT_ONCE
    _PAGE_LEASE_SECONDS = PAGE_LEASE

    def __init__(
        self,
        people: tuple[MemberActor, ...],
        channel: ChannelHandle,
        faces: Faces,
        zone: str,
        port: int,
    ) -> None:
        super().__init__(
            people[0]._env,
            channel,
            people,
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale="en-GB",
            timezone=zone,
            presentation_time=None,
            assets=None,
            port=port,
        )
        self._explicit_assets = faces  # the argument would be copied into a plain dict
        self.people = people
        self.lock = asyncio.Lock()
        self.add_routes: Callable[[web.Application], None] = lambda _app: None
        self._server = TryServer(self, port)
        self._published: dict[str, tuple[int, int]] = {}

    @property
    def secret(self) -> str:
        """What every request has to carry; it stands in the fragment of the address, which is never sent."""
        return self.capability

    def is_authorized(self, request: web.Request) -> bool:
        """Tell whether a request carries the secret and comes from this page under this host's name."""
        return self._server._authorized(request)

    def is_own_host(self, request: web.Request) -> bool:
        """Tell whether a request names this host; another name that points here is an attack."""
        return request.headers.get("Host", "") in self._server._allowed_hosts()

    def bind(self, channel_id: int) -> None:
        """Make `channel_id` the channel in which the next page opens and the next action happens.

        simcord has one channel per Preview, but keeps the channel of each page beside it.
        """
        raw: Channel = self.env.backend.get_channel(channel_id)
        in_guild = raw.guild_id is not None
        self.channel = ChannelHandle(self.env, self.env.guild if in_guild else None, raw)
        self.viewers = (
            self.people if in_guild else tuple(p.user for p in self.people if p.id in raw.recipient_ids)
        )

    def open_channel(self, channel_id: int, viewer_id: int) -> Any:
        """Open a page on a channel as somebody; SetupError if they may not see it."""
        self.bind(channel_id)
        page = self._open_page(viewer_id)
        # A page inherits what simcord's own page looks at, which is another channel: show the newest instead.
        page.target_id = page.window_end_id = None
        self._publish(page, reason="initial")
        return page

    async def run_message_command(self, page_id: str, message_id: int, name: str) -> None:
        """Use a command under Apps on a message, as the person and in the channel of that page.

        SetupError if there is no such page, message or command for them.
        """
        async with self.lock:
            page: _Page = self._get_page(page_id)
            if not isinstance(page.viewer, MemberActor):
                raise SetupError("Commands on a message work only in a server.")
            self.bind(page.channel_id)
            target = to_discord_message(self.env, self._target_message(page, message_id))
            try:
                result = await page.viewer.context_menu(self.channel, name, target)
                if result.modal is not None:
                    page.modal, page.modal_handle = result, "m_" + secrets.token_urlsafe(12)
            finally:
                self._publish_message_pages()

    async def dismiss(self, page_id: str, message_id: int) -> None:
        """Remove a message that only this person sees; SetupError if it is not one."""
        async with self.lock:
            page: _Page = self._get_page(page_id)
            if not self._target_message(page, message_id).is_ephemeral:
                raise SetupError("Only a message that nobody else sees can be dismissed.")
            self.env.backend.delete_message(page.channel_id, message_id)
            self._publish(page)

    async def _action(self, context_id: str | None, body: Any) -> dict[str, Any]:
        """Do what a page asks: one at a time, in that page's channel, whatever it had seen last."""
        async with self.lock:
            page = self._get_page(context_id)
            if isinstance(body, dict):
                if body.get("kind") == "close":
                    return self._reject(page, "unknown-kind")  # would end the try-out for everybody
                if "published_revision" in body:
                    # The bot posted something since: simcord would refuse the click as stale.
                    body["published_revision"] = page.revision
            self.bind(page.channel_id)
            return await super()._action(context_id, body)

    def _publish(self, page: _Page, *, reason: Any = "action") -> None:
        self._advance_presentation_time()
        self._published[page.id] = self._mark()
        super()._publish(page, reason=reason)

    def publish_news(self, page: _Page) -> None:
        """Show on `page` what has happened since it was last published, unless it is just acting itself."""
        if page is not self._action_page and self._published.get(page.id) != self._mark():
            self._publish(page, reason="refresh")

    def _mark(self) -> tuple[int, int]:
        return news_count(self.env), int(self.env.now().timestamp() // REPUBLISH_SECONDS)

    def _close_page(self, context_id: str) -> None:
        super()._close_page(context_id)
        self._published.pop(context_id, None)
