"""What the house tells a watch, and what its lines in the log name; the watch here writes all of it down."""

import asyncio
import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
import sqlalchemy as sa
from discord import app_commands

from bot.core import batches
from bot.core.batches import Batches
from bot.core.clock import ManualClock
from bot.core.watch import Watch
from bot.db import Database
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.message import Blocked, Skip, Trouble
from bot.ui.errors import ErrorPath, what
from bot.ui.request import Click
from bot.ui.router import Router, on_press
from tests.db.files import opened
from tests.outbox.fakes import Outbox
from tests.ui.fakes import CLICK, COMMAND, FORM, PaperInteraction


class Notes(Watch):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def arrived(self, kind: str, interaction_id: int) -> None:
        del interaction_id
        self.heard.append(("arrived", kind))

    def handled(self, kind: str, feature: str, outcome: str) -> None:
        self.heard.append(("handled", kind, feature, outcome))

    def posted(self, kind: str, outcome: str, delay: float | None = None) -> None:
        self.heard.append(("posted", kind, outcome, delay))

    def transacted(self, kind: str, waited: float, seconds: float) -> None:
        assert 0 <= waited <= seconds
        self.heard.append(("transacted", kind))

    def database_failed(self, error: BaseException) -> None:
        self.heard.append(("failed", type(error).__name__))


class Cog:
    error: Exception | None = None

    @on_press("quiz", "b")
    async def press(self, click: Click) -> None:
        del click
        if self.error is not None:
            raise self.error


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def errors(notes: Notes) -> ErrorPath:
    async def keep(*_: Any) -> int:
        return 1

    return ErrorPath(keep, notes)


def refusal(code: int, status: int = 404) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="no")
    return discord.HTTPException(response, {"code": code, "message": "no"})


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (ValueError("a bug"), "error"),
        (aiohttp.ClientError("broken off"), "discord"),
        (refusal(0, 503), "discord"),
        (refusal(10062), "too_late"),
    ],
)
async def test_how_a_click_ended(
    notes: Notes, errors: ErrorPath, error: Exception | None, outcome: str
) -> None:
    router, cog = Router(errors, notes), Cog()
    router.register(cog)
    cog.error = error
    interaction: Any = PaperInteraction("quiz:b:v1:7", kind=CLICK)
    await router.dispatch(interaction)
    assert notes.heard == [("arrived", "click"), ("handled", "click", "quiz", outcome)]


async def test_what_nobody_registered_has_no_name_of_its_own(notes: Notes, errors: ErrorPath) -> None:
    for custom_id in ("invented:act:v1:7", "nonsense"):
        interaction: Any = PaperInteraction(custom_id, kind=FORM)
        await Router(errors, notes).dispatch(interaction)
    assert set(notes.heard) == {("arrived", "form"), ("handled", "form", "unknown", "unknown")}


async def test_a_command_arrives_and_its_refusals_and_errors_are_told(
    notes: Notes, errors: ErrorPath
) -> None:
    interaction: Any = PaperInteraction(kind=COMMAND)
    interaction.command = SimpleNamespace(qualified_name="manage health")
    await Router(errors, notes).dispatch(interaction)
    await errors.on_command(interaction, app_commands.MissingPermissions(["manage_guild"]))
    await errors.on_command(interaction, app_commands.AppCommandError("a bug"))
    assert notes.heard == [
        ("arrived", "command"),
        ("handled", "command", "manage", "refused"),
        ("handled", "command", "manage", "error"),
    ]


@pytest.mark.parametrize(
    ("custom_id", "named"),
    [
        ("quiz:b:v1:7", "quiz:option:v1:7"),
        ("answers:answer:v1:7", "answers:answer:v1:7"),
        ("one\nline: more", "component"),
        ("x" * 500, "component"),
    ],
)
def test_a_line_names_the_button_and_not_the_choice(custom_id: str, named: str) -> None:
    interaction: Any = PaperInteraction(custom_id)
    assert what(interaction) == named


async def test_a_text_in_an_errors_own_words_is_marked_as_private(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    """The formatter cuts out of a line what its record calls private."""
    interaction: Any = PaperInteraction("answers:answer:v1:5", kind=FORM, text="my long answer")
    await errors.handle(interaction, ValueError("my long answer"), None)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert getattr(record, "private", ()) == ("my long answer",)


async def test_what_became_of_posts(notes: Notes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with opened(tmp_path) as db:
        clock = ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))
        outbox = Outbox(db, clock)
        outbox.dispatcher = Dispatcher(db, clock, outbox.discord, {"letter": outbox.letter}, watch=notes)
        await outbox.queue(1)
        outbox.discord.answers = [Blocked(Trouble.NO_PERMISSION, "missing")]
        await outbox.run()
        await outbox.queue(2)
        await outbox.run()
        outbox.letter.prepared = lambda _: Skip("nobody wants it")
        await outbox.queue(3)
        await outbox.run()

        def fail(post: Any) -> Any:
            raise LookupError(post.kind)

        outbox.letter.prepared = fail
        await outbox.queue(4)
        await outbox.run()
    assert notes.heard == [
        ("posted", "letter", "blocked", None),
        ("posted", "letter", "sent", 0.0),
        ("posted", "letter", "skipped", None),
        ("posted", "letter", "failed", None),
    ]
    lines = [record.getMessage() for record in caplog.records if record.name == "studyloop.outbox"]
    assert [line.split(" post=")[0] for line in lines] == [
        f"{word} guild=1 kind=letter id={number}"
        for word, number in (("blocked", 1), ("sent", 2), ("skipped", 3), ("failed", 4))
    ]


async def test_transactions_and_their_errors(notes: Notes, tmp_path: Path) -> None:
    async with opened(tmp_path) as prepared:
        db = Database(prepared.url, notes)
        async with db.reading() as tx:
            await tx.execute(sa.text("SELECT 1"))
        with pytest.raises(sa.exc.DBAPIError) as caught:
            async with db.transaction() as tx:
                await tx.execute(sa.text("INSERT INTO nowhere VALUES (:text)"), {"text": "a private text"})
        assert isinstance(caught.value.orig, sqlite3.OperationalError)
        assert "a private text" not in str(caught.value)
        await db.close()
    assert notes.heard == [("transacted", "read"), ("failed", "OperationalError"), ("transacted", "write")]


async def test_clicks_that_wait_are_counted() -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def flush(taken: Any) -> list[int]:
        begun.set()
        await release.wait()
        return [0] * len(taken)

    before = batches.waiting()
    queue: Batches[int, int] = Batches(flush, 0)
    first = asyncio.ensure_future(queue.add(1))
    await begun.wait()
    others = [asyncio.ensure_future(queue.add(n)) for n in range(3)]
    await asyncio.sleep(0)
    assert batches.waiting() == before + 3
    release.set()
    await asyncio.gather(first, *others)
    assert batches.waiting() == before
