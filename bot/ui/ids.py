"""custom_ids: `feature:action:v1:<id>`, the one form that a button or a form of the bot writes down."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "v1"
LIMIT = 100
PARTS = 4
# SQLite's largest integer: a forged id beyond it must not reach the database.
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Address:
    """What a click or a form is about."""

    feature: str
    action: str
    subject_id: int


def custom_id(feature: str, action: str, subject_id: int) -> str:
    """Return the custom_id of a button or form (at most 100 characters)."""
    return f"{feature}:{action}:{VERSION}:{subject_id}"


def parse(text: str) -> Address | None:
    """Read a custom_id; None where it is not one of ours or of another version."""
    parts = text.split(":")
    if len(text) > LIMIT or len(parts) != PARTS or parts[2] != VERSION:
        return None
    feature, action, _, subject = parts
    if not subject.isascii() or not subject.isdigit() or int(subject) > LARGEST:
        return None
    return Address(feature, action, int(subject))
