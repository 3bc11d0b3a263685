"""The one error path: the person gets a sentence and a reference, the log gets the traceback with it.

Commands, clicks, forms and what is suggested while somebody types come here: nothing else replies to errors.
"""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.core import watch
from bot.core.watch import QUIET, Watch
from bot.db.trouble import trouble_of
from bot.ui import payload, refusals, text
from bot.ui.ids import VERSION, Address, custom_id, parse
from bot.ui.message import Button, Message
from bot.ui.refusals import Kind, Refusal

log = logging.getLogger("studyloop.errors")
Interaction = discord.Interaction[discord.Client]
KeepDraft = Callable[[Interaction, Address, str], Awaitable[int]]

UNKNOWN_INTERACTION = 10062
ALREADY_REPLIED = 40060
TOO_MANY = 429
SERVER_ERROR = 500
_KINDS = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.component: "click",
    discord.InteractionType.modal_submit: "form",
    discord.InteractionType.autocomplete: "autocomplete",
}
# Whose forms can be opened again with what was typed: their buttons know what a draft is about.
KEEPS_DRAFTS = "answers"
MY_FAULT = "Something went wrong on my side."
NOT_STORED = "That was not stored: I cannot write anything down right now. What I confirmed before is safe."
DISCORDS_FAULT = "Discord is not answering properly right now."
FORBIDDEN_COMMAND = "That is for organisers: it needs the **Manage Server** permission. Ask one of them."
CHANGED_COMMAND = (
    "This command is not one of mine, or I was updated since Discord showed it to you: type it again. "
    "If that changes nothing, restart Discord."
)
DIRECT_ONLY = "This works in a server only. Open it in the server of your study group."


# What discord.py raises where what was sent is not what its command takes.
_NOT_TAKEN = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)


class ErrorPath:
    """Turns whatever went wrong in a command, a click or a form into a reply."""

    def __init__(self, keep_draft: KeepDraft, watching: Watch = QUIET) -> None:
        self._keep_draft = keep_draft
        self._watch = watching

    async def on_command(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Handle a command's error; refusals that discord.py raises become sentences."""
        outcome = watch.REFUSED
        if isinstance(error, app_commands.MissingPermissions):
            await self._say(interaction, Message(FORBIDDEN_COMMAND))
        elif isinstance(error, app_commands.NoPrivateMessage):
            await self._say(interaction, Message(DIRECT_ONLY))
        elif isinstance(error, app_commands.TransformerError):
            least, most = error.transformer.min_value, error.transformer.max_value
            await self._say(interaction, Message(no_value(error.value, least, most)))
        elif isinstance(error, _NOT_TAKEN):
            outcome = watch.UNKNOWN
            await self._say(interaction, Message(CHANGED_COMMAND))
        else:
            cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
            outcome = await self.handle(interaction, cause, None)
        self._watch.handled(kind_of(interaction), command_of(interaction), outcome)

    async def handle(self, interaction: Interaction, error: BaseException, address: Address | None) -> str:
        """Log `error` with a reference and tell the person; a form's text is kept as a draft.

        Return how it ended, in a word of core/watch.py.
        """
        if isinstance(error, discord.HTTPException) and error.code in {UNKNOWN_INTERACTION, ALREADY_REPLIED}:
            # Discord gave up waiting, or got the first reply: what was done is done, nobody can be told.
            log.warning(
                "reply came too late guild=%s what=%s: %s", interaction.guild_id, what(interaction), error
            )
            return watch.TOO_LATE
        reference = secrets.token_hex(4)
        refused = _refusal(error)
        theirs = refused is not None or _is_discords(error)
        trouble = trouble_of(error)
        log.log(
            logging.WARNING if theirs else logging.ERROR,
            "reference=%s guild=%s what=%s: %s",
            reference,
            interaction.guild_id,
            what(interaction),
            error if theirs else f"nothing can be stored: {trouble}" if trouble else type(error).__name__,
            exc_info=None if theirs or trouble else error,
            extra={"private": tuple(_private(interaction.data or {}))},
        )
        texts = _texts(interaction)
        if any(texts) and address is not None:
            keeps = address.feature == KEEPS_DRAFTS and trouble is None
            why = "" if refused is None else f"{refused.sentence} "
            await self._return_texts(interaction, address, texts, reference, why=why, keeps=keeps)
        elif refused is not None:
            await self._say(interaction, Message(f"{refused.sentence} Reference: `{reference}`"))
        else:
            fault = DISCORDS_FAULT if theirs else NOT_STORED if trouble else MY_FAULT
            await self._say(
                interaction,
                Message(
                    f"{fault} Please try again in a minute; "
                    f"if it stays, tell an organiser this reference: `{reference}`"
                ),
            )
        return watch.DISCORD if theirs else watch.ERROR

    async def _return_texts(
        self,
        interaction: Interaction,
        address: Address,
        texts: Sequence[str],
        reference: str,
        *,
        why: str,
        keeps: bool,
    ) -> None:
        """Hand back what was typed: as a draft where one can be kept, else as a file."""
        draft_id: int | None = None
        if keeps:
            try:
                draft_id = await self._keep_draft(interaction, address, max(texts, key=len))
            except Exception:
                log.exception(
                    "reference=%s guild=%s what=%s the draft could not be kept",
                    reference,
                    interaction.guild_id,
                    what(interaction),
                    extra={"private": tuple(texts)},
                )
        if draft_id is None:
            file = discord.File(io.BytesIO("\n\n".join(filter(None, texts)).encode()), "your-text.txt")
            sentence = (
                f"{why}I could not save your text, so here it is as a file: keep it and send it again in a "
                f"minute. Reference: `{reference}`"
            )
            await self._say(interaction, Message(sentence), file)
            return
        again = Button(
            "Try again", custom_id("answers", "again", draft_id), style=discord.ButtonStyle.primary
        )
        but = f"{why}Your" if why else "That did not work, but your"
        sentence = f"{but} text is kept: press **Try again**. Reference: `{reference}`"
        await self._say(interaction, Message(sentence, rows=((again,),)))

    async def _say(
        self, interaction: Interaction, message: Message, file: discord.File | None = None
    ) -> None:
        files = [file] if file else []
        try:
            if interaction.type is discord.InteractionType.autocomplete:
                # Nothing can be said to whoever is typing.
                await interaction.response.autocomplete([])
            elif interaction.response.is_done():
                await interaction.followup.send(
                    message.content, view=message.view(), ephemeral=True, files=files
                )
            else:
                await interaction.response.send_message(
                    message.content, view=message.view(), ephemeral=True, files=files
                )
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning(
                "the error could not be told guild=%s what=%s: %s",
                interaction.guild_id,
                what(interaction),
                error,
            )


def _refusal(error: BaseException) -> Refusal | None:
    """Return a refusal that somebody can mend; what the bot asked wrongly is an error of its own."""
    known = refusals.TABLE.get(error.code) if isinstance(error, discord.HTTPException) else None
    return None if known is None or known.kind is Kind.MINE else known


def _is_discords(error: BaseException) -> bool:
    """Return True if Discord failed or could not be reached, which is no error of ours."""
    if isinstance(error, discord.HTTPException):
        return error.status >= SERVER_ERROR or error.status == TOO_MANY
    return isinstance(error, (aiohttp.ClientError, ConnectionError))


def no_value(value: object, least: float | None, most: float | None) -> str:
    """Say that an option does not take what was typed, and what it takes where that is a range."""
    fits = (
        "one that Discord suggests" if least is None or most is None else f"a number from {least} to {most}"
    )
    typed = text.name(text.shortened(str(value), 50))
    return f"One of the options does not take “{typed}”: choose {fits} and send the command again."


def what(interaction: Interaction) -> str:
    """Name the command, button or form for the log: not what was typed, nor which option was chosen."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    data: Any = interaction.data or {}
    address = parse(str(data.get("custom_id", "")))
    if address is None:
        return interaction.type.name
    action = address.action if len(address.action) > 1 else "option"  # the four buttons are called a to d
    return f"{address.feature}:{action}:{VERSION}:{address.subject_id}"


def kind_of(interaction: Interaction) -> str:
    """Return what sort of act it is, in a word."""
    return _KINDS.get(interaction.type, "other")


def command_of(interaction: Interaction) -> str:
    """Return the first word of a command."""
    return watch.UNKNOWN if interaction.command is None else interaction.command.qualified_name.split()[0]


def _private(data: Any) -> Iterator[str]:
    """Yield every text that somebody wrote in a command, a form or a message it is about."""
    for key, value in data.items() if hasattr(data, "items") else enumerate(data):
        if key in {"value", "content"} and isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            yield from _private(value)


def _texts(interaction: Interaction) -> list[str]:
    if interaction.type is not discord.InteractionType.modal_submit:
        return []
    return list(payload.texts(interaction.data).values())
