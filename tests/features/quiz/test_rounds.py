from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from bot.features.practice import service as practice
from bot.features.quiz.rules import LOST
from bot.outbox import service as outbox
from bot.outbox.message import Blocked, InChannel, Skip, Trouble
from tests.features.quiz.services import (
    ADA,
    BEN,
    CEM,
    GUILD,
    NOW,
    OTHER_CHANNEL,
    OTHER_GUILD,
    SECOND,
    QuizServices,
)


async def play(services: QuizServices, *choices: tuple[int, int]) -> int:
    """Ask a question, have people choose, close it; return its question_id."""
    item = await services.ask()
    await services.choose(item, *choices)
    await services.close()
    return item.question_id


async def test_time_begins_when_the_message_is_confirmed(services: QuizServices) -> None:
    await services.start(seconds=30)
    services.wait(12)
    item = await services.ask()
    assert (item.state, item.opened_at, item.ends_at) == (
        "open",
        NOW + 12 * SECOND,
        NOW + 42 * SECOND,
    )
    assert await services.rounds.next_at() == NOW + 43 * SECOND
    services.wait(30.9)
    await services.rounds.close_due()
    assert (await services.item(item.id)).state == "open"
    services.wait(0.1)
    await services.rounds.close_due()
    assert (await services.item(item.id)).state == "closed"


async def test_closing_pays_keeps_and_queues_what_follows(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0), (BEN, 2))
    await services.close()
    assert await services.rows("SELECT user_id, act, subject_id, points FROM ledger") == [
        (ADA, "quiz", item.id, 1)
    ]
    assert await services.rows(
        'SELECT user_id, source, source_id, "option", "right", points FROM item_answers ORDER BY user_id'
    ) == [(ADA, "quiz", item.id, 0, 1, 1), (BEN, "quiz", item.id, 2, 0, 0)]
    assert await services.rows("SELECT user_id, question_id FROM cards") == [(BEN, item.question_id)]
    quiz = await services.quiz()
    assert (quiz.state, quiz.position) == ("running", 2)
    second = (await services.items())[1]
    async with services.db.reading() as tx:
        post = await outbox.get_post(tx, "quiz_item", second.id)
    assert post is not None
    pause = post.due_at - services.clock.now()
    assert 5 * SECOND < pause < 15 * SECOND, "long enough to read what was shown"
    assert post.not_after - post.due_at == timedelta(minutes=10)
    result = (await services.shown(item)).result
    assert result is not None
    assert (result.counts, result.next_at) == ({0: 1, 2: 1}, post.due_at)


async def test_closing_twice_pays_once(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0))
    await services.close()
    await services.rounds.close_due()
    async with services.db.transaction() as tx:
        await services.rounds._move(tx, item.id, services.clock.now())
    assert await services.points() == {ADA: 1}
    assert await services.rows("SELECT count(*) FROM item_answers") == [(1,)]


async def test_an_item_pays_a_person_once_in_fourteen_days(services: QuizServices) -> None:
    for _ in range(2):
        await services.start(size=12, category="agents")
        for _ in range(12):
            await play(services, (ADA, 0))
        assert await services.points() == {ADA: 4 * (1 + 2 + 3)}
    services.clock.shift(timedelta(days=14))
    await services.start(size=12, category="agents")
    await play(services, (ADA, 0), (BEN, 0))
    assert await services.points() == {ADA: 25, BEN: 1}


async def test_names_are_those_of_the_last_choice(services: QuizServices) -> None:
    await services.start()
    with mock.patch.dict("tests.features.quiz.services.NAMES", {ADA: "Ada Before"}):
        await play(services, (ADA, 0))
    with mock.patch.dict("tests.features.quiz.services.NAMES", {ADA: "Ada After"}):
        await play(services, (ADA, 0))
    await play(services, (BEN, 0))
    ending = await services.ending()
    assert ending.names == {ADA: "Ada After", BEN: "ben"}
    assert [(line.right, line.chose) for line in ending.lines] == [(1, 1)] * 3
    assert (ending.quiz.reason, ending.hardest) == ("finished", None)


async def test_the_end_comes_after_the_last_result_was_read(services: QuizServices) -> None:
    await services.start()
    for _ in range(3):
        await play(services, (ADA, 0))
    assert (await services.quiz()).state == "ended", "the channel is free"
    ((due_at, last),) = await services.rows("SELECT due_at, not_after FROM posts WHERE kind = 'quiz_end'")
    assert due_at / 1e6 > (services.clock.now() + 5 * SECOND).timestamp()
    assert last - due_at == 24 * 3600 * 10**6, "a whole day from when it is due"


async def test_nobody_twice_ends_it(services: QuizServices) -> None:
    await services.start(size=5)
    await play(services)
    await play(services, (ADA, 0))
    await play(services)
    assert (await services.quiz()).state == "running"
    await play(services)
    quiz = await services.quiz()
    assert (quiz.state, quiz.reason, quiz.position) == ("ended", "idle", 4)
    assert await services.open_posts("quiz_item") == 0


async def test_one_that_cannot_be_closed_keeps_no_other_waiting(
    services: QuizServices, caplog: pytest.LogCaptureFixture
) -> None:
    await services.start()
    broken = await services.ask()
    await services.start(channel_id=OTHER_CHANNEL, guild_id=OTHER_GUILD)
    fine = await services.ask()
    await services.choose(broken, (ADA, 0))
    record = practice.record

    async def fail(tx: Any, given: Any, now: Any) -> None:
        if given and given[0].source_id == broken.id:
            raise OSError("the disk is full")
        await record(tx, given, now)

    services.wait(21)
    with mock.patch.object(practice, "record", fail):
        await services.rounds.close_due()
    assert "cannot go on" in caplog.text
    assert ((await services.item(broken.id)).state, (await services.item(fine.id)).state) == (
        "open",
        "closed",
    )
    assert await services.points() == {}, "what failed half way was undone"
    failed_at = services.clock.now()
    await services.rounds.close_due()
    assert (await services.item(broken.id)).state == "open"
    assert await services.rounds.next_at() == failed_at + timedelta(minutes=1)
    services.wait(60)
    await services.rounds.close_due()
    assert (await services.item(broken.id)).state == "closed"
    assert await services.points() == {ADA: 1}


async def test_a_quiz_that_can_never_go_on_ends_and_the_log_says_once_why(
    services: QuizServices, caplog: pytest.LogCaptureFixture
) -> None:
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0))

    async def fail(*_: Any) -> None:
        raise LookupError("no such thing")

    services.wait(21)
    with mock.patch.object(practice, "record", fail):
        for _ in range(12):
            await services.rounds.close_due()
            services.wait(61)
        assert await services.rounds.close_due() is None
    (line,) = [record for record in caplog.records if "cannot go on" in record.message]
    assert line.exc_info is not None
    quiz = await services.quiz(item.quiz_id)
    assert (quiz.state, quiz.reason) == ("ended", LOST)
    assert (await services.item(item.id)).state == "void"
    assert await services.open_posts("quiz_end") == 1


async def test_an_open_question_without_an_end_stops_no_other(services: QuizServices) -> None:
    await services.start()
    broken = await services.ask()
    await services.start(channel_id=OTHER_CHANNEL, guild_id=OTHER_GUILD)
    fine = await services.ask()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(f"UPDATE quiz_items SET ends_at = NULL WHERE id = {broken.id}")  # noqa: S608 our own
    services.wait(21)
    await services.rounds.close_due()
    assert (await services.item(fine.id)).state == "closed"


async def test_only_the_servers_of_this_process_are_moved(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    services.wait(30)

    def others(guild_id: int) -> bool:
        return guild_id == OTHER_GUILD

    assert await services.rounds.next_at(others) is None
    await services.rounds.close_due(others)
    assert (await services.item(item.id)).state == "open"
    await services.rounds.close_due(lambda guild_id: guild_id == GUILD)
    assert (await services.item(item.id)).state == "closed"


async def test_after_a_restart_the_rest_is_left(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    services.wait(8)
    await services.choose(item, (ADA, 1))
    services.wait(200)
    services.restart()
    assert await services.rounds.next_at() == services.clock.now(), "it is looked at once"
    await services.rounds.close_due()
    after = await services.item(item.id)
    assert (after.state, after.ends_at) == ("open", services.clock.now() + 12 * SECOND)
    assert after.revision == item.revision + 2, "the message shows the new end"
    assert await services.rounds.next_at() == services.clock.now() + 13 * SECOND
    await services.rounds.close_due()
    assert (await services.item(item.id)).ends_at == after.ends_at, "once"


async def test_a_process_that_slept_closes_and_ends_it(services: QuizServices) -> None:
    """A machine can sleep without a restart: what was asked counts, nobody waits for more."""
    await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0))
    services.clock.shift(timedelta(hours=1))
    await services.rounds.close_due()
    assert (await services.item(item.id)).state == "closed"
    assert (await services.quiz()).reason == "pause"
    assert await services.points() == {ADA: 1}
    assert await services.open_posts("quiz_item") == 0


@pytest.mark.parametrize("trouble", [Trouble.CHANNEL_GONE, Trouble.NO_ACCESS, Trouble.NO_PERMISSION])
async def test_a_channel_closed_to_the_bot_ends_the_quiz_and_its_starter_is_told(
    services: QuizServices, trouble: Trouble
) -> None:
    quiz = await services.start()
    await play(services, (CEM, 0))
    item = (await services.items())[1]
    async with services.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
        assert post is not None
        await services.posts.blocked(tx, post, Blocked(trouble))
        await services.posts.blocked(tx, post, Blocked(trouble))
    assert await services.rows(
        "SELECT kind, subject_id, guild_id, channel_id FROM posts WHERE state = 'pending'"
    ) == [("quiz_notice", quiz.id, GUILD, 0)]
    ended = await services.quiz()
    assert (ended.state, ended.reason) == ("ended", "channel")
    assert await services.points() == {CEM: 1}


@pytest.mark.parametrize("code", [200000, 60003])
async def test_a_question_that_discord_will_not_take_ends_the_quiz_at_once(
    services: QuizServices, code: int
) -> None:
    """Players would wait ten minutes for what nobody mends meanwhile."""
    await services.start()
    await play(services, (CEM, 0))
    item = (await services.items())[1]
    async with services.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
        assert post is not None
        await services.posts.blocked(tx, post, Blocked(Trouble.REFUSED, code=code))
    ended = await services.quiz()
    assert (ended.state, ended.reason) == ("ended", "lost")
    assert await services.points() == {CEM: 1}
    assert await services.open_posts("quiz_item") == 0


async def test_a_discord_that_fails_ends_nothing(services: QuizServices) -> None:
    await services.start()
    item = (await services.items())[0]
    async with services.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
        assert post is not None
        await services.posts.blocked(tx, post, Blocked(Trouble.UNAVAILABLE))
    assert (await services.quiz()).state == "running"


async def test_a_message_that_comes_after_the_stop_says_so(services: QuizServices) -> None:
    quiz = await services.start()
    item = (await services.items())[0]
    await services.claim(item)
    async with services.db.reading() as tx:
        post = await outbox.get_post(tx, "quiz_item", item.id)
    assert post is not None
    assert isinstance(await services.posts.prepare(post), InChannel)
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    prepared = await services.posts.prepare(post)
    assert isinstance(prepared, Skip)
    assert prepared.undo is not None, "should it stand already it is taken away"
    async with services.db.transaction() as tx:
        await services.posts.sent(tx, post, services.receipt())
    after = await services.item(item.id)
    assert (after.state, after.message_id, after.ends_at) == ("void", 1000, None)
    (stale,) = await services.boards.list_stale()
    assert stale.item.id == item.id
    await services.boards.mark_shown(stale.item)
    assert await services.boards.list_stale() == []
