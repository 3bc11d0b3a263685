"""An interaction that a test started, and everything the bot answered to it."""

import time
from dataclasses import dataclass, field
from typing import Any

from simcord.components import walk_components
from simcord.enums import CallbackType

from tests.loopcord.state import Message
from tests.loopcord.waiting import PATIENCE, until

KINDS = {
    CallbackType.CHANNEL_MESSAGE_WITH_SOURCE: "reply",
    CallbackType.DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE: "defer",
    CallbackType.DEFERRED_UPDATE_MESSAGE: "defer_update",
    CallbackType.UPDATE_MESSAGE: "update",
    CallbackType.APPLICATION_COMMAND_AUTOCOMPLETE_RESULT: "choices",
    CallbackType.MODAL: "modal",
}


@dataclass(eq=False)
class InteractionRecord:
    """What came of one interaction. Times are time.monotonic().

    `response_type` is the CallbackType of the first reply, None while there is none. `message` is the
    reply, or the message that was updated; it is live: a later edit shows.
    """

    id: int
    token: str
    kind: int
    user_id: int
    channel_id: int
    guild_id: int | None
    payload: dict[str, Any]
    started: float = field(default_factory=time.monotonic)
    # The world's clock, for the 15 minutes of a token.
    created_at: float = 0.0
    # The message whose component was used, and for a form the interaction that showed it.
    source: Message | None = None
    opener: "InteractionRecord | None" = None
    response_type: int | None = None
    replied_at: float | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    edits: int = 0
    deleted: bool = False

    @property
    def answered(self) -> bool:
        return self.response_type is not None

    @property
    def response(self) -> str | None:
        """The first reply's kind as a word."""
        return KINDS[CallbackType(self.response_type)] if self.response_type is not None else None

    @property
    def done(self) -> bool:
        """Answered, and not showing "thinking" any more."""
        thinking = self.message is not None and self.message.loading and not self.deleted
        return self.answered and not thinking

    @property
    def seconds(self) -> float | None:
        """How long the first reply took."""
        return None if self.replied_at is None else self.replied_at - self.started

    @property
    def content(self) -> str:
        return self.message.content if self.message else ""

    @property
    def text(self) -> str:
        """All text of the reply, of an embed or of components too; of a form: its labels."""
        if self.modal is not None:
            labels = [
                c.get("label") or c.get("content") or "" for c in walk_components(self.modal["components"])
            ]
            return "\n".join([self.modal["title"], *filter(None, labels)])
        return self.message.text if self.message else ""

    @property
    def embeds(self) -> list[dict[str, Any]]:
        return self.message.embeds if self.message else []

    @property
    def components(self) -> list[dict[str, Any]]:
        return self.message.components if self.message else []

    @property
    def flags(self) -> int:
        return self.message.flags if self.message else 0

    @property
    def ephemeral(self) -> bool:
        return self.message is not None and self.message.ephemeral

    async def wait(self, within: float = PATIENCE, *, done: bool = True) -> "InteractionRecord":
        """Until the bot has replied (and, with `done`, no longer thinks); TimeoutError otherwise."""
        what = f"interaction {self.payload['data']}: no reply, or it only thinks,"
        await until(lambda: self.done if done else self.answered, within, what)
        return self
