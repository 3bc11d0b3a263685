import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

import bot.outbox.dispatcher
from bot.db import Connection
from bot.outbox import store
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.message import Blocked, InChannel, Receipt, Skip, Trouble, Wait
from bot.outbox.store import Post
from bot.ui.message import Message
from tests.loopcord.waiting import PATIENCE, until
from tests.outbox.fakes import CHANNEL, GUILD, Outbox

HOUR = timedelta(hours=1)


async def test_sent_once_and_marked_with_what_follows(outbox: Outbox) -> None:
    await outbox.queue(1)
    await outbox.run()
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.message_id, post.attempts) == ("sent", 1000, 1)
    assert outbox.discord.tries == [post.id]
    assert outbox.letter.events == [("sent", 1)]
    assert (await outbox.get(1, "follow-up")).state == "pending"


async def test_nothing_goes_out_before_its_time(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.clock.shift(timedelta(seconds=-1))
    assert await outbox.dispatcher.dispatch() == outbox.clock.now() + timedelta(seconds=1)
    await outbox.run()
    assert outbox.discord.tries == []


async def test_a_refused_post_waits_by_the_rule_and_goes_out_when_it_is_mended(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.answers = [Blocked(Trouble.NO_PERMISSION)] * 2
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason, post.attempts) == ("pending", "no_permission", 1)
    assert post.next_try_at == outbox.clock.now() + timedelta(seconds=5)
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert (await outbox.get(1)).next_try_at == outbox.clock.now() + timedelta(seconds=15)
    outbox.clock.shift(timedelta(seconds=15))
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason) == ("sent", None)
    assert outbox.letter.events == [("blocked no_permission", 1), ("blocked no_permission", 1), ("sent", 1)]
    assert outbox.discord.searches == []  # a refusal had no effect, there is nothing to look for


async def test_too_late_is_given_up_with_its_reason(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.clock.shift(HOUR + timedelta(microseconds=1))
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason) == ("failed", "too late")
    assert outbox.discord.tries == []
    assert outbox.letter.events == [("skipped too late", 1)]


async def test_the_last_moment_is_not_too_late(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.clock.shift(HOUR)
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"


async def test_a_refused_post_that_is_never_mended_is_given_up_with_the_refusal(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.discord.answers = [Blocked(Trouble.CHANNEL_GONE)]
    await outbox.run()
    outbox.clock.shift(2 * HOUR)
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason) == ("failed", "channel_gone")


async def test_closed_direct_messages_are_given_up_at_once(outbox: Outbox) -> None:
    await outbox.queue(1, channel_id=0)
    outbox.letter.prepared = lambda _: InChannel(0, Message("hello"))
    outbox.discord.answers = [Blocked(Trouble.UNREACHABLE)]
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason) == ("skipped", "direct messages are closed")


async def test_a_kind_may_skip_its_post(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.letter.prepared = lambda _: Skip("taken back")
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason, outbox.discord.tries) == ("skipped", "taken back", [])


async def test_a_kind_may_ask_to_wait_until_it_is_too_late(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.letter.prepared = lambda _: Wait("its room is not open")
    await outbox.run()
    post = await outbox.get(1)
    assert (post.state, post.reason, post.attempts) == ("pending", "its room is not open", 1)
    assert post.next_try_at > outbox.clock.now()
    outbox.clock.shift(2 * HOUR)
    await outbox.run()
    assert (await outbox.get(1)).state == "failed"
    assert outbox.discord.tries == []


async def test_a_slow_channel_holds_up_no_other(outbox: Outbox) -> None:
    outbox.discord.slow[CHANNEL] = asyncio.Event()
    await outbox.queue(1, 2)
    await outbox.queue(3, channel_id=20)
    await outbox.dispatcher.dispatch()
    async with asyncio.timeout(PATIENCE):
        while (await outbox.get(3)).state != "sent":  # noqa: ASYNC110 the dispatcher has no event to wait for
            await asyncio.sleep(0.001)
    assert [(await outbox.get(n)).state for n in (1, 2)] == ["sending", "pending"]
    await outbox.dispatcher.dispatch()  # the lane is running: no second one
    assert len(outbox.discord.tries) == 2
    outbox.discord.slow[CHANNEL].set()
    await outbox.run()
    assert [(await outbox.get(n)).state for n in (1, 2)] == ["sent", "sent"]
    assert len(outbox.discord.tries) == 3


async def test_a_running_channel_rings_when_it_rests_and_not_before(outbox: Outbox) -> None:
    """Its due posts would else call the alarm again and again while it works on them."""
    rests: list[str] = []
    outbox.restart(rested=lambda: rests.append("rest"))
    outbox.discord.slow[CHANNEL] = asyncio.Event()
    await outbox.queue(1, 2)
    await outbox.dispatcher.dispatch()
    again = await outbox.dispatcher.dispatch()
    # A post that is on its way has a moment at which it would be looked for: never now.
    assert again is None or again > outbox.clock.now()
    assert rests == []
    outbox.discord.slow[CHANNEL].set()
    await outbox.run()
    assert rests == ["rest"]


async def test_a_channels_posts_go_out_in_the_order_of_their_times(outbox: Outbox) -> None:
    await outbox.queue(2)
    outbox.clock.shift(timedelta(seconds=1))
    await outbox.queue(1)
    await outbox.run()
    assert outbox.letter.events == [("sent", 2), ("sent", 1)]


async def test_a_post_that_fails_on_our_side_waits_and_holds_up_none_behind_it(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.queue(1, 2)

    def prepared(post: Post) -> InChannel:
        if post.subject_id == 1:
            raise LookupError("no such question")
        return InChannel(post.channel_id, Message("hello"))

    outbox.letter.prepared = prepared
    await outbox.run()
    assert "no such question" in caplog.text
    assert (await outbox.get(2)).state == "sent"
    post = await outbox.get(1)
    assert (post.state, post.attempts) == ("pending", 1)
    assert post.next_try_at == outbox.clock.now() + timedelta(seconds=5)


async def test_a_kind_nobody_knows_waits_too(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.dispatcher._kinds = {}
    await outbox.run()
    assert (await outbox.get(1)).next_try_at > outbox.clock.now()


async def test_its_traceback_is_logged_once(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    await outbox.queue(1)

    def prepared(post: Post) -> InChannel:
        raise LookupError(f"no question {post.subject_id}")

    outbox.letter.prepared = prepared
    for _ in range(4):
        await outbox.run()
        outbox.clock.shift(timedelta(minutes=11))
    lines = [record for record in caplog.records if "no question 1" in record.getMessage()]
    assert [bool(line.exc_info) for line in lines] == [True, False, False, False]
    assert [line.levelname for line in lines] == ["ERROR", *["WARNING"] * 3]


@pytest.mark.parametrize("known", [True, False])
async def test_what_nobody_can_end_ends_all_the_same_and_lets_others_pass(
    outbox: Outbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    await outbox.queue(1)
    kinds = dict(outbox.dispatcher._kinds)

    async def skipped(*_: object) -> None:
        raise LookupError("no such question")

    monkeypatch.setattr(outbox.letter, "skipped", skipped)
    if not known:
        outbox.dispatcher._kinds = {}
    outbox.clock.shift(timedelta(days=30))
    await outbox.run()
    assert (await outbox.get(1)).state == "failed"
    assert "nobody can be told of the end" in caplog.text
    outbox.dispatcher._kinds = kinds
    await outbox.queue(2)
    await outbox.run()
    assert (await outbox.get(2)).state == "sent"


async def test_another_process_that_was_faster_is_left_alone(outbox: Outbox) -> None:
    await outbox.queue(1)

    def prepared(post: Post) -> InChannel:
        return InChannel(post.channel_id, Message("hello"))

    stale = await outbox.get(1)
    async with outbox.db.transaction() as tx:
        await store.claim(tx, stale, outbox.clock.now())
    outbox.letter.prepared = prepared
    await outbox.dispatcher._deliver(stale)
    assert outbox.discord.tries == []


async def test_closing_lets_a_running_send_end(outbox: Outbox) -> None:
    outbox.discord.slow[CHANNEL] = asyncio.Event()
    await outbox.queue(1, 2)
    await outbox.dispatcher.dispatch()
    await until_tried(outbox)
    asyncio.get_running_loop().call_later(0.01, outbox.discord.slow[CHANNEL].set)
    await outbox.dispatcher.close(PATIENCE)
    assert (await outbox.get(1)).state == "sent"


async def test_closing_gives_up_after_its_grace_and_the_next_start_goes_on(outbox: Outbox) -> None:
    outbox.discord.slow[CHANNEL] = asyncio.Event()
    await outbox.queue(1)
    await outbox.dispatcher.dispatch()
    await until_tried(outbox)
    lanes = list(outbox.dispatcher._lanes.values())
    await outbox.dispatcher.close(0.01)
    assert all(lane.done() for lane in lanes)
    assert (await outbox.get(1)).state == "sending"
    await outbox.queue(2)
    await outbox.dispatcher.dispatch()
    await asyncio.sleep(0.01)
    assert len(outbox.discord.tries) == 1
    outbox.discord.slow.clear()
    outbox.restart()
    outbox.clock.shift(timedelta(seconds=5))
    await outbox.run()
    assert [(await outbox.get(n)).state for n in (1, 2)] == ["sent", "sent"]


async def until_tried(outbox: Outbox) -> None:
    async with asyncio.timeout(PATIENCE):
        while not outbox.discord.tries:  # noqa: ASYNC110 the dispatcher has no event to wait for
            await asyncio.sleep(0.001)


async def test_what_follows_is_written_with_the_mark_or_not_at_all(outbox: Outbox) -> None:
    """A reader never sees a sent post without what follows from it."""
    await outbox.queue(1)
    seen: list[tuple[str, bool]] = []
    plain = outbox.letter.sent

    async def sent(tx: Connection, post: Post, receipt: Receipt) -> None:
        await plain(tx, post, receipt)
        seen.append(((await outbox.get(1)).state, await outbox.find(1, "follow-up") is not None))

    outbox.letter.sent = sent
    await outbox.run()
    assert seen == [("sending", False)]
    assert await outbox.find(1, "follow-up") is not None


async def test_one_process_leaves_the_servers_of_another_alone(outbox: Outbox) -> None:
    await outbox.queue(1)
    outbox.dispatcher = Dispatcher(
        outbox.db, outbox.clock, outbox.discord, {"letter": outbox.letter}, lambda guild_id: guild_id != GUILD
    )
    await outbox.run()
    assert (await outbox.get(1)).state == "pending"
    outbox.restart()
    await outbox.run()
    assert (await outbox.get(1)).state == "sent"


async def test_where_many_channels_are_due_some_begin_and_the_others_follow(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.outbox.dispatcher, "MOST_LANES", 3)
    monkeypatch.setattr(bot.outbox.dispatcher, "REFILL", 2)
    monkeypatch.setattr(bot.outbox.dispatcher, "PAGE", 2)
    channels = range(20, 27)
    for number, channel_id in enumerate(channels):
        outbox.discord.slow[channel_id] = asyncio.Event()
        await outbox.queue(number, channel_id=channel_id)
    await outbox.dispatcher.dispatch()
    assert len(outbox.dispatcher._lanes) == 3
    assert await outbox.dispatcher.dispatch() is None, "there is no room: nothing is looked up"
    assert len(outbox.dispatcher._lanes) == 3
    for channel_id in channels:
        outbox.discord.slow[channel_id].set()
    for _ in range(3):
        await outbox.run()  # as a lane's rest has it looked again
    assert [(await outbox.get(number)).state for number in range(7)] == ["sent"] * 7
    assert len(outbox.discord.tries) == 7


async def test_a_look_asks_as_much_however_many_wait_in_a_channel_at_work(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what waits behind them is found."""
    monkeypatch.setattr(bot.outbox.dispatcher, "PAGE", 2)
    outbox.discord.slow[CHANNEL] = asyncio.Event()
    outbox.discord.slow[CHANNEL + 1] = asyncio.Event()
    asked: list[str] = []
    sa.event.listen(
        outbox.db._reader.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2])
    )
    costs: list[int] = []
    for first in (0, 50):
        await outbox.queue(*range(first, first + 50))
        await outbox.dispatcher.dispatch()
        await until(lambda: outbox.discord.tries)  # before that the channel asks too
        asked.clear()
        await outbox.dispatcher.dispatch()
        costs.append(len(asked))
    assert costs[0] == costs[1] < 12
    await outbox.queue(100, channel_id=CHANNEL + 1)
    await outbox.dispatcher.dispatch()
    assert len(outbox.dispatcher._lanes) == 2
    await outbox.dispatcher.close(0)
