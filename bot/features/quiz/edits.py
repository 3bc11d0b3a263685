"""What the editor asks about quizzes: which messages are behind, and how they look now."""

from __future__ import annotations

from functools import partial

from bot.db import News
from bot.features.quiz import messages, replies
from bot.features.quiz.boards import Boards
from bot.features.quiz.outcomes import Shown
from bot.gateway.edits import Edit
from bot.ui.panel import Panels


class QuizEdits:
    """The questions' messages: their count, their end, their result."""

    news = frozenset({News.QUIZZES, News.CHOICES})

    def __init__(self, boards: Boards, panels: Panels) -> None:
        self._boards = boards
        self._panels = panels

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind."""
        return [
            Edit(
                shown.quiz.channel_id,
                shown.item.message_id or 0,
                messages.question(shown),
                partial(self._shown, shown),
            )
            for shown in await self._boards.list_stale()
        ]

    async def _shown(self, shown: Shown) -> None:
        """Write it down; what is over is over in everybody's private panel too."""
        await self._boards.mark_shown(shown.item)
        if shown.item.state in {"closed", "void"}:
            choices = await self._boards.choices_on(shown.item)
            self._panels.end(shown.item.id, {c.user_id: replies.over(shown, c.option) for c in choices})
