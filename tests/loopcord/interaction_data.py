"""The `data` of an interaction: options of commands and values of forms, as Discord shapes them."""

from collections.abc import Callable
from typing import Any

from simcord.backend.errors import SetupError
from simcord.components import walk_components
from simcord.enums import AppCommandType, ComponentType, OptionType
from simcord.interactions import nest_options, validate_option_value, walk_to_subcommand

from tests.loopcord.core import Core
from tests.loopcord.messages import store_file
from tests.loopcord.scene import id_of
from tests.loopcord.serialization import channel_json, member_json, role_json, user_json
from tests.loopcord.state import ALL_PERMISSIONS, Channel

Json = dict[str, Any]
# The test does what a person could not do: Discord's client would not let them.
DriverError = SetupError

_SUBCOMMANDS = {OptionType.SUBCOMMAND, OptionType.SUBCOMMAND_GROUP}
_ENTITIES = {OptionType.USER, OptionType.CHANNEL, OptionType.ROLE, OptionType.MENTIONABLE}
_ONE_VALUE = {ComponentType.TEXT_INPUT, ComponentType.RADIO_GROUP, ComponentType.CHECKBOX}


def add_resolved(core: Core, guild_id: int | None, thing_id: int, resolved: Json) -> None:
    """Put a user, role or channel into `resolved`."""
    world = core.world
    guild = world.guilds.get(guild_id or 0)
    key = str(thing_id)
    if thing_id in world.channels:
        whole = channel_json(world, world.channels[thing_id])
        resolved.setdefault("channels", {})[key] = whole | {"permissions": str(ALL_PERMISSIONS)}
    elif guild is not None and thing_id in guild.roles:
        resolved.setdefault("roles", {})[key] = role_json(guild.roles[thing_id])
    else:
        resolved.setdefault("users", {})[key] = user_json(world.user(thing_id))
        member = guild.members.get(thing_id) if guild is not None else None
        if member is not None:
            whole = member_json(member, with_user=False) | {"permissions": str(member.permissions)}
            resolved.setdefault("members", {})[key] = whole


def _value(core: Core, channel: Channel, path: str, spec: Json, value: Any, resolved: Json) -> Any:
    if spec["type"] in _ENTITIES:
        thing_id = id_of(value)
        add_resolved(core, channel.guild_id, thing_id, resolved)
        return str(thing_id)
    value = validate_option_value(path, spec, value)
    if spec["type"] == OptionType.ATTACHMENT:
        stored = store_file(core, channel.id, *value)
        resolved.setdefault("attachments", {})[stored["id"]] = stored | {"ephemeral": True}
        return stored["id"]
    return value


def command_data(core: Core, channel: Channel, path: str, given: Json, focused: str | None = None) -> Json:
    """`data` of a slash command; `path` is its name with subcommands, as `manage queue add`.

    With `focused` it is an autocomplete: that option is marked, required ones may be missing.
    """
    first, *rest = path.split()
    command = find_command(core, channel, first, AppCommandType.CHAT_INPUT)
    leaf, nesting = walk_to_subcommand(command, rest)
    resolved: Json = {}
    options = nest_options(command, nesting, _options(core, channel, path, leaf, given, resolved, focused))
    data = {"id": command["id"], "name": first, "type": AppCommandType.CHAT_INPUT, "options": options}
    return data | ({"resolved": resolved} if resolved else {})


def _options(
    core: Core, channel: Channel, path: str, leaf: Json, given: Json, resolved: Json, focused: str | None
) -> list[Json]:
    specs = {option["name"]: option for option in leaf.get("options") or []}
    if any(spec["type"] in _SUBCOMMANDS for spec in specs.values()):
        raise DriverError(f"/{path} needs one of {sorted(specs)}")
    if unknown := set(given) - set(specs):
        raise DriverError(f"/{path} has no option {sorted(unknown)}, only {sorted(specs)}")
    missing = [name for name, spec in specs.items() if spec.get("required") and name not in given]
    if missing and focused is None:
        raise DriverError(f"/{path} requires {missing}")
    options = []
    for name, value in given.items():
        option: Json = {"name": name, "type": specs[name]["type"]}
        if name == focused:
            if not specs[name].get("autocomplete"):
                raise DriverError(f"/{path}: {name} has no autocomplete")
            # A half-typed value comes as text, whatever the option's type.
            option |= {"value": str(value), "focused": True}
        else:
            option["value"] = _value(core, channel, path, specs[name], value, resolved)
        options.append(option)
    return options


def find_command(core: Core, channel: Channel, name: str, kind: int) -> Json:
    """A synced command, global or of the channel's guild."""
    known = [*core.world.commands.get(None, []), *core.world.commands.get(channel.guild_id or 0, [])]
    for command in known:
        if command["name"] == name and command["type"] == kind:
            return command
    raise DriverError(f"no command {name!r} of type {kind} among {sorted(c['name'] for c in known)}")


def form_data(core: Core, channel: Channel, modal: Json, values: Json) -> Json:
    """`data` of a submitted form: one value per custom_id, checked as Discord's client checks it."""
    inputs = {c["custom_id"]: c for c in walk_components(modal["components"]) if "custom_id" in c}
    if unknown := set(values) - set(inputs):
        raise DriverError(f"the form has no {sorted(unknown)}, only {sorted(inputs)}")
    resolved: Json = {}

    def answer(component: Json) -> Json:
        return _submitted(core, channel, component, values, resolved)

    rows = [_row(component, answer) for component in modal["components"]]
    data = {"custom_id": modal["custom_id"], "components": rows}
    return data | ({"resolved": resolved} if resolved else {})


def _row(component: Json, answer: Callable[[Json], Json]) -> Json:
    row: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == ComponentType.LABEL:
        return row | {"component": answer(component["component"])}
    if "components" in component:
        return row | {"components": [answer(inner) for inner in component["components"]]}
    return row


def _submitted(core: Core, channel: Channel, component: Json, values: Json, resolved: Json) -> Json:
    kind, name = component["type"], component["custom_id"]
    body = {"type": kind, "id": component["id"], "custom_id": name}
    required = component.get("required", True) is not False and kind != ComponentType.CHECKBOX
    value = values.get(name)
    if kind in _ONE_VALUE:
        if kind == ComponentType.TEXT_INPUT:
            value = component.get("value") or "" if value is None else value
            _check_length(component, value, required=required)
        elif kind == ComponentType.CHECKBOX:
            value = bool(value)
        if required and not value:
            raise DriverError(f"form: {name} is required")
        if kind == ComponentType.RADIO_GROUP and value is not None:
            _check_options(component, [value])
        return body | {"value": value}
    return body | {"values": _chosen(core, channel, component, value or [], resolved, required=required)}


def _chosen(
    core: Core, channel: Channel, component: Json, values: Any, resolved: Json, *, required: bool
) -> list[str]:
    chosen = list(values)
    if component["type"] == ComponentType.FILE_UPLOAD:
        stored = [store_file(core, channel.id, *file) for file in chosen]
        resolved.setdefault("attachments", {}).update({file["id"]: file for file in stored})
        chosen = [file["id"] for file in stored]
    elif "options" in component:
        _check_options(component, chosen)
    else:
        chosen = [str(id_of(one)) for one in chosen]
        for one in chosen:
            add_resolved(core, channel.guild_id, int(one), resolved)
    _check_count(component, chosen, required=required)
    return chosen


def chosen_data(core: Core, channel: Channel, component: Json, values: list[Any]) -> Json:
    """What a select menu adds to the `data` of a click."""
    resolved: Json = {}
    # A menu of a message is required as soon as it asks for one at least.
    required = component.get("min_values") != 0
    chosen = _chosen(core, channel, component, values, resolved, required=required)
    return {"values": chosen} | ({"resolved": resolved} if resolved else {})


def _check_length(component: Json, value: str, *, required: bool) -> None:
    low, high = component.get("min_length") or 0, component.get("max_length") or 4000
    if (value or required) and not low <= len(value) <= high:
        raise DriverError(f"form: {component['custom_id']} has {len(value)} characters, not {low} to {high}")


def _check_options(component: Json, chosen: list[str]) -> None:
    known = {option["value"] for option in component["options"]}
    if not set(chosen) <= known or len(set(chosen)) != len(chosen):
        raise DriverError(f"{component['custom_id']}: {chosen} is not out of {sorted(known)}")


def _check_count(component: Json, chosen: list[str], *, required: bool) -> None:
    several = component["type"] == ComponentType.CHECKBOX_GROUP
    low = 1 if component.get("min_values") is None else component["min_values"]
    high = component.get("max_values") or (len(component["options"]) if several else 1)
    if not required and not chosen:
        return
    if not max(low, 1 if required else 0) <= len(chosen) <= high:
        raise DriverError(f"{component['custom_id']}: {len(chosen)} chosen, not {low} to {high}")
