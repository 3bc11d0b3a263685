import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy.exc import OperationalError

from bot.core import watch
from bot.db.trouble import WORDS, Trouble, trouble_of
from bot.ops.health.metrics import LATE_SECONDS, LOST_SECONDS, MOST_WAITING, LogCounter, Meter
from tests.ops.health.scrapes import Scrape

ID = 1 << 22
DOCS = Path(__file__).resolve().parents[3] / "docs" / "monitoring"


@pytest.fixture
def meter() -> Meter:
    return Meter()


def read(meter: Meter) -> Scrape:
    return Scrape(generate_latest(meter.registry).decode())


def test_nothing_is_registered_for_the_whole_process(meter: Meter) -> None:
    meter.posted("drop", "sent", 1.0)
    assert "studyloop" not in generate_latest(REGISTRY).decode()
    assert "process_resident_memory_bytes" in read(meter).names


def test_posts_by_what_became_of_them(meter: Meter) -> None:
    meter.posted("drop", "sent", 1.5)
    meter.posted("drop", "sent", LATE_SECONDS + 1)
    meter.posted("room", "blocked")
    found = read(meter)
    assert found.value("studyloop_posts_total", kind="drop", outcome="sent") == 2
    assert found.value("studyloop_posts_total", kind="room", outcome="blocked") == 1
    assert found.value("studyloop_posts_late_total", kind="drop") == 1
    assert found.value("studyloop_post_delay_seconds_bucket", kind="drop", le="2.0") == 1
    assert found.value("studyloop_post_delay_seconds_count", kind="drop") == 2


def test_a_kind_that_is_expected_begins_at_zero(meter: Meter) -> None:
    meter.expect(["drop"])
    assert {"kind": "drop", "outcome": "failed"} in read(meter).labels("studyloop_posts_total")


def reply_path(number: int) -> Any:
    return SimpleNamespace(raw_path=f"/api/v10/interactions/{number}/t0ken/callback")


async def answer(meter: Meter, number: int, status: int, **headers: str) -> None:
    context = SimpleNamespace(started=time.monotonic())
    response = SimpleNamespace(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})
    params: Any = SimpleNamespace(response=response, url=reply_path(number))
    await meter._request_ended(None, context, params)


async def test_a_reply_is_timed_until_discord_has_it(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    meter.arrived("click", ID)
    now += 0.4
    await answer(meter, ID, 429, X_RateLimit_Scope="shared")
    await answer(meter, ID, 502)  # both are tried again
    now += 0.4
    await answer(meter, ID, 204)
    found = read(meter)
    assert found.value("studyloop_reply_seconds_sum", kind="click") == pytest.approx(0.8)
    assert found.value("studyloop_discord_rate_limited_total", scope="shared") == 1
    assert found.value("studyloop_discord_requests_total", route="reply", status="5xx") == 1
    assert found.value("studyloop_interactions_unanswered_total") == 0


async def test_what_discord_no_longer_takes_or_nobody_answers_is_unanswered(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    meter.arrived("click", ID)
    await answer(meter, ID, 404)
    meter.arrived("form", ID + 1)
    meter.give_up()
    assert read(meter).value("studyloop_interactions_unanswered_total", kind="form") == 0
    now += LOST_SECONDS + 1
    meter.give_up()
    found = read(meter)
    assert found.value("studyloop_interactions_unanswered_total", kind="click") == 1
    assert found.value("studyloop_interactions_unanswered_total", kind="form") == 1
    assert found.value("studyloop_reply_seconds_count") == 0


def test_what_is_never_answered_does_not_pile_up_where_nobody_scrapes(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for number in range(3 * MOST_WAITING):
        now += 0.1
        meter.arrived("click", ID + number)
    assert len(meter._waiting) <= MOST_WAITING


async def test_the_trace_counts_real_requests(meter: Meter) -> None:
    async def page(request: web.BaseRequest) -> web.Response:
        return web.Response(status=int(request.query["status"]))

    server = web.ServerRunner(web.Server(page))
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    host, port = server.addresses[0][:2]
    async with aiohttp.ClientSession(trace_configs=[meter.trace()]) as session:
        for status in (200, 204, 429, 500):
            url = f"http://{host}:{port}/api/v10/channels/5/messages?status={status}"
            async with session.post(url):
                pass
        await server.cleanup()
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"http://{host}:{port}/api/v10/channels/5/messages")
    found = read(meter)
    counted = {
        status: found.value("studyloop_discord_requests_total", route="message", status=status)
        for status in ("2xx", "429", "5xx", "none")
    }
    assert counted == {"2xx": 2, "429": 1, "5xx": 1, "none": 1}
    assert found.value("studyloop_discord_rate_limited_total", scope="other") == 1
    assert found.value("studyloop_discord_request_seconds_count", route="message") == 4


def test_every_reason_of_a_failure_begins_at_zero_and_is_explained(meter: Meter) -> None:
    reasons = {found["reason"] for found in read(meter).labels("studyloop_database_errors_total")}
    assert reasons == set(WORDS)
    (row,) = [
        line for line in (DOCS / "README.md").read_text().splitlines() if "database_errors_total" in line
    ]
    (action,) = [line for line in (DOCS / "alerts.yml").read_text().splitlines() if "full: make room" in line]
    for reason in reasons:
        assert f"`{reason}`" in row
        assert f"{reason}: " in action


def failure(name: str) -> OperationalError:
    original = sqlite3.OperationalError("no")
    original.sqlite_errorname, original.sqlite_errorcode = name, getattr(sqlite3, name)
    return OperationalError("SELECT 1", {}, original)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SQLITE_FULL", "full"),
        ("SQLITE_BUSY", "locked"),
        ("SQLITE_BUSY_SNAPSHOT", "locked"),
        ("SQLITE_LOCKED_SHAREDCACHE", "locked"),
        ("SQLITE_READONLY", "read_only"),
        ("SQLITE_READONLY_DIRECTORY", "read_only"),
        ("SQLITE_IOERR_WRITE", "io"),
        ("SQLITE_CANTOPEN", "io"),
        ("SQLITE_CORRUPT", "io"),
        ("SQLITE_CORRUPT_INDEX", "io"),
        ("SQLITE_NOTADB", "io"),
        ("SQLITE_CONSTRAINT_UNIQUE", "other"),
    ],
)
def test_errors_of_the_database_by_their_reason(meter: Meter, name: str, reason: str) -> None:
    meter.database_failed(failure(name))
    meter.transacted("write", 0.2, 0.3)
    found = read(meter)
    assert found.value("studyloop_database_errors_total", reason=reason) == 1
    assert found.value("studyloop_database_errors_total") == 1
    assert found.value("studyloop_database_wait_seconds_sum", kind="write") == pytest.approx(0.2)
    assert found.value("studyloop_database_seconds_sum", kind="write") == pytest.approx(0.3)


@pytest.mark.parametrize("name", ["SQLITE_CORRUPT", "SQLITE_CONSTRAINT", "SQLITE_ERROR"])
def test_what_is_no_trouble_of_the_disk_stays_none(name: str) -> None:
    assert trouble_of(failure(name)) is None
    assert trouble_of(failure("SQLITE_READONLY_DBMOVED")) is Trouble.READ_ONLY


@pytest.fixture
def counted(meter: Meter) -> Iterator[Meter]:
    handler = LogCounter(meter)
    logging.getLogger().addHandler(handler)
    yield meter
    logging.getLogger().removeHandler(handler)


def test_lines_of_the_log_by_part_and_level(counted: Meter) -> None:
    logging.getLogger("studyloop.outbox").error("no")
    logging.getLogger("studyloop.outbox").info("nothing to count")
    logging.getLogger("studyloop").critical("no")
    logging.getLogger("discord.http").warning("no")
    logging.getLogger("some.library").warning("no")
    logging.getLogger("studyloop.invented").warning("no")
    found = read(counted)
    assert found.value("studyloop_log_lines_total") == 5
    for part, level, count in (
        ("outbox", "ERROR", 1),
        ("bot", "ERROR", 1),
        ("discord", "WARNING", 1),
        ("other", "WARNING", 2),
    ):
        assert found.value("studyloop_log_lines_total", part=part, level=level) == count


def test_no_series_is_named_by_an_id(meter: Meter) -> None:
    """Ten thousand people and servers leave as many series as one."""
    for number in range(1, 10_001):
        meter.arrived("click", number << 22)
        meter.handled("click", "quiz", watch.OK)
        meter.disconnected(0, number)
    for sample in read(meter).samples:
        assert not any(
            len(value) > 20 or (value.isdigit() and int(value) > 5000) for value in sample.labels.values()
        )
    assert len(read(meter).labels("studyloop_gateway_closes_total")) < 25
