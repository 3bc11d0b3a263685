"""Asking a bot's HEALTH_PORT over a socket, and reading what Prometheus would read."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.loopcord.waiting import PATIENCE


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str]

    @property
    def why_not(self) -> dict[str, str]:
        return json.loads(self.body)["why_not"]


def ask_now(port: int, path: str, method: str = "GET") -> Answer:
    """One request; OSError where nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read().decode()
        return Answer(response.status, body, {k.lower(): v for k, v in response.getheaders()})
    finally:
        connection.close()


async def ask(port: int, path: str, method: str = "GET") -> Answer:
    return await asyncio.to_thread(ask_now, port, path, method)


async def until_answer(
    port: int, path: str, fits: Callable[[Answer], bool], within: float = PATIENCE
) -> Answer:
    """Ask again and again until the answer fits."""
    end = time.monotonic() + within
    last: object = None
    while time.monotonic() < end:
        try:
            answer = last = await ask(port, path)
            if fits(answer):
                return answer
        except OSError as error:
            last = error
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{path}: {str(last)[:500]}")


class Scrape:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self.samples = [sample for family in self.families.values() for sample in family.samples]

    @property
    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}

    def labels(self, name: str) -> list[dict[str, str]]:
        return [dict(sample.labels) for sample in self.samples if sample.name == name]

    def value(self, name: str, **labels: str) -> float:
        """The sum of all samples of this name that carry these labels; 0 where there is none."""
        wanted: Any = labels.items()
        return sum(s.value for s in self.samples if s.name == name and wanted <= s.labels.items())


async def scrape(port: int) -> Scrape:
    answer = await ask(port, "/metrics")
    assert answer.status == 200
    return Scrape(answer.body)


async def until_scraped(port: int, fits: Callable[[Scrape], bool], within: float = PATIENCE) -> Scrape:
    """Scrape until it fits."""
    answer = await until_answer(port, "/metrics", lambda one: fits(Scrape(one.body)), within)
    return Scrape(answer.body)
