"""What a cog gets to know of the house: the services, put together by client.py."""

from __future__ import annotations

from dataclasses import dataclass

from discord.ext import commands

from bot.answers.service import AnswersService
from bot.bank.service import BankService
from bot.choices.service import ChoicesService
from bot.clock import Clock
from bot.daily.discussions import DiscussionsService
from bot.daily.schedules import SchedulesService
from bot.daily.service import DailyService
from bot.directory import Directory
from bot.keeping.exports import ExportsService
from bot.keeping.past import PastService
from bot.keeping.service import KeepingService
from bot.moderation.service import ModerationService
from bot.outbox.transport import DiscordTransport
from bot.practice.service import PracticeService
from bot.quiz.choosing import QuizChoices
from bot.quiz.service import QuizService
from bot.reviews.reveals import RevealsService
from bot.reviews.service import ReviewsService
from bot.scores.service import ScoresService
from bot.servers.service import ServersService
from bot.ui.panel import Panels


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the cogs."""

    clock: Clock
    bank: BankService
    daily: DailyService
    schedules: SchedulesService
    answers: AnswersService
    reviews: ReviewsService
    moderation: ModerationService
    reveals: RevealsService
    choices: ChoicesService
    practice: PracticeService
    quiz: QuizService
    quiz_choices: QuizChoices
    scores: ScoresService
    keeping: KeepingService
    past: PastService
    exports: ExportsService
    discussions: DiscussionsService
    servers: ServersService
    panels: Panels
    directory: Directory
    transport: DiscordTransport


class Host(commands.AutoShardedBot):
    """A bot that has services; cogs are given this and nothing more of client.py."""

    services: Services
