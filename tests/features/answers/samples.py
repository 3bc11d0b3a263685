from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.features.answers.store import Answer
from tests.features.drops.samples import NOW, SNOWFLAKE

NASTY_NAMES = (
    "@everyone",
    "@here",
    f"<@{SNOWFLAKE}>",
    f"<@&{SNOWFLAKE}>",
    f"<#{SNOWFLAKE}>",
    "<t:0:R>",
    "**bold** __under__",
    "||hidden||",
    "`code` ```x```",
    "~~gone~~",
    "[win](https://evil.example)",
    "[**](x) [**](y)",
    "> quoted",
    "# Big",
    "two\nlines",
    "turned \u202e around",
    "\u2066isolated",
    "zero\u200bwidth",
    "back\\slash*",
)


def answer(**changes: Any) -> Answer:
    usual = Answer(
        id=SNOWFLAKE,
        guild_id=SNOWFLAKE,
        drop_id=SNOWFLAKE,
        user_id=SNOWFLAKE,
        user_name="ada",
        avatar_url="https://cdn.discordapp.com/embed/avatars/0.png",
        text="First clarify the load. " * 10,
        addition=None,
        source="form",
        source_url=None,
        state="live",
        round=1,
        scored=True,
        late=False,
        hidden=False,
        message_id=SNOWFLAKE,
        created_at=NOW,
        added_at=None,
        revision=0,
        shown_revision=0,
    )
    return replace(usual, **changes)


def every_answer() -> list[Answer]:
    """Return answers in every shape their room can show, up to the longest."""
    link = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE}"
    texts = ("x" * 3500, "```python\nwhile True:\n    pass" + " " * 60, "\n" * 40 + "y" * 80)
    return [
        answer(
            text=text,
            user_name="w" * 32,
            scored=scored,
            late=late,
            source=source,
            source_url=link if source == "message" else None,
            addition=addition,
            added_at=NOW + timedelta(hours=1) if addition else None,
        )
        for text in texts
        for scored, late in ((True, False), (False, True), (False, False))
        for source in ("form", "message")
        for addition in (None, "z" * 1500)
    ]
