from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from bot.features.practice import service as practice
from bot.outbox import service as outbox
from bot.outbox.message import Blocked, InChannel, Skip, Trouble
from tests.features.quiz.desk import ADA, BEN, CEM, GUILD, NOW, OTHER_CHANNEL, OTHER_GUILD, SECOND, Desk


async def play(desk: Desk, *choices: tuple[int, int]) -> int:
    """Ask a question, have people choose, close it; return its question_id."""
    item = await desk.ask()
    await desk.choose(item, *choices)
    await desk.close()
    return item.question_id


async def test_time_begins_when_the_message_is_confirmed(desk: Desk) -> None:
    await desk.start(seconds=30)
    desk.wait(12)
    item = await desk.ask()
    assert (item.state, item.opened_at, item.ends_at) == (
        "open",
        NOW + 12 * SECOND,
        NOW + 42 * SECOND,
    )
    assert await desk.rounds.next_at() == NOW + 43 * SECOND
    desk.wait(30.9)
    await desk.rounds.close_due()
    assert (await desk.item(item.id)).state == "open"
    desk.wait(0.1)
    await desk.rounds.close_due()
    assert (await desk.item(item.id)).state == "closed"


async def test_closing_pays_keeps_and_queues_what_follows(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    await desk.choose(item, (ADA, 0), (BEN, 2))
    await desk.close()
    assert await desk.rows("SELECT user_id, act, subject_id, points FROM ledger") == [
        (ADA, "quiz", item.id, 1)
    ]
    assert await desk.rows(
        'SELECT user_id, source, source_id, "option", "right", points FROM item_answers ORDER BY user_id'
    ) == [(ADA, "quiz", item.id, 0, 1, 1), (BEN, "quiz", item.id, 2, 0, 0)]
    assert await desk.rows("SELECT user_id, question_id FROM cards") == [(BEN, item.question_id)]
    quiz = await desk.quiz()
    assert (quiz.state, quiz.position) == ("running", 2)
    second = (await desk.items())[1]
    async with desk.db.reading() as tx:
        post = await outbox.get_post(tx, "quiz_item", second.id)
    assert post is not None
    pause = post.due_at - desk.clock.now()
    assert 5 * SECOND < pause < 15 * SECOND, "long enough to read what was shown"
    assert post.not_after - post.due_at == timedelta(minutes=10)
    result = (await desk.shown(item)).result
    assert result is not None
    assert (result.counts, result.next_at) == ({0: 1, 2: 1}, post.due_at)


async def test_closing_twice_pays_once(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    await desk.choose(item, (ADA, 0))
    await desk.close()
    await desk.rounds.close_due()
    async with desk.db.transaction() as tx:
        await desk.rounds._move(tx, item.id, desk.clock.now())
    assert await desk.points() == {ADA: 1}
    assert await desk.rows("SELECT count(*) FROM item_answers") == [(1,)]


async def test_an_item_pays_a_person_once_in_fourteen_days(desk: Desk) -> None:
    for _ in range(2):
        await desk.start(size=12, category="agents")
        for _ in range(12):
            await play(desk, (ADA, 0))
        assert await desk.points() == {ADA: 4 * (1 + 2 + 3)}
    desk.clock.shift(timedelta(days=14))
    await desk.start(size=12, category="agents")
    await play(desk, (ADA, 0), (BEN, 0))
    assert await desk.points() == {ADA: 25, BEN: 1}


async def test_names_are_those_of_the_last_choice(desk: Desk) -> None:
    await desk.start()
    with mock.patch.dict("tests.features.quiz.desk.NAMES", {ADA: "Ada Before"}):
        await play(desk, (ADA, 0))
    with mock.patch.dict("tests.features.quiz.desk.NAMES", {ADA: "Ada After"}):
        await play(desk, (ADA, 0))
    await play(desk, (BEN, 0))
    ending = await desk.ending()
    assert ending.names == {ADA: "Ada After", BEN: "ben"}
    assert [(line.right, line.chose) for line in ending.lines] == [(1, 1)] * 3
    assert (ending.quiz.reason, ending.hardest) == ("finished", None)


async def test_the_end_comes_after_the_last_result_was_read(desk: Desk) -> None:
    await desk.start()
    for _ in range(3):
        await play(desk, (ADA, 0))
    assert (await desk.quiz()).state == "ended", "the channel is free"
    ((due_at,),) = await desk.rows("SELECT due_at FROM posts WHERE kind = 'quiz_end'")
    assert due_at / 1e6 > (desk.clock.now() + 5 * SECOND).timestamp()


async def test_nobody_twice_ends_it(desk: Desk) -> None:
    await desk.start(size=5)
    await play(desk)
    await play(desk, (ADA, 0))
    await play(desk)
    assert (await desk.quiz()).state == "running"
    await play(desk)
    quiz = await desk.quiz()
    assert (quiz.state, quiz.reason, quiz.position) == ("ended", "idle", 4)
    assert await desk.open_posts("quiz_item") == 0


async def test_one_that_cannot_be_closed_keeps_no_other_waiting(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.start()
    broken = await desk.ask()
    await desk.start(channel_id=OTHER_CHANNEL, guild_id=OTHER_GUILD)
    fine = await desk.ask()
    await desk.choose(broken, (ADA, 0))
    record = practice.record

    async def fail(tx: Any, given: Any, now: Any) -> None:
        if given and given[0].source_id == broken.id:
            raise OSError("the disk is full")
        await record(tx, given, now)

    desk.wait(21)
    with mock.patch.object(practice, "record", fail):
        await desk.rounds.close_due()
    assert "cannot go on" in caplog.text
    assert ((await desk.item(broken.id)).state, (await desk.item(fine.id)).state) == ("open", "closed")
    assert await desk.points() == {}, "what failed half way was undone"
    failed_at = desk.clock.now()
    await desk.rounds.close_due()
    assert (await desk.item(broken.id)).state == "open"
    assert await desk.rounds.next_at() == failed_at + timedelta(minutes=1)
    desk.wait(60)
    await desk.rounds.close_due()
    assert (await desk.item(broken.id)).state == "closed"
    assert await desk.points() == {ADA: 1}


async def test_only_the_servers_of_this_process_are_moved(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    desk.wait(30)

    def others(guild_id: int) -> bool:
        return guild_id == OTHER_GUILD

    assert await desk.rounds.next_at(others) is None
    await desk.rounds.close_due(others)
    assert (await desk.item(item.id)).state == "open"
    await desk.rounds.close_due(lambda guild_id: guild_id == GUILD)
    assert (await desk.item(item.id)).state == "closed"


async def test_after_a_restart_the_rest_is_left(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    desk.wait(8)
    await desk.choose(item, (ADA, 1))
    desk.wait(200)
    desk.restart()
    assert await desk.rounds.next_at() == desk.clock.now(), "it is looked at once"
    await desk.rounds.close_due()
    after = await desk.item(item.id)
    assert (after.state, after.ends_at) == ("open", desk.clock.now() + 12 * SECOND)
    assert after.revision == item.revision + 2, "the message shows the new end"
    assert await desk.rounds.next_at() == desk.clock.now() + 13 * SECOND
    await desk.rounds.close_due()
    assert (await desk.item(item.id)).ends_at == after.ends_at, "once"


async def test_a_process_that_slept_closes_and_ends_it(desk: Desk) -> None:
    """A machine can sleep without a restart: what was asked counts, nobody waits for more."""
    await desk.start()
    item = await desk.ask()
    await desk.choose(item, (ADA, 0))
    desk.clock.shift(timedelta(hours=1))
    await desk.rounds.close_due()
    assert (await desk.item(item.id)).state == "closed"
    assert (await desk.quiz()).reason == "pause"
    assert await desk.points() == {ADA: 1}
    assert await desk.open_posts("quiz_item") == 0


@pytest.mark.parametrize("trouble", [Trouble.CHANNEL_GONE, Trouble.NO_ACCESS, Trouble.NO_PERMISSION])
async def test_a_channel_closed_to_the_bot_ends_the_quiz_and_its_starter_is_told(
    desk: Desk, trouble: Trouble
) -> None:
    quiz = await desk.start()
    await play(desk, (CEM, 0))
    item = (await desk.items())[1]
    async with desk.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
        assert post is not None
        await desk.posts.blocked(tx, post, Blocked(trouble))
        await desk.posts.blocked(tx, post, Blocked(trouble))
    assert await desk.rows(
        "SELECT kind, subject_id, guild_id, channel_id FROM posts WHERE state = 'pending'"
    ) == [("quiz_notice", quiz.id, GUILD, 0)]
    ended = await desk.quiz()
    assert (ended.state, ended.reason) == ("ended", "channel")
    assert await desk.points() == {CEM: 1}


async def test_a_discord_that_fails_ends_nothing(desk: Desk) -> None:
    await desk.start()
    item = (await desk.items())[0]
    async with desk.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
        assert post is not None
        await desk.posts.blocked(tx, post, Blocked(Trouble.UNAVAILABLE))
    assert (await desk.quiz()).state == "running"


async def test_a_message_that_comes_after_the_stop_says_so(desk: Desk) -> None:
    quiz = await desk.start()
    item = (await desk.items())[0]
    await desk.claim(item)
    async with desk.db.reading() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
    assert post is not None
    assert isinstance(await desk.posts.prepare(post), InChannel)
    await desk.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    prepared = await desk.posts.prepare(post)
    assert isinstance(prepared, Skip)
    assert prepared.undo is not None, "should it stand already it is taken away"
    async with desk.db.transaction() as tx:
        await desk.posts.sent(tx, post, desk.receipt())
    after = await desk.item(item.id)
    assert (after.state, after.message_id, after.ends_at) == ("void", 1000, None)
    (stale,) = await desk.boards.list_stale()
    assert stale.item.id == item.id
    await desk.boards.mark_shown(stale.item)
    assert await desk.boards.list_stale() == []
