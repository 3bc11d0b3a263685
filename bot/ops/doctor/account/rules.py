"""Judging what Discord says: account, clock, channels, commands. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from bot.features.drops.permissions import PERMISSION_LABELS
from bot.ops.doctor.rules import Account, Commands, DiscordFacts, Finding, QuestionChannel

# Discord's Date header has whole seconds, and its answer takes a while.
CLOCK_TOLERANCE = timedelta(seconds=5)
FEW_STARTS, NO_STARTS = 200, 50
MOST_NAMES = 5
# What Discord adds, and what it leaves out or fills in where we say nothing.
_ADDED = frozenset({"id", "application_id", "version", "guild_id", "handler", "default_permission"})
_FILLED: Mapping[str, Any] = {"type": 1, "dm_permission": True, "integration_types": [0]}


def judge(facts: DiscordFacts) -> list[Finding]:
    """Judge all that Discord said."""
    account = facts.account
    if account is None:
        if facts.is_refused:
            todo = "Copy it again from https://discord.com/developers/applications into DISCORD_TOKEN."
            return [Finding("Discord", "problem", "Discord refuses the token.", todo)]
        what = f"Discord cannot be asked ({facts.error}), so servers and commands were not looked at."
        return [
            Finding("Discord", "problem", what, "Check the network and DISCORD_API_URL, or use --offline.")
        ]
    found = [*_account(account), *_clock(account)]
    if facts.commands is not None:
        found.append(_commands(facts.commands))
    for place in facts.places:
        found += _place(place)
    return found


def _account(account: Account) -> list[Finding]:
    minutes = round(account.starts_again_in.total_seconds() / 60)
    anew = f", counted anew in {minutes:,} minutes" if minutes else ""
    left = f"{account.starts_left:,} of {account.starts_total:,} starts are left{anew}"
    if account.starts_left < NO_STARTS:
        todo = "Find out what restarts the bot again and again; it waits until Discord counts anew."
        return [Finding("Discord", "problem", f"{left}.", todo)]
    if account.starts_left < min(FEW_STARTS, account.starts_total):
        todo = "Find out what restarts the bot again and again."
        return [Finding("Discord", "warning", f"{left}.", todo)]
    what = f"The bot is {account.name} (application {account.application}); {left}."
    return [Finding("Discord", "ok", what)]


def _clock(account: Account) -> list[Finding]:
    if account.ahead is None:
        return []
    seconds = account.ahead.total_seconds()
    if abs(account.ahead) > CLOCK_TOLERANCE:
        side = "ahead of" if seconds > 0 else "behind"
        what = f"This machine's clock is {abs(seconds):,.0f} s {side} Discord's."
        return [Finding("clock", "warning", what, "Turn on time synchronisation (NTP).")]
    return [Finding("clock", "ok", "This machine's clock agrees with Discord's.")]


def _place(place: QuestionChannel) -> list[Finding]:
    scheduled = place.scheduled
    server = f"server {place.server or scheduled.guild_id}"
    if place.error is not None:
        what = f"It could not be looked at ({place.error})."
        return [Finding(server, "warning", what, "Try again in a moment.")]
    if place.server is None:
        what = "The bot is not in this server any more, though it has a schedule there."
        return [Finding(server, "warning", what, "Nothing, or invite the bot again.")]
    if place.channel is None:
        what = f"The channel {scheduled.channel_id} of a schedule was deleted."
        todo = "An organiser chooses another with `/manage schedule edit channel:`."
        return [Finding(server, "problem", what, todo)]
    found: list[Finding] = []
    if place.missing:
        names = ", ".join(PERMISSION_LABELS[name] for name in place.missing)
        todo = "Allow it in the channel's settings > Permissions > the bot's role."
        found.append(Finding(server, "problem", f"In #{place.channel} the bot lacks: {names}.", todo))
    if place.cannot_hide:
        what = f"#{place.channel} is no text channel any more, so answers cannot be hidden in it."
        todo = "An organiser chooses a text channel with `/manage schedule edit channel:`, or `mode:open`."
        found.append(Finding(server, "warning", what, todo))
    if place.ping == "gone":
        todo = "An organiser chooses another with `/manage schedule edit ping_role:`."
        what = f"The role to ping in #{place.channel} was deleted."
        found.append(Finding(server, "warning", what, todo))
    elif place.ping == "silent":
        label = PERMISSION_LABELS["mention_everyone"]
        what = f"The ping in #{place.channel} does not ring."
        found.append(
            Finding(server, "warning", what, f"Allow everybody to mention the role, or the bot {label}.")
        )
    return found or [Finding(server, "ok", f"Nothing is missing in #{place.channel}.")]


def _commands(commands: Commands) -> Finding:
    parts = (
        (commands.missing, "are not known to Discord"),
        (commands.changed, "are known in another form"),
        (commands.extra, "are of another version"),
    )
    said = [f"{_listed(names)} {how}" for names, how in parts if names]
    if not said:
        return Finding("commands", "ok", "Discord knows the commands of this version.")
    return Finding("commands", "warning", f"{'; '.join(said)}.", "Start the bot: it brings them in step.")


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def compare(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> Commands:
    """Compare commands as they would be registered with those that Discord has."""
    wanted = {_key(command): _essence(command) for command in ours}
    known = {_key(command): _essence(command) for command in theirs}
    return Commands(
        tuple(sorted(key[1] for key in wanted.keys() - known.keys())),
        tuple(sorted(key[1] for key in known.keys() - wanted.keys())),
        tuple(sorted(key[1] for key in wanted.keys() & known.keys() if wanted[key] != known[key])),
    )


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type") or 1, command["name"]


def _essence(value: Any) -> Any:
    """Return what is said and nothing that means the same unsaid."""
    if isinstance(value, Mapping):
        return _essence_of(cast("Mapping[str, Any]", value))
    if isinstance(value, list | tuple):
        inner = [_essence(one) for one in cast("Sequence[Any]", value)]
        # Lists of numbers are sets: contexts, kinds of channels.
        return sorted(inner) if all(isinstance(one, int) for one in inner) else inner
    return value


def _essence_of(value: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, inner in value.items():
        is_filled = name in _FILLED and inner == _FILLED[name]
        if name in _ADDED or inner is None or inner is False or is_filled:
            continue
        essence = _essence(inner)
        if essence not in ("", [], {}):
            kept[name] = str(essence) if name == "default_member_permissions" else essence
    return kept
