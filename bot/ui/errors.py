"""The one error path: the person gets a sentence and a reference, the log gets the traceback with it."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import discord
from discord import app_commands

from bot.ui import forms, text
from bot.ui.ids import Address, custom_id
from bot.ui.message import Button, Message

log = logging.getLogger("studyloop.errors")
Interaction = discord.Interaction[discord.Client]
KeepDraft = Callable[[Interaction, Address, str], Awaitable[int]]

UNKNOWN_INTERACTION = 10062
ALREADY_REPLIED = 40060
SERVER_ERROR = 500
# Whose forms can be opened again with what was typed: their buttons know what a draft is about.
KEEPS_DRAFTS = "answers"
MY_FAULT = "Something went wrong on my side."
DISCORDS_FAULT = "Discord is not answering properly right now."
FORBIDDEN_COMMAND = "That is for organisers: it needs the **Manage Server** permission. Ask one of them."
DIRECT_ONLY = "This works in a server only. Open it in the server of your study group."


class ErrorPath:
    """Turns whatever went wrong in a command, a click or a form into a reply."""

    def __init__(self, keep_draft: KeepDraft) -> None:
        self._keep_draft = keep_draft

    async def on_command(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Handle a command's error; refusals that discord.py raises become sentences."""
        if isinstance(error, app_commands.MissingPermissions):
            await self._say(interaction, Message(FORBIDDEN_COMMAND))
        elif isinstance(error, app_commands.NoPrivateMessage):
            await self._say(interaction, Message(DIRECT_ONLY))
        elif isinstance(error, app_commands.TransformerError):
            await self._say(interaction, Message(_no_value(error)))
        else:
            cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
            await self.handle(interaction, cause, None)

    async def handle(self, interaction: Interaction, error: BaseException, address: Address | None) -> None:
        """Log `error` with a reference and tell the person; a form's text is kept as a draft."""
        if isinstance(error, discord.HTTPException) and error.code in {UNKNOWN_INTERACTION, ALREADY_REPLIED}:
            # Discord gave up waiting, or got the first reply: what was done is done, nobody can be told.
            log.warning("reply came too late: %s", error)
            return
        reference = secrets.token_hex(4)
        theirs = _is_discords(error)
        log.log(
            logging.WARNING if theirs else logging.ERROR,
            "reference=%s guild=%s what=%s",
            reference,
            interaction.guild_id,
            _what(interaction),
            exc_info=None if theirs else error,
        )
        texts = _texts(interaction)
        if any(texts) and address is not None:
            await self._return_texts(interaction, address, texts, reference)
        else:
            await self._say(
                interaction,
                Message(
                    f"{DISCORDS_FAULT if theirs else MY_FAULT} Please try again in a minute; "
                    f"if it stays, tell an organiser this reference: `{reference}`"
                ),
            )

    async def _return_texts(
        self, interaction: Interaction, address: Address, texts: Sequence[str], reference: str
    ) -> None:
        draft_id: int | None = None
        if address.feature == KEEPS_DRAFTS:
            try:
                draft_id = await self._keep_draft(interaction, address, max(texts, key=len))
            except Exception:
                log.exception("reference=%s the draft could not be kept", reference)
        if draft_id is None:
            file = discord.File(io.BytesIO("\n\n".join(filter(None, texts)).encode()), "your-text.txt")
            sentence = (
                "I could not save your text, so here it is as a file: keep it and send it again in a "
                "minute. "
                f"Reference: `{reference}`"
            )
            await self._say(interaction, Message(sentence), file)
            return
        again = Button(
            "Try again", custom_id("answers", "again", draft_id), style=discord.ButtonStyle.primary
        )
        sentence = f"That did not work, but your text is kept: press **Try again**. Reference: `{reference}`"
        await self._say(interaction, Message(sentence, rows=((again,),)))

    async def _say(
        self, interaction: Interaction, message: Message, file: discord.File | None = None
    ) -> None:
        files = [file] if file else []
        try:
            if interaction.response.is_done():
                await interaction.followup.send(
                    message.content, view=message.view(), ephemeral=True, files=files
                )
            else:
                await interaction.response.send_message(
                    message.content, view=message.view(), ephemeral=True, files=files
                )
        except (discord.HTTPException, OSError) as error:
            log.warning("the error could not be told: %s", error)


def _is_discords(error: BaseException) -> bool:
    """Say whether Discord failed or could not be reached, which is no error of ours."""
    if isinstance(error, discord.HTTPException):
        return error.status >= SERVER_ERROR
    return isinstance(error, (aiohttp.ClientError, ConnectionError))


def _no_value(error: app_commands.TransformerError) -> str:
    """Say that an option does not take what was typed, and what it takes where that is a range."""
    least, most = error.transformer.min_value, error.transformer.max_value
    fits = (
        "one that Discord suggests" if least is None or most is None else f"a number from {least} to {most}"
    )
    typed = text.name(text.shortened(str(error.value), 50))
    return f"One of the options does not take “{typed}”: choose {fits} and send the command again."


def _what(interaction: Interaction) -> str:
    """Name the command or custom_id, never what was typed into it."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    return str((interaction.data or {}).get("custom_id", interaction.type.name))


def _texts(interaction: Interaction) -> list[str]:
    if interaction.type is not discord.InteractionType.modal_submit:
        return []
    return list(forms.values(dict(interaction.data or {})).values())
