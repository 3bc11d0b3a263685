"""Killed around every post of a quiz and around a closing: exactly one of each, and what follows comes."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.loopcord import DROP, Call, InteractionRecord, Message
from tests.wire.audit import audit
from tests.wire.deployment import PATIENCE, Deployment, Group
from tests.wire.quizzes import asked, choose, next_question, quiz_town, right_letter, start_quiz, stop_quiz
from tests.wire.traps import QUIZ_POSTS, Moment, on_quiz, refuse_quiz

pytestmark = pytest.mark.wire
# An attempt that was cut off is looked for after five seconds.
LATER = timedelta(seconds=6)
MOMENTS: tuple[Moment, ...] = ("before", "after", "marked")


@pytest.mark.explored
async def test_killed_around_every_post_and_a_closing(tmp_path: Path) -> None:
    """With nonces that Discord has forgotten: only the search is left."""
    around = (_quiz(tmp_path / moment, moment) for moment in MOMENTS)
    await asyncio.gather(_before_the_claim(tmp_path / "claim"), *around)


async def _quiz(folder: Path, moment: Moment) -> None:
    async with quiz_town(folder) as deployment:
        deployment.server.nonce_seconds = 0
        group = deployment.add_group("blind", members=2)
        await deployment.start()
        started = await start_quiz(deployment, group.organiser, group, seconds=15)
        deployment.kill()
        trap = on_quiz(deployment, "quiz_item", moment)
        await deployment.launch(deployment.now() + LATER)
        await trap.sprung()
        await deployment.start(deployment.now() + LATER)
        question = await next_question(deployment, group)
        assert len(asked(deployment, group)) == 1
        right = await _killed_at_the_closing(deployment, group, question, moment)
        await deployment.start()
        await _kill_at_the_end(deployment, group, started, moment)
        await deployment.quiet()
        audit(deployment)
        assert f"{right} of 2 right." in question.text
        assert deployment.states("quiz_item") == ["sent", "skipped"]
        for kind in ("quiz_end", "quiz_room", "quiz_answers"):
            assert deployment.states(kind) == ["sent"], kind
        (thread,) = deployment.server.threads(group.channel)
        assert len(deployment.server.messages(thread)) == 1


async def _killed_at_the_closing(
    deployment: Deployment, group: Group, question: Message, moment: Moment
) -> int:
    """Two choose, one of them right; killed before or after the result's edit, or right after the commit."""
    item_id, right, wrong = _letters(deployment, question)
    for member, letter in zip(group.members, (right, wrong), strict=True):
        await choose(deployment, member, question, letter)
    closed = "SELECT state FROM quiz_items WHERE id = ?"
    if moment == "marked":
        await deployment.server.until(lambda: deployment.one(closed, item_id) == ("closed",), PATIENCE)
        deployment.kill()
    else:
        cut = deployment.bot.kill_at("PATCH", "/channels/*/messages/*", when=moment, match=_is_result)
        await cut.wait(within=PATIENCE)
    assert deployment.one(closed, item_id) == ("closed",)
    shown = "SELECT revision > shown_revision FROM quiz_items WHERE id = ?"
    assert moment == "marked" or deployment.one(shown, item_id) == (1,)
    return 1


def _letters(deployment: Deployment, question: Message) -> tuple[int, str, str]:
    (item_id,) = deployment.one("SELECT id FROM quiz_items WHERE message_id = ?", question.id)
    right = right_letter(deployment, item_id)
    return item_id, right, "B" if right == "A" else "A"


def _is_result(body: Any) -> bool:
    return "Time is up" in str(body)


async def _kill_at_the_end(
    deployment: Deployment, group: Group, started: InteractionRecord, moment: Moment
) -> None:
    """Stop the quiz, killed at the last message; then at the thread, and at the thread's first message."""
    kinds = [*QUIZ_POSTS][1:]
    for kind, following in zip(kinds, [*kinds[1:], None], strict=True):
        trap = on_quiz(deployment, kind, moment)
        # What follows must not be there before its turn comes, however fast this one was marked.
        early = refuse_quiz(deployment, following) if following else None
        if kind == "quiz_end":
            stopping = asyncio.create_task(stop_quiz(deployment, group.organiser, started))
            await trap.sprung()
            await asyncio.wait([stopping], timeout=0.1)
            stopping.cancel()
        else:
            await deployment.launch(deployment.now() + LATER)
            await trap.sprung()
        if early is not None:
            deployment.server.faults.remove(early)
    await deployment.start(deployment.now() + LATER)


async def _before_the_claim(folder: Path) -> None:
    """Refused at first, so that each post waits; killed, and taken up by the next process."""
    async with quiz_town(folder) as deployment:
        group = deployment.add_group("blind", members=2)
        await deployment.start()
        started = await start_quiz(deployment, group.organiser, group)
        deployment.kill()
        assert deployment.states("quiz_item") == ["pending"]
        await deployment.start(deployment.now() + LATER)
        question = await next_question(deployment, group)
        await asyncio.gather(*(choose(deployment, member, question, "A") for member in group.members))
        await deployment.server.until(lambda: "Time is up" in question.text, PATIENCE)
        faults = {kind: refuse_quiz(deployment, kind) for kind in QUIZ_POSTS if kind != "quiz_item"}
        await stop_quiz(deployment, group.organiser, started)
        for kind, fault in faults.items():
            await deployment.server.until(lambda kind=kind: _was_refused(deployment, kind), PATIENCE)
            deployment.kill()
            deployment.server.faults.remove(fault)
            await deployment.start(deployment.now() + LATER)
        await deployment.quiet()
        audit(deployment)
        for kind in faults:
            assert deployment.states(kind) == ["sent"]


def _was_refused(deployment: Deployment, kind: str) -> bool:
    return bool(deployment.rows("SELECT 1 FROM posts WHERE kind = ? AND reason = 'no_permission'", kind))


async def test_stopped_while_a_question_is_on_its_way(tmp_path: Path) -> None:
    """Its message says that it was called off; after a crash it is taken away. Also: no reply to /quiz."""
    await asyncio.gather(
        _stopped(tmp_path / "killed", killed=True),
        _stopped(tmp_path / "alive", killed=False),
        _not_told(tmp_path / "not told"),
    )


async def _stopped(folder: Path, *, killed: bool) -> None:
    async with quiz_town(folder) as deployment:
        deployment.server.nonce_seconds = 0
        group = deployment.add_group("blind", members=1)
        await deployment.start()
        started = await start_quiz(deployment, group.members[0], group)
        deployment.kill()
        arrived, stopped = asyncio.Event(), asyncio.Event()

        async def hold(call: Call) -> str | None:
            del call
            arrived.set()
            await stopped.wait()
            return DROP if killed else None

        path, _ = QUIZ_POSTS["quiz_item"]
        deployment.server.faults.add("POST", path, kind="callback", callback=hold, when="after")
        await deployment.launch(deployment.now() + LATER)
        await asyncio.wait_for(arrived.wait(), PATIENCE)
        (question,) = asked(deployment, group)
        # Whoever sees the question presses it, although the bot does not know yet that it stands.
        early = await deployment.server.click(group.members[0], question, question.custom_ids[0])
        assert early.content.startswith("You chose")
        told = await stop_quiz(deployment, group.members[0], started)
        assert told.content.startswith("Stopped.")
        if killed:
            deployment.kill()
        stopped.set()
        if killed:
            await deployment.start(deployment.now() + LATER)
        await deployment.server.until(lambda: deployment.states("quiz_end") == ["sent"], PATIENCE)
        await deployment.quiet()
        audit(deployment)
        assert deployment.states("quiz_item") == (["skipped"] if killed else ["sent"])
        assert [("called off" in m.text) for m in asked(deployment, group)] == ([] if killed else [True])


async def _not_told(folder: Path) -> None:
    """Killed before the reply to /quiz: it runs all the same, and says so to the next who asks."""
    async with quiz_town(folder) as deployment:
        group = deployment.add_group("blind", members=2)
        await deployment.start()
        ada, ben = group.members
        cut = deployment.bot.kill_at("POST", "/interactions/*/callback")
        await deployment.server.slash(ada, group.channel, "quiz", wait=False)
        await cut.wait()
        await deployment.start(deployment.now() + LATER)
        await next_question(deployment, group)
        second = await start_quiz(deployment, ben, group)
        assert second.ephemeral
        name = deployment.server.world.users[ada.id].name
        assert second.content.startswith(f"{name} is running a quiz here already")
        await deployment.quiet()
        audit(deployment)
