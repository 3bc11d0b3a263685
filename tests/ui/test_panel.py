from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.ui import panel
from bot.ui.message import Button, Message
from bot.ui.panel import Panels
from tests.loopcord.waiting import PATIENCE
from tests.ui.fakes import PaperInteraction

FIRST, SECOND = Message("first", rows=((Button("A", "a:b:v1:1"),),)), Message("second")


class PanelInteraction(PaperInteraction):
    """An interaction that can be deferred and expire; `gate` holds its first reply back."""

    def __init__(self, user_id: int = 7, *, on_public: bool = True, expired: bool = False) -> None:
        super().__init__("quiz:a:v1:1", on_public=on_public)
        self.user = SimpleNamespace(id=user_id)
        self.is_expired = lambda: expired
        self.gate = asyncio.Event()
        self.gate.set()
        self.response.defer = self._say("defer")
        send = self.response.send_message

        async def slow(*args: Any, **fields: Any) -> None:
            await self.gate.wait()
            await send(*args, **fields)

        self.response.send_message = slow

    @property
    def spoken(self) -> list[tuple[str, str]]:
        return [(how, content) for how, content, _ in self.said]


def paper(**options: Any) -> Any:
    return PanelInteraction(**options)


def not_found() -> discord.NotFound:
    response: Any = SimpleNamespace(status=404, reason="no")
    return discord.NotFound(response, {"code": 10008, "message": "Unknown Message"})


async def test_the_first_click_gets_a_private_message_the_next_ones_change_it() -> None:
    panels, clicks = Panels(), [paper() for _ in range(3)]
    for click, text in zip(clicks, ("one", "two", "three"), strict=True):
        await panels.show(click, 1, Message(text))
    assert clicks[0].spoken == [("send", "one"), ("fill in", "two"), ("fill in", "three")]
    assert clicks[0].said[0][2]["ephemeral"] is True
    assert [click.spoken for click in clicks[1:]] == [[("defer", None)]] * 2


async def test_buttons_and_pings_of_a_change_are_those_of_the_message() -> None:
    panels, first = Panels(), paper()
    await panels.show(first, 1, SECOND)
    await panels.show(paper(), 1, FIRST)
    _, _, fields = first.said[1]
    assert [item.label for item in fields["view"].children] == ["A"]
    assert fields["embeds"] == []
    assert fields["allowed_mentions"].to_dict() == {"parse": []}


@pytest.mark.parametrize("other", [(8, 1), (7, 2)])
async def test_each_person_and_subject_has_its_own(other: tuple[int, int]) -> None:
    panels, mine, theirs = Panels(), paper(), paper(user_id=other[0])
    await panels.show(mine, 1, FIRST)
    await panels.show(theirs, other[1], SECOND)
    assert mine.spoken == [("send", "first")]
    assert theirs.spoken == [("send", "second")]


async def test_a_press_on_the_panel_changes_it_and_later_ones_as_well() -> None:
    panels, public, private, again = Panels(), paper(), paper(on_public=False), paper()
    await panels.show(public, 1, FIRST)
    await panels.show(private, 1, SECOND)
    await panels.show(again, 1, Message("third"))
    assert public.spoken == [("send", "first")]
    assert private.spoken == [("edit", "second"), ("fill in", "third")]
    assert again.spoken == [("defer", None)]


async def test_after_a_quarter_of_an_hour_there_is_a_new_one() -> None:
    panels, old, new = Panels(), paper(expired=True), paper()
    await panels.show(old, 1, FIRST)
    await panels.show(new, 1, SECOND)
    assert old.spoken == [("send", "first")]
    assert new.spoken == [("send", "second")]


async def test_one_that_was_dismissed_is_written_anew() -> None:
    panels, first, second, third = Panels(), paper(), paper(), paper()
    await panels.show(first, 1, FIRST)
    first.error = not_found()
    await panels.show(second, 1, SECOND)
    assert second.spoken == [("defer", None), ("followup", "second")]
    assert second.said[1][2]["ephemeral"] is True
    await panels.show(third, 1, Message("third"))
    assert third.spoken == [("send", "third")]


async def test_a_second_click_waits_for_the_first_ones_panel() -> None:
    panels, first, second = Panels(), paper(), paper()
    first.gate.clear()
    both = [
        asyncio.create_task(panels.show(first, 1, FIRST)),
        asyncio.create_task(panels.show(second, 1, SECOND)),
    ]
    await asyncio.sleep(0.01)
    assert (first.spoken, second.spoken) == ([], [("defer", None)]), "acknowledged before it waits"
    first.gate.set()
    await asyncio.gather(*both)
    assert first.spoken == [("send", "first"), ("fill in", "second")], "the last one stands"
    assert second.spoken == [("defer", None)]


async def test_of_clicks_that_wait_only_the_newest_writes() -> None:
    panels, first, second, third = Panels(), paper(), paper(), paper()
    first.gate.clear()
    waiting = [asyncio.create_task(panels.show(one, 1, FIRST)) for one in (first, second)]
    await asyncio.sleep(0.01)
    waiting.append(asyncio.create_task(panels.show(third, 1, SECOND)))
    await asyncio.sleep(0.01)
    first.gate.set()
    await asyncio.gather(*waiting)
    assert first.spoken == [("send", "first"), ("fill in", "second")]
    assert [second.spoken, third.spoken] == [[("defer", None)]] * 2


async def test_others_do_not_wait() -> None:
    panels, slow, quick = Panels(), paper(), paper(user_id=8)
    slow.gate.clear()
    waiting = asyncio.create_task(panels.show(slow, 1, FIRST))
    await asyncio.sleep(0)
    await asyncio.wait_for(panels.show(quick, 1, SECOND), PATIENCE)
    slow.gate.set()
    await waiting


async def test_a_reply_that_fails_leaves_no_panel_behind() -> None:
    panels, first, second = Panels(), paper(), paper()
    first.error = OSError("the connection broke")
    with pytest.raises(OSError, match="broke"):
        await panels.show(first, 1, FIRST)
    await panels.show(second, 1, SECOND)
    assert second.spoken == [("send", "second")]


async def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "MOST", 2)
    panels, first, again = Panels(), paper(), paper()
    await panels.show(first, 1, FIRST)
    for subject in (2, 3):
        await panels.show(paper(), subject, FIRST)
    await panels.show(again, 1, SECOND)
    assert again.spoken == [("send", "second")], "whoever falls out of it gets a new one"
    assert len(panels._panels) == 2
