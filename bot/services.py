"""What a cog gets to know of the house: the services, put together by app.py."""

from __future__ import annotations

from dataclasses import dataclass

from discord.ext import commands

from bot.core.clock import Clock
from bot.features.answers.service import AnswersService
from bot.features.bank.service import BankService
from bot.features.choices.service import ChoicesService
from bot.features.discussions.service import DiscussionsService
from bot.features.drops.service import DropsService
from bot.features.history.exports import ExportsService
from bot.features.history.service import HistoryService
from bot.features.moderation.service import ModerationService
from bot.features.practice.service import PracticeService
from bot.features.quiz.service import QuizService
from bot.features.quiz.taps import QuizTaps
from bot.features.reveals.service import RevealsService
from bot.features.reviews.service import ReviewsService
from bot.features.saved.service import SavedService
from bot.features.schedules.service import SchedulesService
from bot.features.scores.service import ScoresService
from bot.features.servers.service import ServersService
from bot.features.today.service import TodayService
from bot.gateway.directory import Directory
from bot.outbox.transport import DiscordTransport
from bot.ui.panel import Panels


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the cogs."""

    clock: Clock
    bank: BankService
    drops: DropsService
    schedules: SchedulesService
    today: TodayService
    answers: AnswersService
    reviews: ReviewsService
    moderation: ModerationService
    reveals: RevealsService
    choices: ChoicesService
    practice: PracticeService
    quiz: QuizService
    quiz_taps: QuizTaps
    scores: ScoresService
    saved: SavedService
    history: HistoryService
    exports: ExportsService
    discussions: DiscussionsService
    servers: ServersService
    panels: Panels
    directory: Directory
    transport: DiscordTransport


class Host(commands.AutoShardedBot):
    """A bot that has services; cogs are given this and nothing more of app.py."""

    services: Services
