"""What the bot has to be allowed in a question's channel. Pure."""

from __future__ import annotations

from bot.features.drops.modes import ChannelKind, Kind, Mode, fitting


def needed_permissions(channel: ChannelKind, mode: Mode, kind: Kind) -> tuple[str, ...]:
    """Return the permissions (discord.py's names) that a schedule needs in its channel.

    The room of a choice question is public: it opens with the reveal.
    """
    always = (
        "view_channel",
        "send_messages",
        "embed_links",
        "read_message_history",
        "send_messages_in_threads",
    )
    if channel == "forum":
        return always
    hidden = fitting(channel, mode) == "blind" and kind != "choice"
    public = not hidden or kind != "open"
    rooms = {"create_private_threads": hidden, "create_public_threads": public}
    return (*always, *(name for name, needed in rooms.items() if needed))


PERMISSION_LABELS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages (in a forum: Create Posts)",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_private_threads": "Create Private Threads",
    "create_public_threads": "Create Public Threads",
    "mention_everyone": "Mention @everyone, @here and All Roles",
    "manage_threads": "Manage Threads",
}
