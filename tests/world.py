"""The real bot in simcord on a real file, with a clock that is moved by hand: what journeys are told with.

    async with open_world(path_of_a_prepared_database) as world:
        await world.command(world.olga, world.daily, "setup", channel=world.daily)
        await world.travel(hours=24)

Every verb waits until the bot has come to rest: alarm, outbox and edits. What the log calls an ERROR, or a
task that raised, fails the test unless it stands in `world.expected`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import simcord
from discord import app_commands
from simcord.backend.access import channel_accessible
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, OverwriteType

from bot.app import StudyBot
from bot.core.clock import ManualClock
from bot.settings import Settings
from bot.tryout.simcord_bridge import WorldClock
from bot.tryout.simcord_forum import give_forum_posts_one_id
from tests.loopcord.waiting import PATIENCE
from tests.own_thread import sqlite_in_own_thread
from tests.reading import labels, text_of, words
from tests.simcord_parts import ErrorLog, Loss, QuietEnv, WireHttp, refuse_forms_to_forms

__all__ = ["START", "Group", "World", "labels", "open_world", "text_of", "words"]

# A Monday.
START = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Longer than the pause between two edits of an old message.
MOMENT = 5.1
# So many times it may have more to do after what it did: a bot that never rests goes round in circles.
ROUNDS = 60
NAMES = ("ada", "ben", "cem", "dia", "eli")


@dataclass(frozen=True)
class Group:
    """A server: `olga` has Manage Server and nothing more, the others are members."""

    guild: simcord.GuildHandle
    olga: simcord.MemberActor
    members: tuple[simcord.MemberActor, ...]
    daily: simcord.ChannelHandle
    news: simcord.ChannelHandle
    forum: simcord.ChannelHandle


class World:
    """One bot, its file, its clock and the servers it is in; the first one's people are attributes."""

    def __init__(
        self, env: simcord.Env, bot: StudyBot, clock: ManualClock, path: Path, questions: Path | None
    ) -> None:
        self.env = env
        self.questions_dir = questions
        self.bot = bot
        self.clock = clock
        self.path = path
        # Beside the bot's own connections; it sees what is committed.
        self._beside = sqlite3.connect(path, isolation_level=None)
        self.errors = ErrorLog()
        self.expected: list[str] = []
        self.home = self.found_group("Home")
        self.guild, self.olga, self.daily = self.home.guild, self.home.olga, self.home.daily
        self.news, self.forum = self.home.news, self.home.forum
        self.ada, self.ben, self.cem, self.dia, self.eli = self.home.members

    def found_group(self, name: str, *, locale: str = "en-US") -> Group:
        """Make a server with its people and a text, an announcement and a forum channel."""
        guild = self.env.create_guild(name, preferred_locale=locale)
        role = guild.create_role("Organiser", permissions=discord.Permissions(manage_guild=True))
        prefix = "" if name == "Home" else f"{name.lower()}-"
        people = [self.env.create_user(prefix + person) for person in ("olga", *NAMES)]
        return Group(
            guild,
            guild.add_member(people[0], roles=[role]),
            tuple(guild.add_member(person) for person in people[1:]),
            guild.create_text_channel("daily"),
            guild.create_news_channel("news"),
            guild.create_forum_channel("forum"),
        )

    # -- time

    async def rest(self) -> None:
        """Wait until alarm, outbox and edits have nothing left to do now; timers of some seconds pass."""
        before: object = None
        for _ in range(ROUNDS):
            await self.env.settle()
            stale = self._stale()
            if not self._busy() and (not stale or stale == before):
                return
            before = stale
            await self.env.advance_time(MOMENT)
        raise AssertionError(f"the bot does not come to rest: {self._stale()}")

    def _busy(self) -> bool:
        tasks = [self.bot.alarm._run, self.bot.edits._collecting, *self.bot.edits._busy.values()]
        return bool(self.bot.dispatcher._lanes) or any(task and not task.done() for task in tasks)

    def _stale(self) -> list[tuple[Any, ...]]:
        """Return which messages do not show their newest state."""
        query = "SELECT '{0}', id, revision FROM {0} WHERE revision > shown_revision AND message_id NOT NULL"
        reveals = (
            "SELECT 'reveals', id, reveal_revision FROM drops "
            "WHERE reveal_revision > reveal_shown AND reveal_message_id NOT NULL"
        )
        return [
            row
            for statement in (*map(query.format, ("drops", "answers", "quiz_items", "reports")), reveals)
            for row in self._beside.execute(statement).fetchall()
        ]

    async def travel(self, *, hours: float = 0, minutes: float = 0, to: datetime | None = None) -> None:
        """Move the clock to a moment, in steps to each due one; at every step the bot comes to rest."""
        target = to or self.clock.now() + timedelta(hours=hours, minutes=minutes)
        stuck = 0
        while (due := self.bot.due_at) is not None and due <= target:
            stuck = stuck + 1 if due <= self.clock.now() else 0
            waiting = [post for post in self.rows("posts") if post["state"] in {"pending", "sending"}]
            assert stuck < 5, f"something stays due: {waiting}"
            self.clock.shift(max(due - self.clock.now(), timedelta()))
            await self.wake()
        self.clock.shift(max(target - self.clock.now(), timedelta()))
        await self.wake()

    async def wake(self) -> None:
        """Have the bot look for what is due now, as its alarm would."""
        with self.env._bot_scope():
            self.bot.wake()
        await self.rest()

    async def restart(self, *, away: timedelta = timedelta()) -> None:
        """End the bot as `kill` does and start a new one on the same file, `away` later."""
        await self.env.settle()
        old = self.bot
        await self.env._detach_bot()
        old.alarm.stop()
        await old.db.close()
        self.clock.shift(away)
        self.bot = make_bot(self.path, self.clock, self.questions_dir)
        self.env._generation += 1
        await simcord._runtime._attach_bot(self.env, self.bot)
        await self.rest()

    # -- what people do

    async def command(
        self, who: simcord.MemberActor, where: simcord.ChannelHandle, name: str, /, **options: Any
    ) -> simcord.InteractionResult:
        """Type a command."""
        return await self._done(await who.slash(where, name, **options))

    async def press(self, who: Any, message: Any, label: str) -> simcord.InteractionResult:
        """Press a button; `message` may be a result, of which its reply is meant."""
        target = message.response if isinstance(message, simcord.InteractionResult) else message
        return await self._done(await who.click(target, label=label))

    async def submit(self, who: Any, form: simcord.InteractionResult, text: str) -> simcord.InteractionResult:
        """Send a form."""
        return await self._done(await who.submit_modal(form, {"text": text}))

    async def answer(self, who: simcord.MemberActor, question: Any, text: str) -> simcord.InteractionResult:
        """Press Answer, write, send."""
        label = "Answer" if "Answer" in labels(question) else "Answer late"
        return await self.submit(who, await self.press(who, question, label), text)

    async def count(
        self, who: simcord.MemberActor, channel: simcord.ChannelHandle, message: discord.Message
    ) -> simcord.InteractionResult:
        """Use Apps > Count as my answer on a message."""
        return await self._done(await who.context_menu(channel, "Count as my answer", message))

    async def say(
        self, who: simcord.MemberActor, channel: simcord.ChannelHandle, text: str, **options: Any
    ) -> discord.Message:
        """Write a message."""
        return await self._done(await who.send(channel, text, **options))

    async def forge(
        self, who: simcord.MemberActor, message: Any, custom_id: str
    ) -> simcord.InteractionResult:
        """Press a button that the bot never wrote under a message of its own."""
        stored = self.env.backend.messages[message.channel.id][message.id]
        kept = stored.components
        stored.components = [
            {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": custom_id}]}
        ]
        try:
            return await self._done(await who.click(message, custom_id=custom_id))
        finally:
            stored.components = kept

    async def _done(self, result: Any) -> Any:
        await self.rest()
        return result

    def deny(self, channel: simcord.ChannelHandle, *names: str) -> None:
        """Take permissions from the bot in one channel; with no name it gets all of them back."""
        denied = discord.Permissions(**dict.fromkeys(names, True)).value
        me = self.env.backend.bot_user.id
        overwrite = Overwrite(target_id=me, type=OverwriteType.MEMBER, allow=0, deny=denied)
        self.env.backend.set_overwrite(channel.id, overwrite)

    def lose(self, wanted: Callable[[str, str], bool], times: int = 1) -> Loss:
        """Have Discord do what is asked and then lose the answer; `wanted` gets method and path."""
        loss = Loss(wanted, times)
        WireHttp.losses.append(loss)
        return loss

    # -- what there is to see

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Return a table's rows, moments as datetimes; `where` filters by equality."""
        cursor = self._beside.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 our own
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in found:
            row |= {k: EPOCH + timedelta(microseconds=v) for k, v in row.items() if k.endswith("_at") and v}
        return [row for row in found if all(row[key] == value for key, value in where.items())]

    def close(self) -> None:
        self._beside.close()

    def execute(self, statement: str) -> None:
        """Change the file behind the bot's back."""
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(statement)

    def posted(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """Return what the bot wrote in a channel or thread for everybody there, oldest first."""
        me = self.env.backend.bot_user.id
        # Discord's own lines ("started a thread") are no message of the bot's.
        written = (discord.MessageType.default, discord.MessageType.reply)
        return [m for m in channel.history() if m.author.id == me and m.type in written]

    def questions(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """Return the messages of questions in a channel, oldest first."""
        forum = channel._channel.type == ChannelType.FORUM
        places = channel.threads if forum else [channel]
        found = [m for place in places for m in self.posted(place)]
        return [m for m in found if re.match(r"(<@&\d+> )?Question \d+ · ", m.content)]

    def channel(self, channel_id: int, group: Group | None = None) -> simcord.ChannelHandle:
        """Return a channel or thread by its id."""
        raw = self.env.backend.channels[channel_id]
        return simcord.ChannelHandle(self.env, (group or self.home).guild, raw)

    def seen_by(self, member: simcord.MemberActor) -> str:
        """Return every text of the bot that this member can read anywhere now, forms included."""
        backend = self.env.backend
        places = [c for c in backend.channels if channel_accessible(backend, c, member.id, history=True)]
        texts = [
            words(message, backend.cdn)
            for place in places
            for message in backend.messages.get(place, {}).values()
            if message.author_id == backend.bot_user.id and message.visible_to(member.id)
        ]
        forms = [str(i.modal) for i in backend.interactions.values() if i.user_id == member.id and i.modal]
        return "\n".join(texts + forms)

    def direct_messages(self, member: simcord.MemberActor) -> list[discord.Message]:
        """Return what the bot wrote to a person in direct messages."""
        return self.posted(member.user.dm_channel)

    def unexpected(self) -> list[str]:
        """Return the errors that no pattern in `expected` names."""
        # simcord keeps each command's error, also a refusal that the bot answers.
        refusals = (app_commands.CheckFailure, app_commands.TransformerError)
        raised = [error for error in self.env.errors if not isinstance(error, refusals)]
        found = self.errors.lines + [repr(error) for error in raised]
        return [line for line in found if not any(re.search(pattern, line) for pattern in self.expected)]


def make_bot(path: Path, clock: ManualClock, questions: Path | None = None) -> StudyBot:
    """Return the real bot on a file, with the bundled question pack or another one."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite+aiosqlite:///{path}",
        questions_dir=questions,
        requests_per_second=10_000,
    )
    # Timers stand still here until they are moved: nothing may wait for one.
    return StudyBot(settings, clock, shard_count=1, gather_clicks=0, draw=lambda _: 0)


@contextmanager
def _listening(handler: logging.Handler) -> Iterator[None]:
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def open_world(
    path: Path, start: datetime = START, questions: Path | None = None
) -> AsyncIterator[World]:
    """Start the bot on a prepared database file; at the end nothing may have gone wrong unnoticed."""
    clock = ManualClock(start)
    bot = make_bot(path, clock, questions)
    env = QuietEnv(bot, check_errors=False, settle_timeout=PATIENCE)
    env.backend.clock = WorldClock(clock)
    give_forum_posts_one_id(env.backend)
    WireHttp.losses.clear()
    with (
        sqlite_in_own_thread(),
        mock.patch.object(simcord._runtime, "FakeHTTPClient", WireHttp),
        refuse_forms_to_forms(),
    ):
        await env.start()
        world = World(env, bot, clock, path, questions)
        try:
            with _listening(world.errors):
                await world.rest()
                yield world
                await world.rest()
            unexpected = world.unexpected()
            assert not unexpected
        finally:
            with env._bot_scope():
                closing_bot = asyncio.get_running_loop().create_task(world.bot.close())
            await closing_bot
            await env.shutdown()
            world.close()
