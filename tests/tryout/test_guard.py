from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.tryout
from bot.tryout.page import FILES
from tests.tryout.conftest import Visit

STATIC = Path(bot.tryout.__file__).with_name("static")
REQUESTS = [
    ("GET", "/try/state"),
    ("POST", "/try/next"),
    ("GET", "/try/message-commands"),
    ("POST", "/try/message-command"),
    ("POST", "/try/dismiss"),
    ("POST", "/api/pages"),
    ("GET", "/api/state"),
    ("POST", "/api/action"),
]
REFUSED = {401, 403}


async def test_without_the_secret_nothing_answers(visit: Visit) -> None:
    async with visit() as visitor:
        for method, path in REQUESTS:
            assert await visitor.status(method, path, {}) in REFUSED
            assert await visitor.status(method, path, {"X-Simcord-Capability": "guessed"}) in REFUSED


async def test_another_sites_page_or_name_is_refused_even_with_the_secret(visit: Visit) -> None:
    async with visit() as visitor:
        for method, path in REQUESTS:
            for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
                assert await visitor.status(method, path, visitor.headers() | header) in REFUSED
        for path in [*FILES, "/channel", "/app.js"]:
            assert await visitor.status("GET", path, {"Host": "evil.example"}) in REFUSED
            assert await visitor.status("GET", path, {}) == 200


async def test_a_page_cannot_end_the_try_out_for_everybody(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        assert (await page.act("close"))["rejected"]
        assert (await visitor.around("Ada"))["places"]


async def test_nonsense_is_answered_and_does_no_harm(visit: Visit) -> None:
    async with visit() as visitor:
        for path in ("/try/state?viewer=x", "/try/state?viewer=1", "/try/message-commands?viewer=1"):
            assert "error" in await visitor.get(path)
        ada = visitor.person("Ada")
        assert "error" in await visitor.get(f"/try/message-commands?viewer={ada}&channel=1")
        assert (await visitor.get(f"/try/state?viewer={ada}&channel=1"))["viewer"] == ada
        for body in ({}, {"viewer": []}, {"viewer": "1"}):
            assert "error" in await visitor.post("/try/next", body)
        for body in ({}, {"viewer_id": ada, "channel_id": "1"}, {"viewer_id": "1", "channel_id": "x"}):
            assert "error" in await visitor.post("/api/pages", body)


@pytest.mark.parametrize("name", sorted({name for name, _ in FILES.values()}))
def test_the_page_needs_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    allowed = ("http://www.w3.org/", "https://discord.com/channels/")
    assert [url for url in re.findall(r"https?://[^\s'\"`)]+", text) if not url.startswith(allowed)] == []
