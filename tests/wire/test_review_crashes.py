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
from tests.wire.deployment import PATIENCE, Deployment, Group, at

pytestmark = [pytest.mark.wire, pytest.mark.explored]

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
    async with Deployment(folder) as deployment:
        (group,) = await deployment.found("open", members=3)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        for member in group.members:
            await deployment.answer(member, deployment.question(group))
        await deployment.quiet()
        press = await _prepared(deployment, group, act)
        cut = deployment.bot.kill_at(*CALLBACK, when=when)
        task = asyncio.ensure_future(press)
        await cut.wait()
        task.cancel()
        before = deployment.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
        audit.check_totals(deployment)
        await deployment.start(at(0, "09:20"))
        await deployment.quiet()
        _check(deployment, group, act)
        audit.check_totals(deployment)
        after = deployment.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
        assert after == before, "a start pays nobody anew"


async def _prepared(deployment: Deployment, group: Group, act: Act) -> Any:
    """Do what comes before, and return the press at whose reply the bot dies."""
    ada, _, cem = group.members
    shown = _answer_of(deployment, ada.id)
    answer_id = deployment.one("SELECT id FROM answers WHERE user_id = ?", ada.id)[0]
    server = deployment.server
    if act == "vote":
        return server.click(cem, shown, f"reviews:vote:v1:{answer_id}")
    if act == "review":
        form = await server.click(cem, shown, f"reviews:review:v1:{answer_id}")
        key, options = _boxes(form)
        return server.submit_form(cem, form, {key: options[:2]})
    if act == "hide":
        form = await server.click(cem, shown, f"moderation:report:v1:{answer_id}")
        await server.submit_form(cem, form, {"reason": "This is not kind to anybody."})
        await deployment.quiet()
        (report_id,) = deployment.one("SELECT id FROM reports")
        return server.click(group.organiser, shown, f"moderation:hide:v1:{report_id}", forged=True)
    (drop_id,) = deployment.one("SELECT id FROM drops")
    question = deployment.question(group)
    return server.click(group.organiser, question, f"reveals:now_yes:v1:{drop_id}", forged=True)


def _check(deployment: Deployment, group: Group, act: Act) -> None:
    ada = group.members[0].id
    points = dict(deployment.rows("SELECT act, sum(points) FROM ledger WHERE user_id = ? GROUP BY act", ada))
    shown = _answer_of(deployment, ada)
    if act == "vote":
        assert deployment.one("SELECT count(*) FROM votes") == (1,)
        assert points == {"answer": 10, "votes": 1}
        assert "1 upvote" in shown.text
    elif act == "review":
        assert deployment.one("SELECT count(*) FROM reviews WHERE state = 'live'") == (1,)
        assert points == {"answer": 10, "rubric:0": 2, "rubric:1": 2}
        assert "1 review · 2 of 4 points" in shown.text
    elif act == "hide":
        assert deployment.one("SELECT hidden FROM answers WHERE user_id = ?", ada) == (1,)
        assert deployment.one("SELECT state FROM reports") == ("hidden",)
        assert points == {"answer": 0}
        assert "hidden" in shown.text
    else:
        assert deployment.one("SELECT state FROM drops") == ("revealed",)
        reveals = [m for m in deployment.server.messages(group.channel) if m.content.startswith("**Reveal")]
        assert len(reveals) == 1


def _answer_of(deployment: Deployment, user_id: int) -> Message:
    query = "SELECT d.room_id, a.message_id FROM answers a JOIN drops d ON d.id = a.drop_id WHERE user_id = ?"
    return deployment.server.world.message(*deployment.one(query, user_id))


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
    async with Deployment(folder) as deployment:
        deployment.server.nonce_seconds = 0
        (group,) = await deployment.found("open", members=3)
        ada, ben, cem = group.members
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        for member in group.members:
            await deployment.answer(member, deployment.question(group))
        await deployment.quiet()

        await _cut_at(deployment, _vote(deployment, cem, ada), "PATCH", "1 upvote", when, "09:10")
        await _cut_at(
            deployment, _review(deployment, ben, ada), "PATCH", "1 review · 2 of 4 points", when, "09:20"
        )
        await _cut_at(deployment, _report(deployment, ben, ada), "POST", "**Report", when, "09:30")
        await _cut_at(deployment, _hide(deployment, group), "PATCH", "has hidden this answer", when, "09:40")
        await _cut_at(
            deployment, _show_again(deployment, group), "POST", "shows your answer again", when, "09:50"
        )
        await _cut_at(deployment, _reveal(deployment, group), "POST", "**Reveal", when, "10:00")
        # The first upvote of another answer is told by the reveal too, which is edited.
        await _cut_at(deployment, _vote(deployment, cem, ben), "PATCH", " = 10 + 1 upvote", when, "10:10")

        (reveal,) = [m for m in deployment.server.messages(group.channel) if m.content.startswith("**Reveal")]
        await deployment.server.until(lambda: " = 10 + 1 upvote" in reveal.content, PATIENCE)
        audit._compare_messages(deployment)
        audit._compare_threads(deployment)
        assert "1 review · 2 of 4 points · 1 upvote" in _answer_of(deployment, ada.id).text
        assert deployment.one("SELECT state FROM reports") == ("shown",)
        assert deployment.states("report") == deployment.states("reveal") == ["sent"]
        assert deployment.states("hidden_notice") == ["sent"] * 2
        totals = deployment.rows("SELECT user_id, points FROM totals ORDER BY points")
        assert totals == [(cem.id, 10), (ben.id, 14), (ada.id, 25)]


async def _cut_at(deployment: Deployment, act: Any, method: str, known: str, when: When, clock: str) -> None:
    """Do it; kill the bot at the request with this text; start it again and wait for all that is left."""
    cut = deployment.bot.kill_at(
        method, "/channels/*/messages*", when=when, match=lambda body: known in str(body)
    )
    doing = asyncio.ensure_future(act)
    await cut.wait(within=PATIENCE)
    doing.cancel()
    audit.check_totals(deployment)
    before = deployment.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
    await deployment.start(at(0, clock))
    await deployment.quiet()
    after = deployment.rows("SELECT user_id, act, subject_id, points FROM ledger ORDER BY id")
    # Only the best answer is paid when a reveal is marked as out.
    assert [row for row in after[len(before) :] if row[1] != "best"] == []
    assert after[: len(before)] == before


async def _vote(deployment: Deployment, who: Member, whose: Member) -> None:
    await _press(deployment, who, whose, "reviews:vote")


async def _review(deployment: Deployment, who: Member, whose: Member) -> None:
    form = await _press(deployment, who, whose, "reviews:review")
    key, options = _boxes(form)
    await deployment.server.submit_form(who, form, {key: options[:2]})


async def _report(deployment: Deployment, who: Member, whose: Member) -> None:
    form = await _press(deployment, who, whose, "moderation:report")
    await deployment.server.submit_form(who, form, {"reason": "This is not kind to anybody."})


async def _hide(deployment: Deployment, group: Group) -> None:
    await _decide(deployment, group, "hide")


async def _show_again(deployment: Deployment, group: Group) -> None:
    await _decide(deployment, group, "show_again")


async def _decide(deployment: Deployment, group: Group, act: str) -> None:
    (report_id,) = deployment.one("SELECT id FROM reports")
    custom_id = f"moderation:{act}:v1:{report_id}"
    await deployment.server.click(group.organiser, deployment.question(group), custom_id, forged=True)


async def _reveal(deployment: Deployment, group: Group) -> None:
    (drop_id,) = deployment.one("SELECT id FROM drops")
    custom_id = f"reveals:now_yes:v1:{drop_id}"
    await deployment.server.click(group.organiser, deployment.question(group), custom_id, forged=True)


async def _press(deployment: Deployment, who: Member, whose: Member, act: str) -> InteractionRecord:
    (answer_id,) = deployment.one("SELECT id FROM answers WHERE user_id = ?", whose.id)
    return await deployment.server.click(who, _answer_of(deployment, whose.id), f"{act}:v1:{answer_id}")
