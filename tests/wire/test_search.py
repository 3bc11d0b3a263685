"""What a restarted bot does when it has to look for what it may have sent, and looking is hard."""

from pathlib import Path

import pytest

from tests.wire.audit import audit
from tests.wire.town import Town, at
from tests.wire.traps import on_questions, on_rooms

pytestmark = pytest.mark.wire


async def test_a_message_below_many_others_is_found(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        town.server.nonce_seconds = 0
        (group,) = await town.found("open", members=1)
        trap = on_questions(town, [group], "after")
        await town.launch(at(0, "09:00:05"))
        await trap.sprung()
        for number in range(150):
            town.server.say(group.members[0], group.channel, f"Good morning {number}")
        await town.start(at(0, "09:20"))
        await town.quiet()
        audit(town)


async def test_the_nonce_protects_where_the_history_does_not_show_it_yet(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        (group,) = await town.found("open")
        trap = on_questions(town, [group], "after")
        await town.launch(at(0, "09:00:05"))
        await trap.sprung()
        path = f"/channels/{group.channel.id}/messages"
        looked = town.server.faults.add("GET", path, kind="status", status=404, code=10008)
        await town.start(at(0, "09:00:30"))
        await town.quiet()
        assert looked.hits
        assert len(town.server.calls("POST", "/channels/{channel_id}/messages")) == 2
        audit(town)


async def test_not_allowed_to_look_it_waits_and_sends_nothing_twice(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        town.server.nonce_seconds = 0
        (group,) = await town.found("open")
        trap = on_questions(town, [group], "after")
        await town.launch(at(0, "09:00:05"))
        await trap.sprung()
        history = town.server.faults.deny("GET", f"/channels/{group.channel.id}/messages")
        await town.start(at(0, "09:20"))
        await town.server.until(lambda: town.server.direct_messages(group.organiser))
        assert town.states("drop") == ["sending"]
        assert len(town.server.messages(group.channel)) == 1
        town.server.faults.remove(history)
        await town.start(at(0, "09:40"))
        await town.quiet()
        audit(town)


async def test_not_allowed_to_list_threads_one_is_opened(tmp_path: Path) -> None:
    """The look for a twin after each room is refused: the room counts, and no second one is opened."""
    async with Town(tmp_path) as town:
        await town.found("blind")
        town.server.faults.deny("GET", "/channels/*/archived/private")
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        audit(town)


async def test_a_room_that_discord_closed_is_found(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        (group,) = await town.found("blind")
        trap = on_rooms(town, [group], "after")
        await town.launch(at(0, "09:00:05"))
        await trap.sprung()
        (room,) = town.server.threads(group.channel)
        town.server.archive(room)
        await town.start(at(0, "09:20"))
        await town.quiet()
        audit(town)


async def test_a_room_that_stands_beside_its_question_is_found(tmp_path: Path) -> None:
    """A message gets no second thread of its own; killed while another is opened, it is not opened again."""
    async with Town(tmp_path) as town:
        (group,) = await town.found("open", members=1)
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        (room,) = town.server.threads(group.channel)
        town.server.delete_channel(room)
        cut = town.bot.kill_at("POST", f"/channels/{group.channel.id}/threads", when="after")
        await town.answer(group.members[0], town.question(group))
        await cut.wait()
        (beside,) = town.server.threads(group.channel)
        await town.start(at(0, "09:30"))
        await town.quiet()
        assert town.server.threads(group.channel) == [beside]
        assert town.one("SELECT room_id FROM drops") == (beside.id,)
        assert len(town.server.messages(beside)) == 1
