"""A cure for simcord's forums: where Discord gives a post one id, simcord 3.2.1 gives two."""

from __future__ import annotations

from functools import partial
from typing import Any


def give_forum_posts_one_id(backend: Any) -> None:
    """Give a forum post the id of its first message, as Discord does; in simcord they differ."""
    create = backend.create_forum_post

    def create_with_one_id(forum_id: int, name: str, starter: Any, **options: Any) -> Any:
        create_thread = backend.create_thread
        backend.create_thread = partial(create_thread, message_id=starter.id)
        try:
            return create(forum_id, name, starter, **options)
        finally:
            backend.create_thread = create_thread

    backend.create_forum_post = create_with_one_id
