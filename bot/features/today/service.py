"""Gathering what `/today` shows."""

from __future__ import annotations

from bot.features.answers.access import Sees
from bot.features.answers.service import AnswersService
from bot.features.choices.service import ChoicesService
from bot.features.drops.service import DropsService
from bot.features.reviews.service import ReviewsService
from bot.features.schedules.service import SchedulesService
from bot.features.today.outcomes import Today


class TodayService:
    """Asks the other features; each of them opens its own transaction."""

    def __init__(
        self,
        drops: DropsService,
        schedules: SchedulesService,
        answers: AnswersService,
        choices: ChoicesService,
        reviews: ReviewsService,
    ) -> None:
        self._drops = drops
        self._schedules = schedules
        self._answers = answers
        self._choices = choices
        self._reviews = reviews

    async def show(self, guild_id: int, user_id: int, sees: Sees, *, organiser: bool) -> Today:
        """Return the open questions of a server that a person can see, and how they stand with each."""
        open_now = await self._drops.list_open(guild_id)
        questions = [one for one in open_now if sees(one.drop.channel_id) is not False]
        drops = [one.drop for one in questions]
        return Today(
            questions=tuple(questions),
            answers=await self._answers.mine(guild_id, [drop.id for drop in drops], user_id),
            choices=await self._choices.mine(guild_id, drops, user_id),
            reviews=tuple(await self._reviews.to_do(guild_id, user_id, sees)),
            coming=await self._schedules.next_in(guild_id),
            organiser=organiser,
        )
