"""What organisers read when the bot is back. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.ui import text
from bot.ui.message import Message


def back(next_at: datetime | None) -> Message:
    """Return the sentence that says that all is still there, and what comes next."""
    coming = (
        "No question is scheduled: `/setup` starts one."
        if next_at is None
        else f"The next question comes {text.when(next_at, 'F')} ({text.when(next_at, 'R')}), "
        "what was due meanwhile is left out."
    )
    return Message(
        f"I am back in this server, and everything is as it was: schedules, answers, points. {coming} "
        "`/manage health` shows the state."
    )
