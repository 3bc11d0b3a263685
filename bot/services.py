"""What a cog gets to know of the house: the services, put together by client.py."""

from __future__ import annotations

from dataclasses import dataclass

from discord.ext import commands

from bot.answers.service import AnswersService
from bot.bank.service import BankService
from bot.choices.service import ChoicesService
from bot.clock import Clock
from bot.daily.schedules import SchedulesService
from bot.daily.service import DailyService
from bot.directory import Directory
from bot.outbox.transport import DiscordTransport
from bot.practice.service import PracticeService
from bot.quiz.choosing import QuizChoices
from bot.quiz.service import QuizService
from bot.scores.service import ScoresService
from bot.ui.panel import Panels


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the cogs."""

    clock: Clock
    bank: BankService
    daily: DailyService
    schedules: SchedulesService
    answers: AnswersService
    choices: ChoicesService
    practice: PracticeService
    quiz: QuizService
    quiz_choices: QuizChoices
    scores: ScoresService
    panels: Panels
    directory: Directory
    transport: DiscordTransport


class Host(commands.AutoShardedBot):
    """A bot that has services; cogs are given this and nothing more of client.py."""

    services: Services
