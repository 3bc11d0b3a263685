"""The bot dies at the reply to a review, a vote, a hiding or an early reveal: nothing is half done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.loopcord import InteractionRecord, Message
from tests.wire import audit
from tests.wire.town import Group, Town, at

pytestmark = pytest.mark.wire

Act = Literal["vote", "review", "hide", "reveal"]
ACTS: tuple[Act, ...] = ("vote", "review", "hide", "reveal")
CALLBACK = ("POST", "/interactions/*/callback")
CHECKBOX_GROUP = 22


async def test_killed_at_each_step(tmp_path: Path) -> None:
    await asyncio.gather(
        *(_cut(tmp_path / f"{act} {when}", act, when) for act in ACTS for when in ("before", "after"))
    )


async def _cut(folder: Path, act: Act, when: Literal["before", "after"]) -> None:
    async with Town(folder) as town:
        (group,) = await town.found("open", members=3)
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        for member in group.members:
            await town.answer(member, town.question(group))
        await town.quiet()
        press = await _prepared(town, group, act)
        cut = town.bot.kill_at(*CALLBACK, when=when)
        task = asyncio.ensure_future(press)
        await cut.wait()
        task.cancel()
        before = town.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
        audit.check_totals(town)
        await town.start(at(0, "09:20"))
        await town.quiet()
        _check(town, group, act)
        audit.check_totals(town)
        after = town.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
        assert after == before, "a start pays nobody anew"


async def _prepared(town: Town, group: Group, act: Act) -> Any:
    """Do what comes before, and return the press at whose reply the bot dies."""
    ada, _, cem = group.members
    shown = _answer_of(town, ada.id)
    answer_id = town.one("SELECT id FROM answers WHERE user_id = ?", ada.id)[0]
    server = town.server
    if act == "vote":
        return server.click(cem, shown, f"reviews:vote:v1:{answer_id}")
    if act == "review":
        form = await server.click(cem, shown, f"reviews:review:v1:{answer_id}")
        key, options = _boxes(form)
        return server.submit_form(cem, form, {key: options[:2]})
    if act == "hide":
        form = await server.click(cem, shown, f"moderation:report:v1:{answer_id}")
        await server.submit_form(cem, form, {"reason": "This is not kind to anybody."})
        await town.quiet()
        (report_id,) = town.one("SELECT id FROM reports")
        return server.click(group.organiser, shown, f"moderation:hide:v1:{report_id}", forged=True)
    (drop_id,) = town.one("SELECT id FROM drops")
    question = town.question(group)
    return server.click(group.organiser, question, f"reveals:now_yes:v1:{drop_id}", forged=True)


def _check(town: Town, group: Group, act: Act) -> None:
    ada = group.members[0].id
    points = dict(town.rows("SELECT act, sum(points) FROM ledger WHERE user_id = ? GROUP BY act", ada))
    shown = _answer_of(town, ada)
    if act == "vote":
        assert town.one("SELECT count(*) FROM votes") == (1,)
        assert points == {"answer": 10, "votes": 1}
        assert "1 upvote" in shown.text
    elif act == "review":
        assert town.one("SELECT count(*) FROM reviews WHERE state = 'live'") == (1,)
        assert points == {"answer": 10, "rubric:0": 2, "rubric:1": 2}
        assert "1 review · 2 of 4 points" in shown.text
    elif act == "hide":
        assert town.one("SELECT hidden FROM answers WHERE user_id = ?", ada) == (1,)
        assert town.one("SELECT state FROM reports") == ("hidden",)
        assert points == {"answer": 0}
        assert "hidden" in shown.text
    else:
        assert town.one("SELECT state FROM drops") == ("revealed",)
        reveals = [m for m in town.server.messages(group.channel) if m.content.startswith("**Reveal")]
        assert len(reveals) == 1


def _answer_of(town: Town, user_id: int) -> Message:
    query = "SELECT d.room_id, a.message_id FROM answers a JOIN drops d ON d.id = a.drop_id WHERE user_id = ?"
    return town.server.world.message(*town.one(query, user_id))


def _boxes(form: InteractionRecord) -> tuple[str, list[str]]:
    """Return the name of a form's check boxes and their values."""
    assert form.modal is not None
    for label in form.modal["components"]:
        box = label.get("component", {})
        if box.get("type") == CHECKBOX_GROUP:
            return box["custom_id"], [option["value"] for option in box["options"]]
    raise AssertionError(f"no check boxes in {form.modal}")
