"""What people do with the bot: commands, clicks, forms. Each sends an interaction and awaits the reply."""

from typing import Any

from simcord.enums import AppCommandType, CallbackType, ComponentType, InteractionType

from tests.loopcord.interaction_data import (
    DriverError,
    add_resolved,
    chosen_data,
    command_data,
    find_command,
    form_data,
)
from tests.loopcord.record import InteractionRecord
from tests.loopcord.scene import HasId, Scene, id_of
from tests.loopcord.serialization import channel_json, member_json, message_json, user_json
from tests.loopcord.state import ALL_PERMISSIONS, Channel, Message
from tests.loopcord.waiting import PATIENCE

Json = dict[str, Any]
_SLASH, _BUTTON = AppCommandType.CHAT_INPUT, ComponentType.BUTTON
_SIZE_LIMIT = 10 * 1024 * 1024


class Driver(Scene):
    """Interactions. `wait=False` returns the record at once; `within` is in seconds.

    With `wait` the methods return when the bot has replied and no longer thinks, or raise TimeoutError.
    DriverError: Discord's client would not let a person do this. ConnectionError: no session of the
    guild's shard is connected.
    """

    async def slash(
        self,
        user: HasId,
        channel: HasId,
        command: str,
        /,
        *,
        wait: bool = True,
        within: float = PATIENCE,
        **options: Any,
    ) -> InteractionRecord:
        """Use a slash command. `command` may name subcommands: `manage queue add`.

        Options are users, channels, roles (objects or ids), texts, numbers, or (file name, bytes).
        """
        where = self.world.channel(id_of(channel))
        data = command_data(self, where, command, options)
        self._check_permitted(user, where, find_command(self, where, command.split(maxsplit=1)[0], _SLASH))
        return await self._interact(
            InteractionType.APPLICATION_COMMAND, user, where, data, wait=wait, within=within
        )

    async def autocomplete(
        self,
        user: HasId,
        channel: HasId,
        command: str,
        focused: str,
        /,
        *,
        within: float = PATIENCE,
        **options: Any,
    ) -> list[Json]:
        """What the bot suggests for the option `focused`, of which `options` has what is typed so far."""
        where = self.world.channel(id_of(channel))
        data = command_data(self, where, command, {focused: "", **options}, focused)
        kind = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE
        record = await self._interact(kind, user, where, data, wait=True, within=within)
        return record.choices or []

    async def context_menu(
        self,
        user: HasId,
        target: Message | HasId,
        command: str,
        *,
        channel: HasId | None = None,
        wait: bool = True,
        within: float = PATIENCE,
    ) -> InteractionRecord:
        """Right-click > Apps > command, on a message or (with `channel`) on a user."""
        resolved: Json = {}
        if isinstance(target, Message):
            where, kind = self.world.channel(target.channel_id), AppCommandType.MESSAGE
            resolved["messages"] = {str(target.id): message_json(self.world, target, content=True)}
        elif channel is not None:
            where, kind = self.world.channel(id_of(channel)), AppCommandType.USER
            add_resolved(self, where.guild_id, id_of(target), resolved)
        else:
            raise DriverError("a user's context menu needs a channel")
        found = find_command(self, where, command, kind)
        self._check_permitted(user, where, found)
        data = {"id": found["id"], "name": command, "type": kind, "target_id": str(id_of(target))}
        data["resolved"] = resolved
        return await self._interact(
            InteractionType.APPLICATION_COMMAND, user, where, data, wait=wait, within=within
        )

    async def click(
        self,
        user: HasId,
        message: Message,
        custom_id: str,
        *,
        values: list[str] | None = None,
        forged: bool = False,
        wait: bool = True,
        within: float = PATIENCE,
    ) -> InteractionRecord:
        """Press a button, or choose `values` of a select. `forged`: whatever the message really has."""
        where = self.world.channel(message.channel_id)
        component: Json = {"type": _BUTTON, "id": 1}
        if not forged:
            component = message.component(custom_id)
            if component.get("disabled"):
                raise DriverError(f"{custom_id} is disabled")
            if where.thread is not None and (where.thread.archived or where.thread.locked):
                raise DriverError("buttons in an archived or locked thread are dead")
        data: Json = {"component_type": component["type"], "custom_id": custom_id, "id": component["id"]}
        if component["type"] != _BUTTON:
            data |= chosen_data(self, where, component, values or [])
        return await self._interact(
            InteractionType.MESSAGE_COMPONENT, user, where, data, source=message, wait=wait, within=within
        )

    async def submit_form(
        self,
        user: HasId,
        form: InteractionRecord | str,
        values: Json,
        *,
        wait: bool = True,
        within: float = PATIENCE,
    ) -> InteractionRecord:
        """Send a form: the record that opened it, or its custom_id (the last one this user was shown)."""
        opener = form if isinstance(form, InteractionRecord) else self._opener(user, form)
        if opener.response_type != CallbackType.MODAL or opener.modal is None:
            raise DriverError(f"the bot replied {opener.response} and not with a form")
        where = self.world.channel(opener.channel_id)
        data = form_data(self, where, opener.modal, values)
        return await self._interact(
            InteractionType.MODAL_SUBMIT, user, where, data, opener=opener, wait=wait, within=within
        )

    def _opener(self, user: HasId, custom_id: str) -> InteractionRecord:
        for record in reversed(self.interactions.values()):
            if record.modal and record.user_id == id_of(user) and record.modal["custom_id"] == custom_id:
                return record
        raise DriverError(f"this user was shown no form {custom_id!r}")

    def _check_permitted(self, user: HasId, channel: Channel, command: Json) -> None:
        needed = int(command["default_member_permissions"] or 0)
        guild = self.world.guilds.get(channel.guild_id or 0)
        if guild is not None and needed & ~guild.members[id_of(user)].permissions:
            raise DriverError(f"/{command['name']} is hidden from this member")

    async def _interact(
        self,
        kind: int,
        user: HasId,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        opener: InteractionRecord | None = None,
        wait: bool,
        within: float,
    ) -> InteractionRecord:
        interaction_id = self.world.snowflake()
        payload = self._payload(interaction_id, kind, id_of(user), channel, data)
        source = opener.source if opener is not None else source
        if source is not None:
            payload["message"] = message_json(self.world, source, content=True)
        record = InteractionRecord(
            interaction_id,
            payload["token"],
            kind,
            id_of(user),
            channel.id,
            channel.guild_id,
            payload,
            created_at=self.world.seconds(),
            source=source,
            opener=opener,
        )
        self.interactions[record.token] = record
        if not self.gateway.live(channel.guild_id):
            raise ConnectionError("no session of this guild's shard is connected")
        self.gateway.emit("INTERACTION_CREATE", payload, guild_id=channel.guild_id, intent=0)
        return await record.wait(within) if wait else record

    def _payload(self, interaction_id: int, kind: int, user_id: int, channel: Channel, data: Json) -> Json:
        world = self.world
        body: Json = {
            "id": str(interaction_id),
            "application_id": str(world.application_id),
            "type": kind,
            "data": data,
            "token": f"aW50ZXJhY3Rpb24{interaction_id:x}",
            "version": 1,
            "channel_id": str(channel.id),
            "channel": channel_json(world, channel) | {"permissions": str(ALL_PERMISSIONS)},
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": _SIZE_LIMIT,
        }
        guild = world.guilds.get(channel.guild_id or 0)
        if guild is None:
            return body | {
                "user": user_json(world.user(user_id)),
                "app_permissions": str(ALL_PERMISSIONS),
                "authorizing_integration_owners": {"0": "0"},
                "context": 1,
            }
        if user_id not in guild.members:
            raise DriverError("this user is not in the guild")
        member = guild.members[user_id]
        return body | {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member_json(member) | {"permissions": str(member.permissions)},
            "app_permissions": str(guild.members[world.bot.id].permissions),
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
        }
