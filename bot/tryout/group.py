"""What the organiser has done before one arrives: `/setup`, and usually the first question."""

from __future__ import annotations

import logging
from typing import Any

from simcord.backend.errors import BackendError, SetupError
from simcord.components import walk_components

from bot.tryout.pump import settle
from bot.tryout.world import World

POST_NOW = "daily:post_now:"
"""How the custom_id of the panel's button "Post the first question now" starts."""

_log = logging.getLogger(__name__)


async def open_group(world: World, zone: str, *, post_now: bool) -> None:
    """Set the group up as its organiser would: the command, then the button that it answers with.

    What fails is logged and left: the page then shows a group that is not set up, which one can do there.
    """
    organiser = world.organiser.actor
    try:
        # A question to write about, on whichever day one comes: rooms and reveals are what there is to see.
        panel = await organiser.slash(world.daily, "setup", channel=world.daily, zone=zone, kind="open")
        await settle(world.env)
        # Over a kept database the bot may have posted by itself what came due meanwhile: once is enough.
        custom_id = _button(panel.response) if post_now and not _posted(world) else None
        if custom_id is not None and panel.response is not None:
            await organiser.click(panel.response, custom_id=custom_id)
    except TimeoutError:
        _log.debug("the bot is still busy with the start")
    except (SetupError, BackendError) as error:
        _log.warning("the group could not be set up: %s", error)
    await settle(world.env)


def _posted(world: World) -> bool:
    """Tell whether the channel shows a message to everybody."""
    return any(not message.is_ephemeral for message in world.env.backend.messages[world.daily.id].values())


def _button(response: Any) -> str | None:
    """Return the custom_id of the button that posts the first question, None if the panel has none."""
    if response is None:
        return None
    found = (str(part.get("custom_id", "")) for part in walk_components(response.components))
    return next((custom_id for custom_id in found if custom_id.startswith(POST_NOW)), None)
