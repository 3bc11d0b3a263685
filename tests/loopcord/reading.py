"""What a person reads on a message, out of its JSON. tests/reading.py reads simcord's messages with it."""

from collections.abc import Iterable, Iterator
from typing import Any

from simcord.components import walk_components
from simcord.enums import ComponentType

Json = dict[str, Any]


def words(content: str, embeds: Iterable[Json], components: Iterable[Json]) -> str:
    """All text: content, embeds and text components, joined by newlines."""
    parts = [content]
    for embed in embeds:
        parts += embed_words(embed)
    parts += [c["content"] for c in walk_components(components) if c["type"] == ComponentType.TEXT_DISPLAY]
    return "\n".join(part for part in parts if part)


def embed_words(embed: Json) -> Iterator[str]:
    """The texts of an embed, from top to bottom."""
    yield (embed.get("author") or {}).get("name") or ""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for field in embed.get("fields") or []:
        yield f"{field['name']}\n{field['value']}"
    yield (embed.get("footer") or {}).get("text") or ""


def labels(components: Iterable[Json]) -> list[str]:
    """The labels of buttons, and of a form's inputs, in reading order."""
    return [c["label"] for c in walk_components(components) if c.get("label")]
