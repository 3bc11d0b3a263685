from pathlib import Path

import pytest

from tests.loopcord.waiting import STOPS_WITHIN
from tests.wire.audit import audit
from tests.wire.deployment import TEXT, Deployment, at

pytestmark = pytest.mark.wire


async def test_a_whole_day(tmp_path: Path) -> None:
    """Set up, ask, answer, read the room, reveal, leaderboard, stop: what a first evening looks like."""
    async with Deployment(tmp_path, whole=True) as deployment:
        server = deployment.server
        group = deployment.add_group("blind", members=2)
        ada, bob = group.members
        await deployment.start(at(0, "08:00"))
        panel = await deployment.set_up(group)
        assert "Your study group is set up" in panel.text
        assert panel.message is not None
        reply = await server.click(group.organiser, panel.message, "daily:post_now:v1:1")
        assert reply.content.startswith("On its way")
        await deployment.quiet()

        question = deployment.question(group)
        assert server.threads(group.channel) == [], "there is nothing to read in a room yet"
        confirmed = await deployment.answer(ada, question)
        assert "Your answer is saved. **10 points**" in confirmed.content
        refused = await server.click(bob, question, "answers:answer:v1:1")
        again = await server.submit_form(bob, refused, {"text": "too short"})
        assert "press **Try again**" in again.content
        await deployment.quiet()
        (room,) = server.threads(group.channel)
        assert [m.embeds[0]["description"] for m in server.messages(room)][1:] == [TEXT.strip()]
        assert room.thread is not None
        assert ada.id in room.thread.members
        assert bob.id not in room.thread.members
        assert "1 answered" in question.text
        code, seconds = await deployment.bot.stop()
        assert code == 0
        assert seconds < STOPS_WITHIN

        await deployment.start(at(0, "12:00:05"))
        await deployment.quiet()
        (reveal,) = [m for m in server.messages(group.channel) if m.content.startswith("**Reveal")]
        assert reveal.reference is not None
        assert int(reveal.reference["message_id"]) == question.id
        assert "One answer, by Member 0: 10 points." in reveal.content
        joined = await server.click(bob, reveal, "answers:join:v1:1")
        assert joined.content.startswith("You are in")
        assert bob.id in room.thread.members
        board = await server.slash(bob, group.channel, "leaderboard")
        assert "Member 0 · 10 points" in board.text
        # Names come over the gateway, asked for by id: the bot has no members intent.
        assert [[int(i) for i in r["user_ids"]] for r in server.gateway.member_requests] == [[ada.id]]
        code, seconds = await deployment.bot.stop()
        assert code == 0
        assert seconds < STOPS_WITHIN
        audit(deployment)
        assert len(deployment.states("drop")) == 2
