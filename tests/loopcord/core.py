"""The state of a server: what it knows, its gateway, its faults, the log of requests, open interactions."""

from collections.abc import Callable
from typing import Any

from tests.loopcord import gateway as gw
from tests.loopcord.calls import Call
from tests.loopcord.faults import Faults
from tests.loopcord.guild_json import guild_json
from tests.loopcord.limits import Limits
from tests.loopcord.record import InteractionRecord
from tests.loopcord.serialization import channel_json, message_event_json
from tests.loopcord.state import Channel, ChannelKind, Guild, Message, World
from tests.loopcord.waiting import PATIENCE, until

# The token that the bot has to come with; any text would do.
_ANY = "loopcord"


class Core:
    """What routes and driver work on. A test may change the settings below at any time."""

    def __init__(self, token: str = _ANY) -> None:
        self.token = token
        self.world = World()
        self.gateway = gw.Gateway(self.world, token)
        self.faults = Faults()
        # Of the bot as a whole; None: there are none.
        self.limits: Limits | None = None
        self.requests: list[Call] = []
        self.unknown_requests: list[Call] = []
        # By token.
        self.interactions: dict[str, InteractionRecord] = {}
        self.base_url = ""
        # What GET /gateway/bot recommends, and how often commands were synced.
        self.shard_count = 1
        self.syncs = 0
        # How long enforce_nonce remembers (Discord: "some minutes").
        self.nonce_seconds = 300.0
        # How long an interaction waits for its first reply, and its token works, in seconds. Discord waits
        # for three, which a bot on a machine that is busy with other tests need not keep.
        self.reply_seconds = PATIENCE
        self.token_seconds = 900.0

    @property
    def clock_offset(self) -> float:
        """Seconds by which this Discord's clock, and so its ids, is shifted; follow the bot's own."""
        return self.world.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self.world.clock_offset = seconds

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until a condition is true and return its value; TimeoutError otherwise."""
        return await until(condition, within)

    # Events, by what they are about.

    def emit_message(self, event: str, message: Message, *, nonce: str | None = None) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE. Messages that one person sees have no event."""
        if message.ephemeral:
            return
        channel = self.world.channel(message.channel_id)
        if self.hears(channel):
            data = message_event_json(self.world, message, nonce=nonce)
            self.emit_in(event, channel, data)

    def emit_in(self, event: str, channel: Channel, data: Any, *, reaction: bool = False) -> None:
        """An event about messages of a channel; DMs have their own intents."""
        intent = gw.INTENT_REACTIONS if reaction else gw.INTENT_MESSAGES
        if channel.guild_id is None:
            # The intents of DMs stand three bits above those of guilds.
            intent <<= 3
        self.gateway.emit(event, data, guild_id=channel.guild_id, intent=intent)

    def emit_channel(self, event: str, channel: Channel, **more: Any) -> None:
        """CHANNEL_*, THREAD_*: the whole channel, and more keys."""
        if self.hears(channel):
            data = channel_json(self.world, channel) | more
            self.gateway.emit(event, data, guild_id=channel.guild_id)

    def emit_guild(self, guild: Guild) -> None:
        data = guild_json(self.world, guild, all_members=False)
        self.gateway.emit("GUILD_CREATE", data, guild_id=guild.id)

    def hears(self, channel: Channel) -> bool:
        """Whether the bot gets events of this channel: not of a private thread that it is not in."""
        if channel.kind is not ChannelKind.PRIVATE_THREAD or channel.thread is None:
            return True
        return self.world.bot.id in channel.thread.members
