"""An interaction on paper: what was said in reply to it stands in `said`."""

from types import SimpleNamespace
from typing import Any

import discord

CLICK = discord.InteractionType.component
FORM = discord.InteractionType.modal_submit
TYPING = discord.InteractionType.autocomplete
COMMAND = discord.InteractionType.application_command


class PaperInteraction:
    """What reply.py, errors.py and router.py use of an interaction."""

    def __init__(
        self,
        custom_id: str = "",
        *,
        kind: discord.InteractionType = CLICK,
        text: str | None = None,
        on_public: bool = False,
        organiser: bool = False,
    ) -> None:
        self.id = 1 << 22
        self.type = kind
        self.data: dict[str, Any] = {"custom_id": custom_id}
        if text is not None:
            box = {"type": 4, "custom_id": "text", "value": text}
            self.data["components"] = [{"type": 18, "component": box}]
        self.guild_id = 1
        self.permissions = discord.Permissions(manage_guild=organiser)
        self.command: Any = None
        self.user = SimpleNamespace(id=7)
        self.message = SimpleNamespace(flags=SimpleNamespace(ephemeral=not on_public))
        self.said: list[tuple[str, str, dict[str, Any]]] = []
        self.error: Exception | None = None
        self.response = SimpleNamespace(
            is_done=lambda: bool(self.said),
            send_message=self._say("send"),
            edit_message=self._say("edit"),
            send_modal=self._say("form"),
            autocomplete=self._say("suggest"),
        )
        self.followup = SimpleNamespace(send=self._say("followup"))
        self.edit_original_response = self._say("fill in")

    def _say(self, how: str) -> Any:
        async def say(content: Any = None, **fields: Any) -> None:
            if self.error is not None:
                raise self.error
            self.said.append((how, fields.pop("content", content), fields))

        return say
