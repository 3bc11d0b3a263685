"""Requests (and this server's own answers) against Discord's published OpenAPI description.

The description is a file beside the repository or named by LOOPCORD_OPENAPI; without it load()
gives None and the tests that need it skip.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, relevance
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.loopcord.calls import Call

Json = dict[str, Any]
_URI = "discord:openapi"
_DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "discord" / "openapi.json"

# What Discord takes although its description does not say so, with the reason.
_EXTRA_KEYS = {
    # In the documentation of application commands, missing in the description; discord.py always sends it.
    "ApplicationCommandUpdateRequest": ("nsfw",),
    # discord.py fills in the keys of all kinds of option; Discord ignores those of other kinds.
    "ApplicationCommandSubcommandOption": ("required",),
    # discord.py sends `tts: false` with every message body; only a new message has it.
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "BaseCreateMessageCreateRequest": ("tts",),
    # The kind of thread, which a forum post does not choose; discord.py sends it all the same.
    "CreateForumThreadRequest": ("type",),
    # discord.py writes an embed's flags back, which Discord ignores.
    "RichEmbed": ("flags",),
    # And all it knows about an attachment that an edit keeps.
    "MessageAttachmentRequest": ("url", "proxy_url", "size", "content_type", "spoiler"),
}

# The documentation of interactions lets a reply bring files; the description leaves them out.
_EXTRA_FILES = {
    "POST /interactions/{interaction_id}/{interaction_token}/callback": frozenset(
        f"files[{number}]" for number in range(10)
    ),
}

_FILE = re.compile(r'"(files\[\d+\])"')

_formats = FormatChecker(formats=())


@_formats.checks("int32")
def _int32(value: object) -> bool:
    return not isinstance(value, int) or -(1 << 31) <= value < 1 << 31


@dataclass(frozen=True)
class Operation:
    """One method of one path template; `request` is its JSON body's schema, `answers` by status.

    `files` are the names that the parts of a multipart body may have.
    """

    name: str
    request: Draft202012Validator | None
    body_required: bool
    answers: dict[str, Draft202012Validator]
    files: frozenset[str]


class Contract:
    """Discord's description, with validators that are made when an operation is first seen."""

    def __init__(self, path: Path) -> None:
        loose = json.loads(path.read_text())
        strict = json.loads(path.read_text())
        for description in (loose, strict):
            _accept_number_ids(description)
            _accept_media_channels(description)
        _refuse_unknown_keys(strict)
        self._strict, self._loose = _registry(strict), _registry(loose)
        self._paths: Json = strict["paths"]
        self._patterns = [(_pattern(template), template) for template in self._paths]
        # Fixed parts first: `@original` is not a {message_id}.
        self._patterns.sort(key=lambda pair: pair[1].count("{"))
        self._operations: dict[tuple[str, str], Operation] = {}

    def operation(self, method: str, path: str) -> Operation | None:
        """What the description says about a request; None when it does not know it."""
        for pattern, template in self._patterns:
            if pattern.fullmatch(path) and method.lower() in self._paths[template]:
                key = (method, template)
                if key not in self._operations:
                    self._operations[key] = self._compile(method.lower(), template)
                return self._operations[key]
        return None

    def _compile(self, method: str, template: str) -> Operation:
        described = self._paths[template][method]
        base = f"{_URI}#/paths/{_escape(template)}/{method}"
        request = described.get("requestBody") or {}
        body = None
        if "application/json" in request.get("content", {}):
            body = _validator(self._strict, f"{base}/requestBody/content/application~1json/schema")
        answers = {
            status: _validator(self._loose, f"{base}/responses/{status}/content/application~1json/schema")
            for status, answer in described["responses"].items()
            if "application/json" in answer.get("content", {})
        }
        multipart = request.get("content", {}).get("multipart/form-data", {})
        files = frozenset(_FILE.findall(json.dumps(multipart)))
        name = f"{method.upper()} {template}"
        files |= _EXTRA_FILES.get(name, frozenset())
        return Operation(name, body, bool(request.get("required")), answers, files)

    def check(self, call: Call) -> list[str]:
        """What is wrong with a request, in sentences; nothing when it is as described."""
        operation = self.operation(call.method, call.path)
        if operation is None:
            return [f"{call.method} {call.path}: not in Discord's description"]
        strange = [name for name in call.files if name not in operation.files]
        if strange:
            return [f"{operation.name}: takes no part named {name}" for name in strange]
        if call.body is None:
            return [f"{operation.name}: the body is missing"] if operation.body_required else []
        if operation.request is None:
            return [f"{operation.name}: takes no body, got {_short(call.body)}"]
        return [f"{operation.name}: {text}" for text in _problems(operation.request, call.body)]

    def check_answer(self, call: Call) -> list[str]:
        """What is wrong with this server's own answer: keys that are missing or of another type."""
        operation = self.operation(call.method, call.path)
        validator = operation.answers.get(str(call.status)) if operation else None
        if operation is None or validator is None or call.answer is None:
            return []
        return [f"{operation.name} -> {call.status}: {text}" for text in _problems(validator, call.answer)]

    def check_all(self, calls: Iterable[Call]) -> list[str]:
        """check() of many requests, each sentence once."""
        return list(dict.fromkeys(text for call in calls for text in self.check(call)))


@cache
def _load(path: Path) -> Contract:
    return Contract(path)


def load(path: Path | None = None) -> Contract | None:
    """The contract out of `path`, LOOPCORD_OPENAPI or the usual place; None when there is no file."""
    where = path or Path(os.environ.get("LOOPCORD_OPENAPI") or _DEFAULT)
    return _load(where) if where.is_file() else None


def _registry(description: Json) -> Registry[Any]:
    return Registry().with_resource(_URI, DRAFT202012.create_resource(description))


def _validator(registry: Registry[Any], reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=registry, format_checker=_formats)


def _pattern(template: str) -> re.Pattern[str]:
    # Parameters that are numbers end in _id; @me and @original are paths of their own.
    number = re.sub(r"\\\{\w+_id\\\}", r"\\d+", re.escape(template))
    return re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", number))


def _escape(template: str) -> str:
    return template.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _schemas(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _schemas(part)


def _accept_number_ids(description: Json) -> None:
    """Discord describes ids as texts and also takes numbers, which discord.py sends in some places."""
    snowflake = description["components"]["schemas"]["SnowflakeType"]
    snowflake["type"] = ["string", "integer"]


def _accept_media_channels(description: Json) -> None:
    """Media channels are documented and missing in the description; discord.py offers them with forums."""
    kinds = description["components"]["schemas"]["ChannelTypes"]["oneOf"]
    kinds.append({"title": "GUILD_MEDIA", "const": 16})


def _refuse_unknown_keys(description: Json) -> None:
    """Discord ignores keys that it does not know, so that a misspelt one does nothing: refuse them.

    It also tells the members of a union apart of which every key is optional.
    """
    schemas = description["components"]["schemas"]
    for name, keys in _EXTRA_KEYS.items():
        schemas[name]["properties"] |= {key: {} for key in keys}
    for schema in _schemas(schemas):
        if isinstance(schema.get("properties"), dict) and "allOf" not in schema:
            schema.setdefault("additionalProperties", False)


def _problems(validator: Draft202012Validator, value: Any) -> list[str]:
    errors = list(validator.iter_errors(value))
    if not errors:
        return []
    error = max(errors, key=relevance)
    while error.context:
        error = max(_fitting(error.context), key=relevance)
    place = "/".join(map(str, error.absolute_path)) or "body"
    return [f"{place}: {_short(error.message)}"]


def _fitting(errors: list[ValidationError]) -> list[ValidationError]:
    """The errors of those members of a union that are of the right kind; all if there is none.

    A member is another kind when the value's own type or its key `type` is already wrong.
    """
    wrong = {
        error.relative_schema_path[0]
        for error in errors
        if list(error.relative_path) == ["type"] or (not error.relative_path and error.validator == "type")
    }
    return [error for error in errors if error.relative_schema_path[0] not in wrong] or errors


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:150]} ... {text[-150:]}"
