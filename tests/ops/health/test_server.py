"""The server by itself, before a bot on paper: what strangers send, and who is slow."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.ops.health import server as module
from bot.ops.health.server import HealthServer
from tests.loopcord.waiting import PATIENCE
from tests.ops.health.scrapes import ask, free_port, until_answer


class PaperHealth:
    """What it is asked for it tells, or raises."""

    def __init__(self) -> None:
        self.why: dict[str, str] = {}
        self.error: Exception | None = None
        self.events: list[str] = []
        self.lines = 1

    def begin(self) -> None:
        self.events.append("begin")

    def end(self) -> None:
        self.events.append("end")

    async def why_not_live(self) -> dict[str, str]:
        return self.why

    async def why_not_ready(self) -> dict[str, str]:
        if self.error is not None:
            raise self.error
        return self.why

    async def scrape(self) -> bytes:
        return b"figures 1\n" * self.lines


@pytest.fixture
def health() -> PaperHealth:
    return PaperHealth()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def serving(health: PaperHealth, port: int) -> AsyncIterator[HealthServer]:
    paper: Any = health
    server = HealthServer(paper, "127.0.0.1", port)
    await server.start()
    yield server
    await server.close()


@pytest.mark.usefixtures("serving")
async def test_a_yes_and_a_no(health: PaperHealth, port: int) -> None:
    for path in ("/health/live", "/health/ready"):
        health.why = {}
        answer = await ask(port, path)
        assert (answer.status, answer.why_not) == (200, {})
        assert answer.headers["content-type"].startswith("application/json")
        health.why = {"database": "is away"}
        answer = await ask(port, path)
        assert (answer.status, answer.why_not) == (503, {"database": "is away"})


@pytest.mark.usefixtures("serving")
async def test_head_other_methods_and_other_paths(port: int) -> None:
    head = await ask(port, "/health/live", "HEAD")
    assert (head.status, head.body) == (200, "")
    for method in ("POST", "DELETE", "OPTIONS"):
        assert (await ask(port, "/metrics", method)).status == 405
    for path in ("/", "/metrics/", "/health", "/health/live/../../etc/passwd", "/%00", "/metrics%20"):
        assert (await ask(port, path)).status == 404
    assert (await ask(port, "/metrics?name=x")).status == 200


@pytest.mark.usefixtures("serving")
async def test_an_error_is_said_and_logged(
    health: PaperHealth, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    health.error = LookupError("a bug")
    assert (await ask(port, "/health/ready")).status == 500
    assert "/health/ready failed" in caplog.text
    assert "LookupError: a bug" in caplog.text


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
        b"GET\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc",
    ],
)
async def test_garbage_neither_stops_it_nor_fills_the_log(
    port: int, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(garbage)
    first = await asyncio.wait_for(reader.read(100), PATIENCE)
    assert b" 200 " not in first
    writer.close()
    assert (await ask(port, "/health/live")).status == 200
    assert caplog.text == ""


@pytest.mark.usefixtures("serving")
async def test_whoever_is_slow_is_cut_off(
    health: PaperHealth, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing sent, half a request sent, and an answer that is not read."""
    health.lines = 3_000_000
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.3)
    for sent in (b"", b"GET /metr"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), PATIENCE)
        writer.close()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", port))
        deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(1.5)
        received = 0
        with contextlib.suppress(ConnectionError):
            while chunk := await asyncio.to_thread(deaf.recv, 65_536):
                received += len(chunk)
    assert received < 30_000_000


@pytest.mark.usefixtures("serving")
async def test_so_many_at_a_time_and_no_more(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CONNECTIONS", 3)
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await asyncio.wait_for(reader.read(1), PATIENCE) == b""
    for _, other in (*held, (reader, writer)):
        other.close()
    await until_answer(port, "/health/live", lambda answer: answer.status == 200)


async def test_it_ends_with_connections_open(health: PaperHealth, port: int) -> None:
    paper: Any = health
    server = HealthServer(paper, "127.0.0.1", port)
    await server.start()
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.wait_for(server.close(), PATIENCE)
    writer.close()
    assert health.events == ["begin", "end"]
    with pytest.raises(ConnectionRefusedError):
        await ask(port, "/health/live")


@pytest.mark.usefixtures("serving")
async def test_a_port_in_use_is_an_error_for_the_operator(health: PaperHealth, port: int) -> None:
    paper: Any = health
    second = HealthServer(paper, "127.0.0.1", port)
    with pytest.raises(OSError, match="in use"):
        await second.start()
    await second.close()
