"""The bot: the one place where everything is put together."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from secrets import randbelow
from typing import Any

import aiohttp
import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket

from bot.core.alarm import Alarm, Duty
from bot.core.batches import GATHER_SECONDS
from bot.core.clock import Clock
from bot.core.watch import QUIET, Watch
from bot.db import Database, News
from bot.features.answers import posts as answer_posts
from bot.features.answers.edits import AnswerEdits, RoomHeads
from bot.features.answers.service import AnswersService
from bot.features.bank.service import BankError, BankService
from bot.features.choices import posts as choice_posts
from bot.features.choices.service import ChoicesService
from bot.features.discussions.service import DiscussionsService
from bot.features.drops import posts as drop_posts
from bot.features.drops.edits import DropEdits
from bot.features.drops.queries import list_open_choices
from bot.features.drops.service import DropsService
from bot.features.history.exports import ExportsService
from bot.features.history.service import HistoryService
from bot.features.moderation import posts as moderation_posts
from bot.features.moderation.edits import ReportEdits
from bot.features.moderation.service import ModerationService
from bot.features.practice.service import PracticeService
from bot.features.quiz import posts as quiz_posts
from bot.features.quiz.boards import Boards
from bot.features.quiz.edits import QuizEdits
from bot.features.quiz.queries import list_being_asked
from bot.features.quiz.rounds import Rounds
from bot.features.quiz.service import QuizService
from bot.features.quiz.taps import QuizTaps
from bot.features.reveals import posts as reveal_posts
from bot.features.reveals.edits import RevealEdits
from bot.features.reveals.service import RevealsService
from bot.features.reveals.settlement import Settlement
from bot.features.reviews.service import ReviewsService
from bot.features.saved.service import SavedService
from bot.features.schedules import posts as schedule_posts
from bot.features.schedules.runs import ScheduleRuns
from bot.features.schedules.service import SchedulesService
from bot.features.scores.service import ScoresService
from bot.features.servers import posts as server_posts
from bot.features.servers.service import ServersService
from bot.features.today.service import TodayService
from bot.gateway import guilds
from bot.gateway.directory import DiscordDirectory
from bot.gateway.edits import Edits, Source
from bot.gateway.pacer import Pacer
from bot.gateway.starts import Sessions
from bot.ops.backups.service import BackupsService
from bot.outbox.dispatcher import Dispatcher, PostKind
from bot.outbox.transport import DiscordTransport
from bot.services import Host, Services
from bot.settings import Settings
from bot.ui.errors import ErrorPath
from bot.ui.ids import Address
from bot.ui.panel import Panels
from bot.ui.request import Request
from bot.ui.router import Router
from bot.ui.tree import Tree
from questions import PackError

log = logging.getLogger("studyloop")

COGS = (
    "cogs.schedules",
    "cogs.today",
    "cogs.drops",
    "cogs.answers",
    "cogs.reviews",
    "cogs.moderation",
    "cogs.reveals",
    "cogs.choices",
    "cogs.discussions",
    "cogs.saved",
    "cogs.history",
    "cogs.quiz",
    "cogs.practice",
    "cogs.scores",
    "cogs.help",
    "cogs.servers",
    # It gathers what the others have under /manage.
    "cogs.manage",
)
CLOSE_GRACE_SECONDS = 2.0
GUILD_READY_SECONDS = 0.5
# Duties of the alarm that no commit wakes.
EDITS = "edits"
BACKUPS = "backups"


class StudyBot(Host):
    """Loads the cogs, owns the services, and starts the alarm when Discord is ready."""

    _working = False

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        shard_count: int | None = None,
        gather_clicks: float = GATHER_SECONDS,
        watch: Watch = QUIET,
        draw: Callable[[int], int] = randbelow,
    ) -> None:
        self.pacer = Pacer(settings.requests_per_second)
        self.errors = ErrorPath(self._keep_draft, watch)
        tree = partial(Tree, errors=self.errors, watching=watch)
        super().__init__(**_options(settings, shard_count, self._trace(watch), tree))
        self.pacer.pace(self.http)
        self.settings = settings
        self.clock = clock
        self.watch = watch
        self.db = Database(settings.database_url, watch)
        self.alarm = Alarm(clock, watch)
        bank = BankService(self.db, clock, (list_open_choices, list_being_asked))
        self.runs = ScheduleRuns(self.db, clock, bank)
        self.rounds = Rounds(self.db, clock, bank)
        self.boards = Boards(self.db, bank)
        self.settlement = Settlement(bank)
        self.services = self._build_services(bank, gather_clicks, draw)
        self.router = Router(self.errors, watch)
        self.edits = Edits(self, clock, self._edit_sources(), watch)
        self.dispatcher = Dispatcher(
            self.db,
            clock,
            self.services.transport,
            self._post_kinds(),
            self._is_mine,
            watch,
            rested=partial(self.alarm.wake, {News.POSTS}),
        )
        self.backups = BackupsService(
            settings.database_url,
            settings.backup_dir,
            settings.backup_keep,
            clock,
            watch,
            rested=partial(self.alarm.wake, {BACKUPS}),
        )
        self.sessions = Sessions(self.http.get_bot_gateway)

    def _trace(self, watch: Watch) -> aiohttp.TraceConfig:
        """Return what hears of every request to Discord."""
        trace = watch.trace() or aiohttp.TraceConfig()
        self.pacer.listen(trace)
        return trace

    def _build_services(self, bank: BankService, gather: float, draw: Callable[[int], int]) -> Services:
        db, clock, peers = self.db, self.clock, self.settlement
        directory = DiscordDirectory(self)
        drops = DropsService(db, clock, bank)
        schedules = SchedulesService(db, clock, bank, draw)
        choices = ChoicesService(db, clock, bank, gather)
        answers = AnswersService(db, clock, bank, peers, gather)
        reviews = ReviewsService(db, clock, bank)
        return Services(
            clock=clock,
            bank=bank,
            drops=drops,
            schedules=schedules,
            today=TodayService(drops, schedules, answers, choices, reviews),
            answers=answers,
            reviews=reviews,
            moderation=ModerationService(db, clock, bank, peers),
            reveals=RevealsService(db, clock, bank),
            choices=choices,
            practice=PracticeService(db, clock, bank),
            quiz=QuizService(db, clock, bank),
            quiz_taps=QuizTaps(db, clock, bank, self.rounds, gather),
            scores=ScoresService(db),
            panels=Panels(),
            saved=SavedService(db, clock, bank, choices),
            history=HistoryService(db, clock, bank, choices),
            exports=ExportsService(db, clock, bank, choices),
            discussions=DiscussionsService(db, clock, bank, directory),
            servers=ServersService(db, clock, schedules, directory, self.alarm.wake),
            directory=directory,
            transport=DiscordTransport(self),
        )

    def _edit_sources(self) -> tuple[Source, ...]:
        db, services = self.db, self.services
        heads = RoomHeads(db, services.bank, services.transport.rewrite)
        return (
            DropEdits(db, services.bank, services.drops, services.transport.retag, heads.follow),
            AnswerEdits(db, services.bank, services.answers, self.settlement),
            RevealEdits(db, services.bank),
            ReportEdits(services.moderation, services.directory),
            QuizEdits(self.boards, services.panels),
        )

    def _post_kinds(self) -> dict[str, PostKind]:
        db, clock, services = self.db, self.clock, self.services
        parts = (db, clock, services.bank, services.directory)
        return {
            **drop_posts.post_kinds(*parts, services.drops),
            **schedule_posts.post_kinds(*parts),
            **answer_posts.post_kinds(*parts, self.settlement),
            **reveal_posts.post_kinds(*parts),
            **choice_posts.post_kinds(*parts, services.choices),
            **moderation_posts.post_kinds(db, services.moderation, services.directory),
            **quiz_posts.post_kinds(db, clock, self.rounds, self.boards, services.directory),
            **server_posts.post_kinds(services.schedules, services.directory),
        }

    async def setup_hook(self) -> None:
        """Load the cogs, bring commands and question bank in step, and learn the gateway's address."""
        await self.add_cogs()
        for cog in self.cogs.values():
            self.router.register(cog)
        guilds.keep_true(self)
        await self._use_api_url()
        await asyncio.gather(self._load_bank(), self._sync())

    async def add_cogs(self) -> None:
        """Give the bot its commands, clicks and forms; the cogs know the bot and are named to it."""
        # discord.py's load_extension would run each module anew for every bot of a process.
        for name in COGS:
            await importlib.import_module(name).setup(self)

    async def _load_bank(self) -> None:
        """Bring the question bank up to date; with mistakes in its files the bot goes on with what it had."""
        directory = self.settings.pack_dir
        try:
            await self.services.bank.load(directory)
        except (PackError, OSError) as error:
            if not await self.services.bank.has_questions():
                raise BankError(str(error)) from error
            log.warning("the pack %s is not loaded, `bank check` tells why: %s", directory, error)

    async def _sync(self) -> None:
        """Bring the commands in step; the process that owns shard 0 does it for all."""
        if self.shard_ids is None or 0 in self.shard_ids:
            await self.tree.sync()

    async def _use_api_url(self) -> None:
        """Behind a proxy or a test server the gateway's address comes from there too."""
        if self.settings.discord_api_url is not None:
            _, url, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Pace the sessions that begin anew."""
        await self.sessions.before(shard_id, initial=initial)

    async def on_ready(self) -> None:
        """Start work once the servers are known; Discord says ready again after each reconnect."""
        if not self._working:
            self._working = True
            self.db.on_commit(self._hear)
            self.alarm.start(self._duties())
            log.info("ready: %s in %s servers", self.user, len(self.guilds))
        self.wake()

    def _is_mine(self, guild_id: int) -> bool:
        """Return True if this process works for a server: it is on its shards, and the bot is in it."""
        return self._is_on_shard(guild_id) and self._is_here(guild_id)

    def _is_on_shard(self, guild_id: int) -> bool:
        shards = self.settings.shard_ids
        return shards is None or (guild_id >> 22) % (self.shard_count or 1) in shards

    def _is_here(self, guild_id: int) -> bool:
        return self.get_guild(guild_id) is not None

    def _duties(self) -> dict[str, Duty]:
        """Return what the alarm calls, in this order, each under the news that wake it."""
        return {
            # First: a server that is back has its next runs from now on.
            News.SERVERS: partial(self.services.servers.settle, self._is_on_shard, self._is_here),
            News.QUIZZES: partial(self.rounds.close_due, self._is_mine),
            News.SCHEDULES: partial(self.runs.plan_due, self._is_mine),
            News.POSTS: self.dispatcher.dispatch,
            EDITS: self._edit,
            BACKUPS: self.backups.make_due,
        }

    async def _edit(self) -> datetime | None:
        """Have every message looked at that may be out of date; the edits know themselves when to go on."""
        self.edits.wake()
        return None

    def _hear(self, news: frozenset[News]) -> None:
        self.alarm.wake(news)
        self.edits.wake(news)

    @property
    def due_at(self) -> datetime | None:
        """When the nearest thing is due, or None."""
        return self.alarm.due_at

    def wake(self) -> None:
        """Look now for all that can be due."""
        self.alarm.wake()

    async def on_message(self, message: discord.Message, /) -> None:
        """Look for no command in a text: there are none, and each would be an error in the log."""

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Hand clicks and forms to the router; commands go through the tree."""
        await self.router.dispatch(interaction)

    async def _keep_draft(
        self, interaction: discord.Interaction[discord.Client], address: Address, text: str
    ) -> int:
        request = Request(interaction)
        return await self.services.answers.keep_draft(
            request.guild_id, request.user_id, address.action, address.subject_id, text
        )

    async def close(self) -> None:
        """Stop taking up work, let running sends end, close the connections."""
        self.alarm.stop()
        await self.backups.close()
        await self.dispatcher.close(CLOSE_GRACE_SECONDS)
        await self.edits.close()
        await super().close()
        await self.db.close()


def _options(
    settings: Settings, shard_count: int | None, trace: aiohttp.TraceConfig, tree: Callable[[Any], Tree]
) -> dict[str, Any]:
    """Return what discord.py is told."""
    # It tells "not given" by absence, and None would be looked into.
    given: dict[str, Any] = {} if settings.shard_ids is None else {"shard_ids": list(settings.shard_ids)}
    return given | {
        "http_trace": trace,
        "tree_cls": tree,
        "command_prefix": commands.when_mentioned,
        "help_command": None,
        "intents": discord.Intents(guilds=True, guild_messages=True),
        "allowed_mentions": discord.AllowedMentions.none(),
        # Nothing of Discord's is kept in memory beyond servers, channels and roles.
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "max_messages": None,
        # How long to wait for a further server before work starts. One that comes later is no loss:
        # its posts wait until it is there.
        "guild_ready_timeout": GUILD_READY_SECONDS,
        "shard_count": shard_count or settings.shard_count,
    }
