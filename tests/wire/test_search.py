"""What a restarted bot does when it has to look for what it may have sent, and looking is hard."""

from pathlib import Path

import pytest

from tests.wire.audit import audit
from tests.wire.deployment import Deployment, at
from tests.wire.traps import on_questions, on_rooms

pytestmark = pytest.mark.wire


async def test_a_message_below_many_others_is_found(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        deployment.server.nonce_seconds = 0
        (group,) = await deployment.found("open", members=1)
        trap = on_questions(deployment, [group], "after")
        await deployment.launch(at(0, "09:00:05"))
        await trap.sprung()
        for number in range(150):
            deployment.server.say(group.members[0], group.channel, f"Good morning {number}")
        await deployment.start(at(0, "09:20"))
        await deployment.quiet()
        audit(deployment)


async def test_the_nonce_protects_where_the_history_does_not_show_it_yet(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("open")
        trap = on_questions(deployment, [group], "after")
        await deployment.launch(at(0, "09:00:05"))
        await trap.sprung()
        path = f"/channels/{group.channel.id}/messages"
        looked = deployment.server.faults.add("GET", path, kind="status", status=404, code=10008)
        await deployment.start(at(0, "09:00:30"))
        await deployment.quiet()
        assert looked.hits
        assert len(deployment.server.calls("POST", "/channels/{channel_id}/messages")) == 2
        audit(deployment)


async def test_not_allowed_to_look_it_waits_and_sends_nothing_twice(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        deployment.server.nonce_seconds = 0
        (group,) = await deployment.found("open")
        trap = on_questions(deployment, [group], "after")
        await deployment.launch(at(0, "09:00:05"))
        await trap.sprung()
        history = deployment.server.faults.deny("GET", f"/channels/{group.channel.id}/messages")
        await deployment.start(at(0, "09:20"))
        await deployment.server.until(lambda: deployment.server.direct_messages(group.organiser))
        assert deployment.states("drop") == ["sending"]
        assert len(deployment.server.messages(group.channel)) == 1
        deployment.server.faults.remove(history)
        await deployment.start(at(0, "09:40"))
        await deployment.quiet()
        audit(deployment)


async def test_not_allowed_to_list_threads_one_is_opened(tmp_path: Path) -> None:
    """The look for a twin after each room is refused: the room counts, and no second one is opened."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("blind", members=1)
        deployment.server.faults.deny("GET", "/channels/*/archived/private")
        # discord.py sends the request again, which is what makes the bot look.
        deployment.server.faults.add(
            "POST", f"/channels/{group.channel.id}/threads", kind="status", status=502
        )
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        await deployment.answer(group.members[0], deployment.question(group))
        await deployment.quiet()
        assert deployment.server.calls("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
        audit(deployment)


async def test_a_room_that_discord_closed_is_found(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("blind", members=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        trap = on_rooms(deployment, [group], "after")
        await deployment.answer(group.members[0], deployment.question(group), wait=False)
        await trap.sprung()
        (room,) = deployment.server.threads(group.channel)
        deployment.server.archive(room)
        await deployment.start(at(0, "09:20"))
        await deployment.quiet()
        audit(deployment)


async def test_a_room_that_stands_beside_its_question_is_found(tmp_path: Path) -> None:
    """A message gets no second thread of its own; killed while another is opened, it is not opened again."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("open", members=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        (room,) = deployment.server.threads(group.channel)
        deployment.server.delete_channel(room)
        cut = deployment.bot.kill_at("POST", f"/channels/{group.channel.id}/threads", when="after")
        await deployment.answer(group.members[0], deployment.question(group))
        await cut.wait()
        (beside,) = deployment.server.threads(group.channel)
        await deployment.start(at(0, "09:30"))
        await deployment.quiet()
        assert deployment.server.threads(group.channel) == [beside]
        assert deployment.one("SELECT room_id FROM drops") == (beside.id,)
        assert len(deployment.server.messages(beside)) == 1
