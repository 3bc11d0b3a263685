"""Routes of the account: login, gateway address, commands, guilds and their members."""

from typing import Any

from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.guild_json import guild_head_json
from tests.loopcord.routing import route
from tests.loopcord.serialization import (
    channel_json,
    me_json,
    member_json,
    role_json,
    user_json,
)

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("GET", "/users/@me")
def me(core: Core, call: Call) -> Answer:
    del call
    return 200, me_json(core.world.bot)


@route("GET", "/users/{user_id}")
def get_user(core: Core, call: Call) -> Answer:
    return 200, user_json(core.world.user(call.ids["user_id"]))


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(core: Core, call: Call) -> Answer:
    del call
    owner = user_json(core.world.bot) | {"bot": False}
    return 200, {
        "id": str(core.world.application_id),
        "name": core.world.bot.name,
        "type": None,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "owner": owner,
        "team": None,
        "bot": user_json(core.world.bot),
        "rpc_origins": [],
        "hook": True,
        "summary": "",
        "approximate_guild_count": len(core.world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }


@route("GET", "/gateway", needs_token=False)
def gateway(core: Core, call: Call) -> Answer:
    del call
    return 200, {"url": core.gateway.url}


@route("GET", "/gateway/bot")
def gateway_bot(core: Core, call: Call) -> Answer:
    del call
    return 200, {
        "url": core.gateway.url,
        "shards": core.shard_count,
        "session_start_limit": dict(core.gateway.start_limit),
    }


def _command(core: Core, call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A command as Discord gives it back; its id stays the same for the same name and type."""
    guild_id, kind = call.ids.get("guild_id"), body.get("type") or 1
    key = (guild_id, kind, body["name"])
    command_id = core.world.command_ids.setdefault(key, core.world.snowflake())
    whole: dict[str, Any] = {
        "description": "",
        "options": [],
        "nsfw": False,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "default_member_permissions": None,
    }
    whole |= body | {
        "id": str(command_id),
        "application_id": str(core.world.application_id),
        "version": str(core.world.snowflake()),
        "type": kind,
    }
    whole["integration_types"] = whole["integration_types"] or [0]
    if whole["default_member_permissions"] is not None:
        whole["default_member_permissions"] = str(whole["default_member_permissions"])
    if guild_id is not None:
        whole["guild_id"] = str(guild_id)
    return whole


@route("PUT", _GLOBAL)
@route("PUT", _GUILD)
def overwrite_commands(core: Core, call: Call) -> Answer:
    if call.ids["application_id"] != core.world.application_id:
        raise refuse(50001)
    names = [(body.get("type") or 1, body["name"]) for body in call.body]
    if len(names) != len(set(names)):
        raise invalid(
            "0.name", "Application command names must be unique", "APPLICATION_COMMANDS_DUPLICATE_NAME"
        )
    commands = [_command(core, call, body) for body in call.body]
    core.world.commands[call.ids.get("guild_id")] = commands
    core.syncs += 1
    return 200, commands


@route("GET", _GLOBAL)
@route("GET", _GUILD)
def list_commands(core: Core, call: Call) -> Answer:
    return 200, core.world.commands.get(call.ids.get("guild_id"), [])


@route("GET", "/guilds/{guild_id}")
def get_guild(core: Core, call: Call) -> Answer:
    guild = core.world.guild(call.ids["guild_id"])
    count = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    return 200, guild_head_json(guild) | count


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(core: Core, call: Call) -> Answer:
    remove_guild(core, call.ids["guild_id"])
    return 204, None


def remove_guild(core: Core, guild_id: int) -> None:
    """The bot is no longer in a guild: its channels and messages are gone, GUILD_DELETE tells it."""
    core.world.guild(guild_id)
    for channel in core.world.guild_channels(guild_id):
        core.world.forget_channel(channel.id)
    del core.world.guilds[guild_id]
    core.gateway.emit("GUILD_DELETE", {"id": str(guild_id)}, guild_id=guild_id)


@route("GET", "/guilds/{guild_id}/channels")
def guild_channels(core: Core, call: Call) -> Answer:
    guild = core.world.guild(call.ids["guild_id"])
    return 200, [channel_json(core.world, channel) for channel in core.world.guild_channels(guild.id)]


@route("GET", "/guilds/{guild_id}/roles")
def guild_roles(core: Core, call: Call) -> Answer:
    guild = core.world.guild(call.ids["guild_id"])
    return 200, [role_json(role) for role in guild.roles.values()]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(core: Core, call: Call) -> Answer:
    guild = core.world.guild(call.ids["guild_id"])
    member = guild.members.get(call.ids["user_id"])
    if member is None:
        raise refuse(10007)
    return 200, member_json(member)
