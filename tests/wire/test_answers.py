import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.loopcord import InteractionRecord, Message
from tests.wire.audit import audit
from tests.wire.deployment import TEXT, Deployment, Kind, at
from tests.wire.traps import on_questions

pytestmark = pytest.mark.wire

When = Literal["before", "after"]
MOMENTS: tuple[When, ...] = ("before", "after")
KINDS: tuple[Kind, ...] = ("blind", "open", "forum")
SECOND = "A second thought about it. " * 5


def _is_answer(body: Any) -> bool:
    return "answers:edit:" in str(body)


# Where the bot dies: at the reply to the form, at the room that a first answer opens, at the room's first
# message, at the author's way into it, at the answer's message.
PLACES: dict[str, tuple[str, str, Callable[[Any], bool] | None]] = {
    "reply": ("POST", "/interactions/*/callback", None),
    "room": ("POST", "/channels/*/threads", None),
    "intro": ("POST", "/channels/*/messages", lambda body: not _is_answer(body)),
    "entry": ("PUT", "/channels/*/thread-members/*", None),
    "answer": ("POST", "/channels/*/messages", _is_answer),
}


@pytest.mark.explored
async def test_killed_while_an_answer_is_taken(tmp_path: Path) -> None:
    """Stored once, shown once, paid once, wherever it was cut; sending the form again says so.

    A hidden question's first answer, too: exactly one room opens for it, whose first message comes first.
    """
    cases = itertools.product(KINDS, PLACES, MOMENTS)
    await asyncio.gather(
        *(
            _answered(tmp_path / f"{kind} {place} {when}", kind, place, when)
            for kind, place, when in cases
            if kind == "blind" or place == "answer"
        )
    )


async def _answered(folder: Path, kind: Kind, place: str, when: When) -> None:
    async with Deployment(folder) as deployment:
        deployment.server.nonce_seconds = 0
        (group,) = await deployment.found(kind, members=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        ada = group.members[0]
        form = await _open_form(deployment, deployment.question(group))
        method, path, match = PLACES[place]
        cut = deployment.bot.kill_at(method, path, when=when, match=match)
        await deployment.server.submit_form(ada, form, {"text": TEXT}, wait=False)
        await cut.wait()
        assert deployment.one("SELECT count(*) FROM answers") == (1,)
        await deployment.start(at(0, "09:05"))
        again = await deployment.server.submit_form(ada, form, {"text": "Something else. " * 9})
        assert again.content.startswith("You have answered this question")
        await deployment.quiet()
        audit(deployment)
        assert deployment.one("SELECT text FROM answers") == (TEXT.strip(),)
        assert deployment.one("SELECT points FROM totals") == (10,)
        if kind == "blind":
            (room,) = deployment.server.threads(group.channel)
            assert [_is_answer(m.custom_ids) for m in deployment.server.messages(room)] == [False, True]


async def _open_form(deployment: Deployment, question: Message) -> InteractionRecord:
    return await deployment.server.click(deployment.groups[0].members[0], question, "answers:answer:v1:1")


async def test_answered_before_the_restarted_bot_knows_that_its_question_stands(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        deployment.server.nonce_seconds = 0
        groups = await deployment.found(*KINDS, members=1)
        trap = on_questions(deployment, groups, "after")
        await deployment.launch(at(0, "09:00:05"))
        await trap.sprung()
        # At once: what was cut off is looked for five seconds after its attempt.
        await deployment.launch()
        await deployment.bot.ready()
        assert deployment.states("drop") == ["sending"] * 3
        for group in groups:
            (place,) = deployment.server.threads(group.channel) if group.kind == "forum" else [group.channel]
            (question,) = deployment.server.messages(place)
            told = await deployment.answer(group.members[0], question)
            assert told.content.startswith("Your answer is saved. **10 points**. ")
            assert "room" in told.content.partition("points")[2]
            assert "in a moment" in told.content
        await deployment.quiet()
        audit(deployment)
        assert deployment.states("answer") == ["sent"] * 3


async def test_withdrawn_before_the_restarted_bot_has_found_its_message(tmp_path: Path) -> None:
    """The answer stands in the room and the bot does not know: nobody may go on reading it there."""
    await asyncio.gather(*(_withdrawn(tmp_path / f"{again}", write_again=again) for again in (False, True)))


async def _withdrawn(folder: Path, *, write_again: bool) -> None:
    async with Deployment(folder) as deployment:
        deployment.server.nonce_seconds = 0
        (group,) = await deployment.found("blind", members=2)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        (ada, ben), question = group.members, deployment.question(group)
        await deployment.answer(ben, question)
        await deployment.quiet()
        (room,) = deployment.server.threads(group.channel)
        cut = deployment.bot.kill_at("POST", f"/channels/{room.id}/messages", when="after")
        await deployment.answer(ada, question, wait=False)
        await cut.wait()
        assert len(deployment.server.messages(room)) == 3
        # At once: what was cut off is looked for five seconds after its attempt.
        await deployment.launch()
        await deployment.bot.ready()
        told = await deployment.server.click(ada, question, "answers:answer:v1:1")
        ask = await deployment.server.click(ada, _message(told), "answers:withdraw:v1:2")
        done = await deployment.server.click(ada, _message(ask), "answers:withdraw_yes:v1:2")
        assert "withdrawn" in done.content
        if write_again:
            await deployment.answer(ada, question, SECOND)
        await deployment.quiet()
        left = [m.embeds[0]["description"] for m in deployment.server.messages(room)[2:]]
        assert left == (
            ["A second thought about it. " * 4 + "A second thought about it."] if write_again else []
        )
        assert deployment.one("SELECT points FROM totals WHERE user_id = ?", ada.id) == (0,)


async def test_a_room_that_discord_closed_lets_in_who_answers_late(tmp_path: Path) -> None:
    """A closed thread takes no member until it is opened (50083)."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("blind", members=3)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        ada, ben, cem = group.members
        await deployment.answer(cem, deployment.question(group))
        await deployment.quiet()
        (room,) = deployment.server.threads(group.channel)
        deployment.server.archive(room)
        await deployment.answer(ada, deployment.question(group))
        await deployment.quiet()
        await deployment.start(at(0, "12:00:05"))
        await deployment.quiet()
        deployment.server.archive(room)
        reveal = next(
            m for m in deployment.server.messages(group.channel) if m.content.startswith("**Reveal")
        )
        joined = await deployment.server.click(ben, reveal, "answers:join:v1:1")
        assert "You are in" in joined.content
        assert room.thread is not None
        assert {ada.id, ben.id} <= set(room.thread.members)
        audit(deployment)


def _message(record: InteractionRecord) -> Any:
    assert record.message is not None
    return record.message
