"""Schedules, drops and questions to render: usual ones, and the longest that the limits allow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.features.bank.service import BankQuestion, Category
from bot.features.drops.store import Drop
from bot.features.schedules.store import Schedule
from bot.ui.forms import Form
from bot.ui.message import Message
from questions import Difficulty, OpenQuestion, Reference, limits
from tests.bundled import bundled_pack

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
# As long as an id of Discord's gets in our time.
SNOWFLAKE = 1_400_000_000_000_000_000


def drop(**changes: Any) -> Drop:
    usual = Drop(
        id=SNOWFLAKE,
        guild_id=SNOWFLAKE,
        schedule_id=1,
        local_date="2026-01-05",
        number=12_345,
        version_id=1,
        question_id=1,
        category="agents",
        kind="open",
        shuffle=None,
        mode="blind",
        channel_id=SNOWFLAKE,
        channel_kind="text",
        role_id=None,
        due_at=NOW,
        reveal_at=NOW + timedelta(hours=23),
        state="open",
        reason=None,
        message_id=SNOWFLAKE,
        room_id=SNOWFLAKE,
        reveal_message_id=SNOWFLAKE,
        opened_at=NOW,
        revealed_at=None,
        answered=12,
        revision=1,
        shown_revision=1,
    )
    return replace(usual, **changes)


def every_drop() -> list[Drop]:
    """Return drops in all their states, modes and kinds of channel."""
    return [
        drop(state=state, mode=mode, channel_kind=kind, room_id=room, revealed_at=NOW)
        for state in ("open", "revealed", "skipped")
        for mode, kind in (("blind", "text"), ("open", "text"), ("open", "news"), ("open", "forum"))
        for room in ((SNOWFLAKE,) if kind == "forum" else (SNOWFLAKE, None))
    ]


def schedule(**changes: Any) -> Schedule:
    usual = Schedule(
        id=1,
        guild_id=SNOWFLAKE,
        channel_id=SNOWFLAKE,
        channel_kind="text",
        minutes=540,
        zone="America/Argentina/ComodRivadavia",
        days=0b0111111,
        categories=(),
        difficulties=(),
        mode="blind",
        kind="open",
        role_id=None,
        reveal_minutes=None,
        late_hours=12,
        state="active",
        next_run_at=NOW,
        created_by=SNOWFLAKE,
        created_at=NOW,
    )
    return replace(usual, **changes)


def bundled() -> list[BankQuestion]:
    """Return all open questions of the pack that comes with the bot."""
    pack = bundled_pack()
    categories = {
        c.key: Category(c.key, c.name, int(c.colour.removeprefix("#"), 16)) for c in pack.manifest.categories
    }
    return [
        BankQuestion(number, number, categories[entry.category], entry.question)
        for number, entry in enumerate(pack.questions, start=1)
        if isinstance(entry.question, OpenQuestion)
    ]


def filled(length: int) -> str:
    """Return a text of a length, in words."""
    return ("word " * length)[:length].rstrip().ljust(length, "x")


def longest() -> BankQuestion:
    """Return a question with everything as long as a pack may have it."""
    references = [
        Reference(
            title=filled(limits.REFERENCE_TITLE.high),
            url="https://example.org/".ljust(limits.URL.high, "a"),
            cited_for=filled(limits.CITED_FOR.high),
        )
    ] * limits.REFERENCES.high
    rubric = [filled(limits.RUBRIC_POINT.high)] * limits.RUBRIC.high
    follow_ups = [filled(limits.FOLLOW_UP.high)] * limits.FOLLOW_UPS.high
    others = sum(len(line) for line in (*rubric, *follow_ups))
    others += sum(len(r.title) + len(r.url) + len(r.cited_for) for r in references)
    words = " ".join(["word"] * 200)
    content = OpenQuestion(
        slug="longest",
        kind="open",
        title=filled(limits.TITLE.high),
        difficulty=Difficulty.MEDIUM,
        minutes=limits.MINUTES[1],
        prompt=filled(limits.PROMPT.high),
        hints=(filled(limits.HINT.high),) * limits.HINTS.high,
        model_answer=words.ljust(limits.REVEAL - others, "x"),
        rubric=tuple(rubric),
        follow_ups=tuple(follow_ups),
        references=tuple(references),
    )
    return BankQuestion(1, 1, Category("x" * 60, filled(limits.CATEGORY_NAME.high), 0x10B981), content)


def asked() -> list[BankQuestion]:
    return [*bundled(), longest()]


# What Discord takes


def assert_fits(message: Message | str) -> None:
    """Hold Discord's limits for a message with embeds and buttons."""
    if isinstance(message, str):
        message = Message(message)
    assert message.content or message.embeds
    assert len(message.content) <= 2000, len(message.content)
    assert len(message.embeds) <= 10
    assert sum(len(embed) for embed in message.embeds) <= 6000, [len(embed) for embed in message.embeds]
    for embed in message.embeds:
        assert_embed_fits(embed)
    assert len(message.rows) <= 5
    buttons = [button for row in message.rows for button in row]
    assert all(1 <= len(row) <= 5 for row in message.rows)
    ids = [button.custom_id for button in buttons if button.custom_id]
    assert len(set(ids)) == len(ids)
    assert all(len(custom_id) <= 100 for custom_id in ids)
    assert all(1 <= len(button.label) <= 80 for button in buttons)
    assert all(bool(button.url) != bool(button.custom_id) for button in buttons)
    assert all(len(button.url or "") <= 512 for button in buttons)
    message.view(1)  # discord.py has its own checks


def assert_embed_fits(embed: discord.Embed) -> None:
    assert len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4096
    assert len(embed.author.name or "") <= 256
    assert len(embed.footer.text or "") <= 2048
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 1 <= len(field.name or "") <= 256
        assert 1 <= len(field.value or "") <= 1024, len(field.value or "")


def assert_form_fits(form: Form) -> None:
    """Hold Discord's limits for a form."""
    assert 1 <= len(form.title) <= 45
    assert len(form.custom_id) <= 100
    assert 1 <= len(form.fields) + bool(form.intro) <= 5
    assert len(form.intro) <= 4000
    for field in form.fields:
        assert 1 <= len(field.label) <= 45
        assert len(field.description) <= 100
        assert len(field.placeholder) <= 100
        assert 0 <= field.shortest <= 4000
        assert 1 <= field.longest <= 4000
        assert len(field.value) <= field.longest
    form.modal()


def words_of(message: Message | str) -> str:
    """Return all that a person reads of a message."""
    if isinstance(message, str):
        return message
    parts = [message.content, *(button.label for row in message.rows for button in row)]
    for embed in message.embeds:
        parts += [
            embed.title or "",
            embed.description or "",
            embed.author.name or "",
            embed.footer.text or "",
        ]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join(parts)
