"""Discord's refusals by their JSON error codes: what each means, who can mend it, and how. Pure.

The one table of them. The error path tells whoever asked, the outbox tells organisers (as /manage health
does), the editor and the rooms decide by it what to try again. Codes as
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What is refused, as far as it matters to what the bot does next."""

    CHANNEL_GONE = "channel gone"
    MESSAGE_GONE = "message gone"  # or nobody's to change: no edit will ever pass
    NO_ACCESS = "no access"
    NO_PERMISSION = "no permission"
    UNREACHABLE = "unreachable"  # a person takes no direct messages
    SHUT = "shut"  # a thread is archived or locked
    ROOM_FULL = "room full"
    THREAD_THERE = "thread there"  # the message has its one thread already
    TOO_MANY_THREADS = "too many threads"
    TAG_NEEDED = "tag needed"
    WORDS = "words"  # the text itself may not stand there
    SETTING = "setting"  # of the server, the channel or the bot's account
    PASSING = "passing"  # it passes by waiting
    MINE = "mine"  # the bot asked for something that cannot be


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Discord refuses, as half a sentence, and a whole one that says the next step."""

    kind: Kind
    why: str
    step: str

    @property
    def sentence(self) -> str:
        """Return both: "Discord refuses it: `why`. `step`"."""
        return f"Discord refuses it: {self.why}. {self.step}"


_ALLOW = "Channel settings > Permissions > my role: allow it."
_AUTOMOD = "Server Settings > AutoMod > that rule: add my role to the exempt roles, or this channel."
_WAIT = "It goes on by itself in some minutes."
_GONE = "`/today` shows what is there."
_TELL = "Tell whoever runs this bot, with the reference or the time."
_VERIFY = "Whoever runs this bot verifies its owner's account with Discord."

TABLE: Mapping[int, Refusal] = {
    10003: Refusal(
        Kind.CHANNEL_GONE,
        "the channel or thread was deleted",
        "An organiser chooses another with `/manage schedule edit channel:`.",
    ),
    10004: Refusal(Kind.PASSING, "I am not in that server any more", "An organiser invites me again."),
    10008: Refusal(Kind.MESSAGE_GONE, "the message was deleted", _GONE),
    20009: Refusal(
        Kind.WORDS,
        "it takes the text for explicit content",
        "Server Settings > Safety Setup: loosen the sensitive content filter, or change the text.",
    ),
    20016: Refusal(
        Kind.SETTING,
        "slow mode is on there",
        "Channel settings > Permissions > my role: allow Bypass Slowmode, or turn slow mode off.",
    ),
    20022: Refusal(Kind.PASSING, "announcements may be edited a few times an hour only", _WAIT),
    20028: Refusal(Kind.PASSING, "too much was written in that channel in a short time", _WAIT),
    20029: Refusal(Kind.PASSING, "too much was written in that server in a short time", _WAIT),
    30003: Refusal(
        Kind.SETTING, "the channel has as many pinned messages as Discord allows", "Unpin an old one."
    ),
    30007: Refusal(
        Kind.SETTING,
        "the channel has as many webhooks as Discord allows",
        "Channel settings > Integrations > Webhooks: delete an old one.",
    ),
    30010: Refusal(
        Kind.SETTING,
        "the message has as many different reactions as Discord allows",
        "Remove one of them.",
    ),
    30013: Refusal(
        Kind.SETTING, "the server has as many channels as Discord allows", "Delete one that nobody uses."
    ),
    30033: Refusal(
        Kind.ROOM_FULL,
        "the room has the 1,000 members that a thread may have",
        "`/today date:` shows all answers; `/manage schedule edit mode:open` lets everybody read the next.",
    ),
    30046: Refusal(Kind.PASSING, "old messages may be edited a few times a minute only", _WAIT),
    40002: Refusal(Kind.SETTING, "the account of the bot has to be verified first", _VERIFY),
    40003: Refusal(Kind.PASSING, "too many direct messages were begun in a short time", _WAIT),
    40004: Refusal(Kind.PASSING, "nobody can send messages at the moment", _WAIT),
    40005: Refusal(Kind.MINE, "the message is too large", _TELL),
    40006: Refusal(Kind.PASSING, "Discord has turned this off for the moment", _WAIT),
    40058: Refusal(
        Kind.SETTING,
        "that channel is a forum now",
        "An organiser chooses the channel anew with `/manage schedule edit channel:`.",
    ),
    40066: Refusal(
        Kind.TAG_NEEDED,
        "the forum demands a tag, and only moderators may set those that it has",
        "Forum settings > Tags: add one that everybody may use, or allow my role Manage Threads.",
    ),
    40067: Refusal(
        Kind.TAG_NEEDED,
        "the forum demands a tag on each post",
        "Forum settings > Tags: add one that everybody may use, or do not require tags.",
    ),
    50001: Refusal(Kind.NO_ACCESS, "I may not see that channel", _ALLOW),
    50005: Refusal(Kind.MESSAGE_GONE, "the message is not mine", _GONE),
    50006: Refusal(Kind.MINE, "the message would be empty", _TELL),
    50007: Refusal(
        Kind.UNREACHABLE,
        "the person takes no direct messages from me",
        "They allow them in the server's Privacy Settings.",
    ),
    50008: Refusal(
        Kind.SETTING,
        "nothing can be written in that channel",
        "An organiser chooses another with `/manage schedule edit channel:`.",
    ),
    50009: Refusal(
        Kind.SETTING,
        "the server's verification level keeps me out of that channel",
        "Server Settings > Safety Setup: lower the verification level.",
    ),
    50013: Refusal(Kind.NO_PERMISSION, "I am missing a permission there", _ALLOW),
    50021: Refusal(Kind.MESSAGE_GONE, "the message is one of Discord's own", _GONE),
    50024: Refusal(
        Kind.SETTING,
        "the channel is of another kind now",
        "An organiser chooses it anew with `/manage schedule edit channel:`.",
    ),
    50035: Refusal(Kind.MINE, "I asked for something that cannot be", _TELL),
    50083: Refusal(Kind.SHUT, "the thread is archived", "A moderator opens it again."),
    50278: Refusal(
        Kind.UNREACHABLE,
        "the person shares no server with me any more",
        "They join the server again.",
    ),
    60003: Refusal(
        Kind.SETTING,
        "this server demands two-factor authentication for what I do",
        "Whoever runs this bot turns it on for their own Discord account, or the server's owner takes the "
        "demand back in Server Settings > Safety Setup.",
    ),
    130000: Refusal(Kind.PASSING, "Discord has too much to do", _WAIT),
    160002: Refusal(Kind.NO_PERMISSION, "I may not read the history of that channel", _ALLOW),
    160004: Refusal(Kind.THREAD_THERE, "the message has a thread already", "Use that one."),
    160005: Refusal(
        Kind.SHUT, "the thread is locked", "A moderator unlocks it, or allows my role Manage Threads."
    ),
    160006: Refusal(
        Kind.TOO_MANY_THREADS,
        "the server has as many active threads as Discord allows",
        "Close some old threads.",
    ),
    160007: Refusal(
        Kind.TOO_MANY_THREADS,
        "the server has as many active announcement threads as Discord allows",
        "Close some old threads.",
    ),
    200000: Refusal(Kind.WORDS, "AutoMod of this server blocks the text", _AUTOMOD),
    200001: Refusal(Kind.WORDS, "AutoMod of this server blocks the title", _AUTOMOD),
    240000: Refusal(Kind.WORDS, "it takes a link in the text for a harmful one", "Leave the link out."),
}


def kind_of(code: int) -> Kind | None:
    """Return what a code means for what comes next; None for one that is not known."""
    known = TABLE.get(code)
    return None if known is None else known.kind


def codes(*kinds: Kind) -> frozenset[int]:
    """Return all codes of these kinds."""
    return frozenset(code for code, refusal in TABLE.items() if refusal.kind in kinds)


def kept(code: int, detail: str) -> str:
    """Return what is written down of a refusal: its code where the table has it, else Discord's own words."""
    return str(code) if code in TABLE else detail


def read(detail: str) -> Refusal | None:
    """Return the refusal that was written down; None where only Discord's words were."""
    return TABLE.get(int(detail)) if detail.isascii() and detail.isdigit() else None
