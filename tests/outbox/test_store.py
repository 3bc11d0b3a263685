from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.core.clock import ManualClock
from bot.db import Database, News
from bot.gateway.budget import Priority
from bot.outbox import rules, service, store
from tests.outbox.fakes import CHANNEL, GUILD, add


async def test_one_post_for_one_kind_subject_and_part(db: Database, clock: ManualClock) -> None:
    common = {"guild_id": GUILD, "channel_id": CHANNEL, "due_at": clock.now(), "not_after": clock.now()}
    async with db.transaction() as tx:
        assert await service.queue(tx, "letter", 1, **common)
        assert not await service.queue(tx, "letter", 1, **common)
        assert await service.queue(tx, "letter", 1, part=1, **common)
        assert await service.queue(tx, "note", 1, **common)
        assert await service.queue(tx, "letter", 2, **common)


async def test_a_claim_succeeds_for_the_one_who_read_the_newest_state(
    db: Database, clock: ManualClock
) -> None:
    async with db.transaction() as tx:
        await add(tx, 1, due_at=clock.now())
        post = await store.get_post(tx, "letter", 1)
        assert post is not None
        assert await store.claim(tx, post, clock.now())
        assert not await store.claim(tx, post, clock.now())
        claimed = await store.get_post(tx, "letter", 1)
        assert claimed is not None
        assert (claimed.state, claimed.attempts, claimed.claimed_at) == ("sending", 1, clock.now())
        # It was cut off: two processes find it, one of them takes it up again.
        assert await store.claim(tx, claimed, clock.now())
        assert not await store.claim(tx, claimed, clock.now())


async def test_lanes_are_channels_with_something_due(db: Database, clock: ManualClock) -> None:
    now, later = clock.now(), clock.now() + timedelta(minutes=1)
    async with db.transaction() as tx:
        await add(tx, 1, channel_id=10, due_at=now)
        await add(tx, 2, channel_id=10, due_at=now - timedelta(minutes=1))
        await add(tx, 3, channel_id=20, due_at=now)
        await add(tx, 4, channel_id=30, due_at=later)
        lanes = await store.list_first_due_lanes(tx, Priority.POST, now, 9)
        assert lanes == [(GUILD, 10), (GUILD, 10), (GUILD, 20)], "once for each post, the longest due first"
        assert await store.list_first_due_lanes(tx, Priority.POST, now, 2) == lanes[:2]
        assert await store.list_due_lanes(tx, Priority.POST, now) == lanes[1:], "each once"
        for lane, at, first in ((10, now, 2), (30, later, 4), (30, now, None)):
            post = await store.next_due(tx, (GUILD, lane), at)
            assert (post and post.subject_id) == first


@pytest.mark.parametrize(
    ("state", "open_"),
    [("pending", True), ("sending", True), ("sent", False), ("skipped", False), ("failed", False)],
)
async def test_only_open_posts_are_due(db: Database, clock: ManualClock, state: str, *, open_: bool) -> None:
    async with db.transaction() as tx:
        await add(tx, 1, due_at=clock.now())
        post = await store.get_post(tx, "letter", 1)
        assert post is not None
        await store.mark(tx, post.id, state=state)
        assert bool(await store.list_first_due_lanes(tx, Priority.POST, clock.now(), 9)) is open_
        assert bool(await store.list_due_lanes(tx, Priority.POST, clock.now())) is open_
        before = clock.now() - timedelta(seconds=1)
        assert await store.list_first_due_lanes(tx, Priority.POST, before, 9) == []
        assert await store.list_due_lanes(tx, Priority.POST, before) == []
        assert await store.next_at_after(tx, before) == (clock.now() if open_ else None)
        assert await store.next_at_after(tx, clock.now()) is None


async def test_an_unknown_state_is_refused(db: Database, clock: ManualClock) -> None:
    async with db.transaction() as tx:
        await add(tx, 1, due_at=clock.now())
        post = await store.get_post(tx, "letter", 1)
        assert post is not None
        with pytest.raises(IntegrityError, match="ck_posts_state"):
            await store.mark(tx, post.id, state="lost")


async def test_retrying_a_server_wakes_what_was_tried_and_nothing_else(
    db: Database, clock: ManualClock
) -> None:
    now, later = clock.now(), clock.now() + timedelta(minutes=10)
    async with db.transaction() as tx:
        for subject_id in (1, 2, 3):
            await add(tx, subject_id, due_at=now if subject_id < 3 else later)
        tried = await store.get_post(tx, "letter", 1)
        assert tried is not None
        await store.mark(tx, tried.id, attempts=2, next_try_at=later)
        assert await store.retry_guild(tx, GUILD + 1, now) == 0
        assert await store.retry_guild(tx, GUILD, now) == 1
        assert [post.subject_id for post in await store.list_struggling(tx, GUILD)] == [1]
        waiting = [await store.get_post(tx, "letter", subject_id) for subject_id in (1, 2, 3)]
        assert [post.next_try_at for post in waiting if post] == [now, now, later]


async def test_moving_and_taking_back_touch_what_is_still_pending(db: Database, clock: ManualClock) -> None:
    async with db.transaction() as tx:
        for subject_id in (1, 2):
            await add(tx, subject_id, due_at=clock.now())
        gone = await store.get_post(tx, "letter", 2)
        assert gone is not None
        await store.mark(tx, gone.id, state="sent")
        for subject_id in (1, 2):
            await store.move(tx, "letter", subject_id, 77)
        posts = [await store.get_post(tx, "letter", subject_id) for subject_id in (1, 2)]
        assert [post and post.channel_id for post in posts] == [77, CHANNEL]
        for subject_id in (1, 2):
            await store.skip(tx, "letter", subject_id, "not wanted")
        posts = [await store.get_post(tx, "letter", subject_id) for subject_id in (1, 2)]
        assert [post and (post.state, post.reason) for post in posts] == [
            ("skipped", "not wanted"),
            ("sent", None),
        ]


async def test_each_post_is_found_under_its_priority(db: Database, clock: ManualClock) -> None:
    kinds = ("reveal", "room", "drop", "quiz_item", "quiz_end")
    async with db.transaction() as tx:
        for number, kind in enumerate(kinds):
            due_at = clock.now() - timedelta(minutes=number)
            assert await add(tx, number, kind=kind, channel_id=100 + number, due_at=due_at)
        found = {p: await store.list_first_due_lanes(tx, p, clock.now(), 9) for p in rules.PRIORITIES}
        assert [kinds[lane - 100] for lanes in found.values() for _, lane in lanes] == [
            "quiz_end",
            "quiz_item",
            "drop",
            "room",
            "reveal",
        ]


async def test_what_the_dispatcher_asks_costs_the_same_however_much_waits(
    db: Database, clock: ManualClock
) -> None:
    """Each finds its rows by an index and in the index's order: nothing is sorted or counted."""
    asked: dict[str, Any] = {}

    def note(_: Any, __: Any, statement: str, values: Any, ___: Any, ____: Any) -> None:
        asked[statement] = values

    engine = db._reader.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    async with db.reading() as tx:
        await store.list_first_due_lanes(tx, Priority.QUESTION, clock.now(), 9)
        await store.next_due(tx, (GUILD, CHANNEL), clock.now())
        await store.next_at_after(tx, clock.now())
        sa.event.remove(engine, "before_cursor_execute", note)
        assert len(asked) == 3
        for statement, values in asked.items():
            rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row[3] for row in rows if "CONSTANT ROW" not in row[3] and "SUBQUERY" not in row[3]]
            if "posts.channel_id = " in statement:
                steps.remove("USE TEMP B-TREE FOR ORDER BY")  # of what one server waits for
            assert all("INDEX ix_posts_" in step for step in steps), steps


async def test_a_retry_leaves_other_servers_alone(db: Database, clock: ManualClock) -> None:
    later = clock.now() + timedelta(minutes=10)
    common = {"channel_id": CHANNEL, "due_at": clock.now(), "not_after": later}
    async with db.transaction() as tx:
        for guild_id in (GUILD, GUILD + 1):
            await service.queue(tx, "letter", guild_id, guild_id=guild_id, **common)
            post = await store.get_post(tx, "letter", guild_id)
            assert post is not None
            await store.mark(tx, post.id, attempts=1, next_try_at=later)
        assert await store.retry_guild(tx, GUILD, clock.now()) == 1
        assert await store.list_first_due_lanes(tx, Priority.POST, clock.now(), 9) == [(GUILD, CHANNEL)]


async def test_what_waits_for_a_channel_does_not_wake_others(db: Database, clock: ManualClock) -> None:
    later = clock.now() + timedelta(minutes=10)
    async with db.transaction() as tx:
        for channel_id in (10, 20):
            await add(tx, channel_id, channel_id=channel_id, due_at=clock.now())
            post = await store.get_post(tx, "letter", channel_id)
            assert post is not None
            await store.mark(tx, post.id, attempts=1, next_try_at=later, reason="no room yet")
        await store.retry_waiting(tx, 10, "no room yet", clock.now())
        assert await store.list_first_due_lanes(tx, Priority.POST, clock.now(), 9) == [(GUILD, 10)]


@pytest.mark.parametrize("what", ["queue", "retry", "wait", "hasten", "move"])
async def test_whatever_makes_a_post_due_is_heard_when_it_is_committed(
    db: Database, clock: ManualClock, what: str
) -> None:
    """Nobody would look for it else before the alarm's next whole look, a minute later."""
    now, heard = clock.now(), list[frozenset[News]]()
    if what != "queue":
        async with db.transaction() as tx:
            await add(tx, 1, due_at=now + timedelta(minutes=5))
    db.on_commit(heard.append)
    async with db.transaction() as tx:
        match what:
            case "queue":
                await add(tx, 1, due_at=now)
            case "retry":
                await store.retry_guild(tx, GUILD, now)
            case "wait":
                await store.retry_waiting(tx, CHANNEL, "no room yet", now)
            case "hasten":
                await store.hasten(tx, "letter", 1, now)
            case _:
                await store.move(tx, "letter", 1, CHANNEL + 1)
    assert heard == [{News.POSTS}]


async def test_direct_messages_of_two_servers_are_two_lanes(db: Database, clock: ManualClock) -> None:
    common = {"channel_id": 0, "due_at": clock.now(), "not_after": clock.now()}
    async with db.transaction() as tx:
        for guild_id in (GUILD, GUILD + 1):
            await service.queue(tx, "letter", guild_id, guild_id=guild_id, **common)
        found = [await store.next_due(tx, (guild_id, 0), clock.now()) for guild_id in (GUILD, GUILD + 1)]
    assert [post.guild_id for post in found if post] == [GUILD, GUILD + 1]


async def test_a_retry_brings_nothing_forward_that_has_its_own_time(db: Database, clock: ManualClock) -> None:
    """A reveal that was tried, and put off to a later reveal, is not due with the next permission."""
    later = clock.now() + timedelta(hours=5)
    async with db.transaction() as tx:
        await add(tx, 1, due_at=later)
        post = await store.get_post(tx, "letter", 1)
        assert post is not None
        await store.mark(tx, post.id, attempts=1)
        assert await store.retry_guild(tx, GUILD, clock.now()) == 0


async def test_what_is_taken_back_is_of_one_kind(db: Database, clock: ManualClock) -> None:
    async with db.transaction() as tx:
        for kind in ("letter", "note"):
            await add(tx, 1, kind=kind, due_at=clock.now())
        await store.skip(tx, "letter", 1, "nobody wants it")
        found = [await store.get_post(tx, kind, 1) for kind in ("letter", "note")]
    assert [post.state for post in found if post] == ["skipped", "pending"]
