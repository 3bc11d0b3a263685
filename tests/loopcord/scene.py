"""What a test sets up and what people do outside of interactions: guilds, channels, members, messages."""

from collections.abc import Iterable
from typing import Any, Literal

from tests.loopcord import messages, rest_account, rest_channels
from tests.loopcord.core import Core
from tests.loopcord.guild_json import guild_head_json
from tests.loopcord.serialization import member_json, role_json
from tests.loopcord.state import (
    ALL_PERMISSIONS,
    MANAGE_GUILD,
    MEMBER_PERMISSIONS,
    SYSTEM_KINDS,
    Channel,
    ChannelKind,
    Guild,
    Member,
    Message,
    Role,
    User,
)

HasId = User | Member | Guild | Channel | Message | Role | int
_KINDS = {"text": ChannelKind.TEXT, "news": ChannelKind.NEWS, "forum": ChannelKind.FORUM}


def id_of(thing: HasId) -> int:
    return thing if isinstance(thing, int) else thing.id


class Scene(Core):
    """Guilds and people. Everything takes ids or objects; a connected bot hears of every change."""

    def add_guild(
        self,
        name: str = "Study group",
        *,
        guild_id: int | None = None,
        bot_permissions: int = ALL_PERMISSIONS,
    ) -> Guild:
        """A guild with an owner, @everyone and the bot with its own role; no channels yet."""
        world = self.world
        owner = self.add_user("Owner")
        guild = Guild(guild_id or world.snowflake(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", MEMBER_PERMISSIONS, 0)
        world.guilds[guild.id] = guild
        guild.members[owner.id] = Member(owner, guild.id, world.now(), ALL_PERMISSIONS)
        role = self.add_role(guild, world.bot.name, permissions=bot_permissions, managed=True)
        guild.members[world.bot.id] = Member(world.bot, guild.id, world.now(), bot_permissions, [role.id])
        self.emit_guild(guild)
        return guild

    def add_user(self, name: str, *, accepts_dms: bool = True) -> User:
        user = User(self.world.snowflake(), name, accepts_dms=accepts_dms)
        self.world.users[user.id] = user
        return user

    def add_member(
        self, guild: HasId, user: str | User, *, organiser: bool = False, nick: str | None = None
    ) -> Member:
        """A user becomes a member; an organiser has a role that may Manage Server."""
        who = self.add_user(user) if isinstance(user, str) else user
        permissions = MEMBER_PERMISSIONS | (MANAGE_GUILD if organiser else 0)
        home = self.world.guild(id_of(guild))
        roles = [self.add_role(home, "Organiser", permissions=permissions).id] if organiser else []
        member = Member(who, home.id, self.world.now(), permissions, roles, nick=nick)
        home.members[member.id] = member
        data = member_json(member) | {"guild_id": str(home.id)}
        self.gateway.emit("GUILD_MEMBER_ADD", data, guild_id=home.id, intent=1 << 1)
        return member

    def remove_member(self, guild: HasId, user: HasId) -> None:
        """A member leaves; only the members intent would tell the bot."""
        home = self.world.guild(id_of(guild))
        member = home.members.pop(id_of(user))
        data = {"guild_id": str(home.id), "user": member_json(member)["user"]}
        self.gateway.emit("GUILD_MEMBER_REMOVE", data, guild_id=home.id, intent=1 << 1)

    def add_role(
        self,
        guild: HasId,
        name: str,
        *,
        permissions: int = 0,
        mentionable: bool = False,
        managed: bool = False,
    ) -> Role:
        home = self.world.guild(id_of(guild))
        role = Role(self.world.snowflake(), name, permissions, len(home.roles), mentionable, managed)
        home.roles[role.id] = role
        data = {"guild_id": str(home.id), "role": role_json(role)}
        self.gateway.emit("GUILD_ROLE_CREATE", data, guild_id=home.id)
        return role

    def set_bot_permissions(self, guild: HasId, permissions: int) -> None:
        """Change what the bot may do in a guild. Routes do not check it: add a `faults.deny` for that."""
        home = self.world.guild(id_of(guild))
        me = home.members[self.world.bot.id]
        me.permissions = permissions
        home.roles[me.role_ids[0]].permissions = permissions
        self.gateway.emit("GUILD_UPDATE", guild_head_json(home), guild_id=home.id)

    def add_channel(
        self,
        guild: HasId,
        name: str = "study",
        kind: Literal["text", "forum", "news"] = "text",
        *,
        tags: Iterable[str] = (),
        require_tag: bool = False,
        overwrites: list[dict[str, Any]] | None = None,
    ) -> Channel:
        """A channel. `tags` are a forum's tag names; `overwrites` are as in Discord's JSON."""
        home = self.world.guild(id_of(guild))
        channel = Channel(
            self.world.snowflake(), _KINDS[kind], name, home.id, flags=1 << 4 if require_tag else 0
        )
        channel.position = len(self.world.guild_channels(home.id))
        channel.overwrites = overwrites or []
        for tag in tags:
            whole = {"id": str(self.world.snowflake()), "name": tag, "moderated": False}
            channel.tags.append(whole | {"emoji_id": None, "emoji_name": None})
        self.world.channels[channel.id] = channel
        self.emit_channel("CHANNEL_CREATE", channel)
        return channel

    def delete_channel(self, channel: HasId) -> None:
        """Somebody deletes a channel or thread."""
        rest_channels.remove_channel(self, id_of(channel))

    def delete_message(self, message: Message) -> None:
        """Somebody deletes a message."""
        messages.delete(self, message)

    def remove_guild(self, guild: HasId) -> None:
        """The bot is kicked."""
        rest_account.remove_guild(self, id_of(guild))

    def set_guild_unavailable(self, guild: HasId) -> None:
        """An outage: GUILD_DELETE with `unavailable`; `emit_guild` brings it back."""
        home = id_of(guild)
        self.gateway.emit("GUILD_DELETE", {"id": str(home), "unavailable": True}, guild_id=home)

    def archive(self, thread: HasId, *, archived: bool = True, locked: bool | None = None) -> None:
        """Discord or a moderator archives (or opens, or locks) a thread."""
        channel, info = self.world.thread(id_of(thread))
        info.archived, info.archived_at = archived, self.world.now()
        info.locked = info.locked if locked is None else locked
        self.emit_channel("THREAD_UPDATE", channel)

    def say(
        self, user: HasId, channel: HasId, content: str, *, reply_to: Message | None = None, ping: bool = True
    ) -> Message:
        """A person writes a message. Its text reaches the bot only if it mentions the bot (no intent)."""
        where = self.world.channel(id_of(channel))
        body: dict[str, Any] = {"content": content}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.id)}
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        message = messages.create(self, where, body, {})
        message.author_id = id_of(user)
        if where.thread is not None:
            where.thread.members.setdefault(message.author_id, message.timestamp)
        messages.store(self, message)
        return message

    # What a test looks at.

    def messages(self, channel: HasId, *, system: bool = False) -> list[Message]:
        """The messages of a channel, oldest first; without those that Discord writes itself."""
        found = sorted(self.world.messages.get(id_of(channel), {}).values(), key=lambda m: m.id)
        return [m for m in found if system or m.kind not in SYSTEM_KINDS]

    def threads(self, parent: HasId, *, archived: bool | None = None) -> list[Channel]:
        """The threads below a channel, oldest first."""
        found = self.world.threads_of(id_of(parent))
        return [c for c, info in found if archived is None or info.archived is archived]

    def direct_messages(self, user: HasId) -> list[Message]:
        """What the bot wrote to a user, oldest first."""
        return self.messages(rest_channels.dm_channel(self, id_of(user)))

    def commands(self, guild: HasId | None = None) -> list[dict[str, Any]]:
        """The commands as last synced: global ones, or those of a guild."""
        return self.world.commands.get(None if guild is None else id_of(guild), [])

    def calls(self, method: str, route: str) -> list[Any]:
        """The logged requests of a route template, such as `/channels/{channel_id}/messages`."""
        return [call for call in self.requests if call.method == method and call.route == route]
