"""What peers say of answers and what that brings: answers ask for it, reviews and reveals give it.

Answers know nothing of reviews, which know answers: app.py hands this in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.db import Connection
from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.drops.store import Drop


class Peers(Protocol):
    """Both run in the caller's transaction."""

    async def settle(self, tx: Connection, drop: Drop, now: datetime) -> dict[int, int]:
        """Bring all points that the answers to a question bring to what they should be.

        Call it after whatever changes an answer's state (give it the drop as it is then). Return by user_id
        what changed. The reveal is edited where it stands already, and comes where all now agree to it.
        """
        ...

    async def withdrew(self, tx: Connection, drop: Drop, user_id: int) -> None:
        """Forget what a person's answer counted for: they withdraw it."""
        ...

    async def judged(self, tx: Connection, texts: Sequence[Answer]) -> dict[int, Judged]:
        """Map these answers to what reviews and votes say of them."""
        ...
