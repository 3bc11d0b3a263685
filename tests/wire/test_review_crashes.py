"""The bot dies at a review, a vote, a report, a hiding or an early reveal: nothing is half done.

At the reply, and at what follows from it: edits, the report, the notice to its author, the reveal.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.loopcord import InteractionRecord, Member, Message
from tests.wire import audit
from tests.wire.town import PATIENCE, Group, Town, at

pytestmark = pytest.mark.wire

Act = Literal["vote", "review", "hide", "reveal"]
When = Literal["before", "after"]
ACTS: tuple[Act, ...] = ("vote", "review", "hide", "reveal")
CALLBACK = ("POST", "/interactions/*/callback")
CHECKBOX_GROUP = 22


async def test_killed_at_each_step(tmp_path: Path) -> None:
    # Four bots at a time: two cores start them within the time that a start may take.
    for when in ("before", "after"):
        await asyncio.gather(*(_cut(tmp_path / f"{act} {when}", act, when) for act in ACTS))


async def _cut(folder: Path, act: Act, when: When) -> None:
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


async def test_killed_at_what_follows(tmp_path: Path) -> None:
    """Discord has forgotten the nonces each time: what was sent can only be found by searching."""
    await asyncio.gather(*(_follow(tmp_path / when, when) for when in ("before", "after")))


async def _follow(folder: Path, when: When) -> None:
    async with Town(folder) as town:
        town.server.nonce_seconds = 0
        (group,) = await town.found("open", members=3)
        ada, ben, cem = group.members
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        for member in group.members:
            await town.answer(member, town.question(group))
        await town.quiet()

        await _cut_at(town, _vote(town, cem, ada), "PATCH", "1 upvote", when, "09:10")
        await _cut_at(town, _review(town, ben, ada), "PATCH", "1 review · 2 of 4 points", when, "09:20")
        await _cut_at(town, _report(town, ben, ada), "POST", "**Report", when, "09:30")
        await _cut_at(town, _hide(town, group), "PATCH", "has hidden this answer", when, "09:40")
        await _cut_at(town, _show_again(town, group), "POST", "shows your answer again", when, "09:50")
        await _cut_at(town, _reveal(town, group), "POST", "**Reveal", when, "10:00")
        # The first upvote of another answer is told by the reveal too, which is edited.
        await _cut_at(town, _vote(town, cem, ben), "PATCH", " = 10 + 1 upvote", when, "10:10")

        (reveal,) = [m for m in town.server.messages(group.channel) if m.content.startswith("**Reveal")]
        await town.server.until(lambda: " = 10 + 1 upvote" in reveal.content, PATIENCE)
        audit._compare_messages(town)
        audit._compare_threads(town)
        assert "1 review · 2 of 4 points · 1 upvote" in _answer_of(town, ada.id).text
        assert town.one("SELECT state FROM reports") == ("shown",)
        assert town.states("report") == town.states("reveal") == ["sent"]
        assert town.states("hidden_notice") == ["sent"] * 2
        totals = town.rows("SELECT user_id, points FROM totals ORDER BY points")
        assert totals == [(cem.id, 10), (ben.id, 14), (ada.id, 25)]


async def _cut_at(town: Town, act: Any, method: str, known: str, when: When, clock: str) -> None:
    """Do it; kill the bot at the request with this text; start it again and wait for all that is left."""
    cut = town.bot.kill_at(method, "/channels/*/messages*", when=when, match=lambda body: known in str(body))
    doing = asyncio.ensure_future(act)
    await cut.wait(within=PATIENCE)
    doing.cancel()
    audit.check_totals(town)
    before = town.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
    await town.start(at(0, clock))
    await town.quiet()
    after = town.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
    # Only the best answer is paid when a reveal is marked as out.
    assert [row for row in after[len(before) :] if row[1] != "best"] == []
    assert after[: len(before)] == before


async def _vote(town: Town, who: Member, whose: Member) -> None:
    await _press(town, who, whose, "reviews:vote")


async def _review(town: Town, who: Member, whose: Member) -> None:
    form = await _press(town, who, whose, "reviews:review")
    key, options = _boxes(form)
    await town.server.submit_form(who, form, {key: options[:2]})


async def _report(town: Town, who: Member, whose: Member) -> None:
    form = await _press(town, who, whose, "moderation:report")
    await town.server.submit_form(who, form, {"reason": "This is not kind to anybody."})


async def _hide(town: Town, group: Group) -> None:
    await _decide(town, group, "hide")


async def _show_again(town: Town, group: Group) -> None:
    await _decide(town, group, "show_again")


async def _decide(town: Town, group: Group, act: str) -> None:
    (report_id,) = town.one("SELECT id FROM reports")
    custom_id = f"moderation:{act}:v1:{report_id}"
    await town.server.click(group.organiser, town.question(group), custom_id, forged=True)


async def _reveal(town: Town, group: Group) -> None:
    (drop_id,) = town.one("SELECT id FROM drops")
    custom_id = f"reveals:now_yes:v1:{drop_id}"
    await town.server.click(group.organiser, town.question(group), custom_id, forged=True)


async def _press(town: Town, who: Member, whose: Member, act: str) -> InteractionRecord:
    (answer_id,) = town.one("SELECT id FROM answers WHERE user_id = ?", whose.id)
    return await town.server.click(who, _answer_of(town, whose.id), f"{act}:v1:{answer_id}")
