"""Posts that were cut off while they were sent: they are looked for before anything is sent again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.outbox import store
from bot.outbox.message import Blocked, InChannel, Receipt, Skip, Trouble, Unknown, Wait
from bot.outbox.rules import LOOK_FOR
from bot.ui.message import Message
from tests.outbox.fakes import CHANNEL, Outbox

HOUR = timedelta(hours=1)


async def test_when_what_follows_fails_the_next_run_finds_the_message(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.queue(1)
    outbox.letter.sent_error = RuntimeError("no room on the disk")
    await outbox.run()
    assert "no room on the disk" in caplog.text
    assert (await outbox.get(1)).state == "sending"
    assert await outbox.find(1, "follow-up") is None
    outbox.letter.sent_error = None
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert ((await outbox.get(1)).state, outbox.letter.events) == ("sent", [("sent", 1)])
    assert (await outbox.get(1, "follow-up")).state == "pending"
    assert len(outbox.discord.tries) == 1


async def test_a_process_that_died_after_sending_finds_its_message(outbox: Outbox) -> None:
    await outbox.queue(1)
    post = await outbox.get(1)
    async with outbox.db.transaction() as tx:
        await store.claim(tx, post, outbox.clock.now())
    outbox.discord.standing[post.id] = Receipt(CHANNEL, 555, outbox.clock.now())
    outbox.restart()
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert ((await outbox.get(1)).state, (await outbox.get(1)).message_id) == ("sent", 555)
    assert outbox.discord.tries == []


async def test_a_process_that_died_before_sending_sends(outbox: Outbox) -> None:
    await outbox.queue(1)
    async with outbox.db.transaction() as tx:
        await store.claim(tx, await outbox.get(1), outbox.clock.now())
    outbox.restart()
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.searches) == len(outbox.discord.tries) == 1


async def test_a_lost_reply_is_looked_for_not_sent_again(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    assert (await outbox.get(1)).state == "sending"
    await outbox.run()  # nothing happens before the rule's five seconds
    assert outbox.discord.searches == []
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.tries) == 1


async def test_a_lost_request_is_looked_for_and_sent_again(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.answers = [Unknown("the connection broke")]
    await outbox.run()
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.searches) == 1
    assert len(outbox.discord.tries) == 2


async def test_a_message_that_stands_counts_even_when_it_is_too_late_to_send(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    outbox.clock.shift(2 * HOUR)
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"


async def test_a_search_that_fails_is_repeated_by_the_rule_and_nothing_is_sent(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    outbox.discord.search_error = OSError("Discord is away")
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.attempts) == ("sending", 2)
    assert post.next_try_at == outbox.clock.now() + timedelta(seconds=15)
    outbox.discord.search_error = None
    outbox.clock.shift(timedelta(seconds=15))
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.tries) == 1


async def test_where_the_bot_may_not_look_it_does_not_send_again(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    outbox.discord.search_refusal = Blocked(Trouble.NO_ACCESS)
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason, post.attempts) == ("sending", "no_access", 2)
    assert outbox.letter.events == [("blocked no_access", 1)]
    outbox.discord.search_refusal = None
    outbox.clock.shift(timedelta(seconds=15))
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.tries) == 1


async def test_what_was_taken_back_while_its_reply_was_lost_is_removed(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    assert len(outbox.discord.standing) == 1
    outbox.letter.prepared = lambda post: Skip("withdrawn", undo=InChannel(post.channel_id, Message("hello")))
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert (await outbox.get(1)).state == "skipped"
    assert outbox.discord.standing == {}


def wait(outbox: Outbox) -> None:
    outbox.letter.prepared = lambda _: Wait("paused")


def fail_to_look(outbox: Outbox) -> None:
    outbox.discord.search_error = OSError("Discord is away")


def refuse_to_look(outbox: Outbox) -> None:
    outbox.discord.search_refusal = Blocked(Trouble.NO_ACCESS)


@pytest.mark.parametrize("trouble", [wait, fail_to_look, refuse_to_look])
async def test_what_may_stand_is_kept_until_it_can_be_looked_for(
    outbox: Outbox, trouble: Callable[[Outbox], None]
) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    plain = outbox.letter.prepared
    trouble(outbox)
    outbox.clock.shift(2 * HOUR)
    await outbox.run()
    assert (await outbox.get(1)).state == "sending"
    outbox.letter.prepared = plain
    outbox.discord.search_error = outbox.discord.search_refusal = None
    outbox.clock.shift(HOUR)
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"
    assert len(outbox.discord.tries) == 1


@pytest.mark.parametrize("trouble", [wait, fail_to_look, refuse_to_look])
async def test_what_can_never_be_looked_for_is_given_up(
    outbox: Outbox, trouble: Callable[[Outbox], None]
) -> None:
    await outbox.queue(1)
    outbox.discord.lose_replies = 1
    await outbox.run()
    trouble(outbox)
    outbox.clock.shift(2 * HOUR + LOOK_FOR)
    await outbox.run()
    assert (await outbox.get(1)).state == "failed"
    assert len(outbox.discord.tries) == 1
