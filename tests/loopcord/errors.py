"""Discord's errors: a status, a JSON error code and a text."""

from typing import Any

from simcord.backend.errors import BackendError

# code -> (status, text): the refusals that this server makes by itself, in Discord's words.
_KNOWN = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50083: (400, "Thread is archived"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
}


def refuse(code: int) -> BackendError:
    """The error for one of Discord's JSON error codes that this server knows."""
    status, message = _KNOWN[code]
    return BackendError(status, code, message)


def invalid(path: str, message: str, kind: str = "BASE_TYPE_BAD") -> BackendError:
    """50035 for one field; `path` is dotted, as `components.0.label`."""
    errors: dict[str, Any] = {"_errors": [{"code": kind, "message": message}]}
    for part in reversed(path.split(".")):
        errors = {part: errors}
    return BackendError(400, 50035, "Invalid Form Body", errors=errors)
