import asyncio
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.features.bank.service import BankQuestion
from bot.features.drops import lifecycle, store
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import Question, QuestionGone
from bot.features.drops.posts import DropPost
from bot.features.drops.store import Drop
from bot.features.schedules import rules as schedule_rules
from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.outcomes import Posting, Saved
from bot.features.schedules.recurrence import Recurrence
from bot.features.schedules.runs import MISSED
from bot.features.schedules.selection import NO_QUESTION
from bot.gateway.directory import DiscordDirectory
from bot.outbox.message import Receipt, Trouble
from tests.features.services import CHANNEL, GUILD, OLGA, START, FeatureServices

HOUR = timedelta(hours=1)


async def drops_of(services: FeatureServices) -> list[Drop]:
    ids = [row[0] for row in await services.rows("SELECT id FROM drops ORDER BY id")]
    return [await services.drop(drop_id) for drop_id in ids]


async def test_a_due_schedule_makes_a_question_its_post_and_the_next_run(services: FeatureServices) -> None:
    schedule_id = await services.set_up(late_hours=3)
    await services.runs.plan_due()
    assert await drops_of(services) == []  # nine o'clock is now, so the first is tomorrow's
    services.clock.shift(24 * HOUR)
    await services.runs.plan_due()
    (drop,) = await drops_of(services)
    assert (drop.schedule_id, drop.local_date, drop.number, drop.state) == (
        schedule_id,
        "2026-01-06",
        1,
        "planned",
    )
    assert drop.due_at == START + 24 * HOUR
    assert drop.reveal_at == START + 47.5 * HOUR
    post = await services.post("drop", drop.id)
    assert post is not None
    assert (post.channel_id, post.due_at, post.not_after) == (CHANNEL, drop.due_at, drop.due_at + 3 * HOUR)
    assert await services.runs.next_at() == START + 48 * HOUR


async def test_planning_twice_at_once_makes_one_question(services: FeatureServices) -> None:
    await services.set_up()
    services.clock.shift(24 * HOUR)
    await asyncio.gather(*(services.runs.plan_due() for _ in range(5)))
    assert len(await drops_of(services)) == 1
    assert await services.rows("SELECT number FROM drops") == [(1,)]


async def test_a_schedule_that_was_paused_while_it_was_planned_posts_nothing(
    services: FeatureServices,
) -> None:
    schedule_id = await services.set_up()
    services.clock.shift(24 * HOUR)
    (due,) = await services.runs._list_due(lambda _: True, services.clock.now())
    await services.schedules.pause(GUILD, schedule_id)
    async with services.db.transaction() as tx:
        await services.runs._plan(tx, [due], services.clock.now())
    assert await drops_of(services) == []


async def test_after_some_days_away_the_missed_ones_say_so(services: FeatureServices) -> None:
    await services.set_up()
    services.clock.shift(75 * HOUR)
    await services.runs.plan_due()
    drops = await drops_of(services)
    assert [(drop.local_date, drop.state, drop.reason) for drop in drops] == [
        ("2026-01-06", "skipped", MISSED),
        ("2026-01-07", "skipped", MISSED),
        ("2026-01-08", "planned", None),
    ]
    assert [drop.number for drop in drops] == [None, None, 1]


async def test_without_a_question_left_organisers_are_told_once(services: FeatureServices) -> None:
    await services.set_up(categories="agents")
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE questions SET active = 0 WHERE category = 'agents'")
    for _ in range(3):
        services.clock.shift(24 * HOUR)
        await services.runs.plan_due()
    drops = await drops_of(services)
    assert [(drop.state, drop.reason) for drop in drops] == [("skipped", NO_QUESTION)] * 3
    assert await services.rows("SELECT code FROM problems") == [(Trouble.NO_QUESTION.value,)]
    assert await services.rows("SELECT count(*) FROM posts WHERE kind = 'notice'") == [(1,)]


async def test_a_month_of_questions_repeats_none_and_changes_category(services: FeatureServices) -> None:
    await services.set_up()
    for _ in range(30):
        services.clock.shift(24 * HOUR)
        await services.runs.plan_due()
    drops = await drops_of(services)
    assert len({drop.question_id for drop in drops}) == 30
    assert [drop.number for drop in drops] == list(range(1, 31))
    assert sum(a.category == b.category for a, b in pairwise(drops)) == 0


@pytest.mark.parametrize("mode", ["blind", "open"])
async def test_a_sent_question_is_open_and_has_its_reveal_queued(
    services: FeatureServices, mode: str
) -> None:
    drop = await services.open_question(await services.set_up(mode=mode))
    assert (drop.state, drop.opened_at) == ("open", START)
    room, reveal = await services.post("room", drop.id), await services.post("reveal", drop.id)
    assert reveal is not None
    # A hidden room opens with the first answer.
    assert (room and (room.due_at, room.channel_id)) == ((START, CHANNEL) if mode == "open" else None)
    assert (reveal.due_at, reveal.channel_id) == (drop.reveal_at, CHANNEL)
    assert reveal.not_after == drop.reveal_at + timedelta(days=7)


async def test_a_forums_post_is_its_own_room(services: FeatureServices) -> None:
    drop = await services.open_question(await services.set_up(channel_kind="forum"))
    assert drop.room_id == drop.message_id
    assert await services.post("room", drop.id) is None
    reveal = await services.post("reveal", drop.id)
    assert reveal is not None
    assert reveal.channel_id == drop.room_id


async def test_what_can_be_seen_of_a_question_by_whom(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    await services.schedules.post_now(GUILD, schedule_id)
    assert await services.drops.load(GUILD, 1) == QuestionGone()
    assert await services.drops.list_open(GUILD) == []
    drop = await services.sent(1)
    loaded = await services.drops.load(GUILD, 1)
    assert isinstance(loaded, Question)
    assert loaded.drop == drop
    assert await services.drops.load(GUILD + 1, 1) == QuestionGone()
    assert [entry.drop.id for entry in await services.drops.list_open(GUILD)] == [1]
    assert await services.drops.list_open(GUILD + 1) == []
    await services.reveal(1)
    assert await services.drops.list_open(GUILD) == []
    assert isinstance(await services.drops.load(GUILD, 1), Question)


async def test_a_message_is_stale_until_its_newest_state_is_shown(services: FeatureServices) -> None:
    drop = await services.open_question(await services.set_up())
    assert await services.drops.list_stale() == []
    for by in (1, 1, -1):
        async with services.db.transaction() as tx:
            await lifecycle.count_answer(tx, drop.id, by)
    (stale,) = await services.drops.list_stale()
    assert stale.answered == 1
    async with services.db.transaction() as tx:
        await lifecycle.count_answer(tx, drop.id, 1)
    await services.drops.shown(stale)
    (newer,) = await services.drops.list_stale()
    assert newer.answered == 2
    await services.drops.shown(newer)
    assert await services.drops.list_stale() == []


async def test_a_left_out_question_has_none_to_ask_for(services: FeatureServices) -> None:
    await services.schedules.skip(GUILD, await services.set_up())
    async with services.db.reading() as tx:
        with pytest.raises(LookupError):
            await drops.question_of(tx, services.bank, await services.drop(1))
    assert (await services.drop(1)).local_date == date(2026, 1, 6).isoformat()


async def test_mixed_is_the_kind_of_a_new_schedule(services: FeatureServices) -> None:
    await services.set_up(kind=None)
    assert await services.rows("SELECT kind FROM schedules") == [("mixed",)]


async def test_a_written_question_has_no_order_of_options(services: FeatureServices) -> None:
    drop = await services.open_question(await services.set_up())
    assert (drop.kind, drop.shuffle) == ("open", None)
    async with services.db.reading() as tx:
        asked = await drops.asked_by(tx, services.bank, drop)
        assert asked == await drops.question_of(tx, services.bank, drop)
        assert isinstance(asked, BankQuestion)
        assert await drops.title_of(tx, services.bank, drop) == asked.content.title


async def test_many_that_are_due_together_are_planned_together(services: FeatureServices) -> None:
    """Each server has its own numbers and past; the second schedule of a server knows of the first."""
    for channel_id, guild_id in enumerate((GUILD, GUILD, GUILD + 1, GUILD + 2), CHANNEL):
        options = ScheduleOptions(
            channel_id=channel_id,
            channel_kind="text",
            time="9:00",
            zone="Europe/Paris",
            kind="open",
            categories="agents",
        )
        assert isinstance(await services.schedules.set_up(guild_id, OLGA, options, "UTC"), Saved)
    services.clock.shift(24 * HOUR)
    await services.runs.plan_due()
    await services.runs.plan_due()
    rows = await services.rows("SELECT guild_id, number, question_id FROM drops ORDER BY guild_id, number")
    assert [(row[0] - GUILD, row[1]) for row in rows] == [(0, 1), (0, 2), (1, 1), (2, 1)]
    assert rows[0][2] != rows[1][2]


async def test_one_that_cannot_be_planned_takes_none_of_the_others_with_it(
    services: FeatureServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule_id = await services.set_up()
    options = ScheduleOptions(
        channel_id=CHANNEL, channel_kind="text", time="9:00", zone="Europe/Paris", kind="open"
    )
    assert isinstance(await services.schedules.set_up(GUILD + 1, OLGA, options, "UTC"), Saved)
    services.clock.shift(24 * HOUR)
    plan = schedule_rules.plan

    def fail_for_berlin(recurrence: Recurrence, *rest: Any) -> Any:
        if recurrence.zone == "Europe/Berlin":
            raise ValueError("broken on purpose")
        return plan(recurrence, *rest)

    monkeypatch.setattr(schedule_rules, "plan", fail_for_berlin)
    await services.runs.plan_due()
    assert await services.rows("SELECT guild_id, number FROM drops") == [(GUILD + 1, 1)]
    monkeypatch.undo()
    services.clock.shift(timedelta(minutes=10))
    await services.runs.plan_due()
    assert await services.rows("SELECT schedule_id, number FROM drops WHERE guild_id = 1") == [
        (schedule_id, 1)
    ]


async def test_a_reveal_may_come_for_a_week_after_its_time_however_long_the_question_was_open(
    services: FeatureServices,
) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    reveal_at = START + 12 * 24 * HOUR
    async with services.db.transaction() as tx:
        await store.set_drop(tx, outcome.drop_id, reveal_at=reveal_at)
    await services.sent(outcome.drop_id)
    post = await services.post("reveal", outcome.drop_id)
    assert post is not None
    assert (post.due_at, post.not_after) == (reveal_at, reveal_at + 7 * 24 * HOUR)


async def test_numbers_and_what_was_asked_are_a_servers_own(services: FeatureServices) -> None:
    first = await services.open_question(await services.set_up())
    typed = ScheduleOptions(channel_id=77, channel_kind="text", time="9:00", zone="UTC", kind="open")
    saved = await services.schedules.set_up(GUILD + 1, 5, typed, "UTC")
    assert isinstance(saved, Saved)
    services.clock.shift(HOUR)
    outcome = await services.schedules.post_now(GUILD + 1, saved.schedule.id)
    assert isinstance(outcome, Posting)
    theirs = await services.drop(outcome.drop_id)
    again = await services.schedules.post_now(GUILD, first.schedule_id)
    assert isinstance(again, Posting)
    second = await services.drop(again.drop_id)
    assert (first.number, second.number, theirs.number) == (1, 2, 1)
    async with services.db.reading() as tx:
        # Whatever the order in which they are found, a server's last question is its own.
        assert sorted(await store.list_last(tx, (GUILD, GUILD + 1))) == [
            (GUILD, 2, second.category),
            (GUILD + 1, 1, theirs.category),
        ]
        past = await drops.list_past(tx, (GUILD, GUILD + 1))
        assert past[GUILD].uses.keys() == {first.question_id, second.question_id}
        assert past[GUILD + 1].uses.keys() == {theirs.question_id}
        assert [drop.id for drop in await store.list_open_drops(tx, GUILD)] == [first.id]


async def test_how_many_usually_answer_counts_questions_of_the_same_kind(services: FeatureServices) -> None:
    schedule_id = await services.set_up(kind="mixed")
    for answered, kind in ((3, "open"), (40, "choice"), (5, "open"), (60, "choice"), (4, "open")):
        outcome = await services.schedules.post_now(GUILD, schedule_id)
        assert isinstance(outcome, Posting)
        async with services.db.transaction() as tx:
            await store.set_drop(tx, outcome.drop_id, answered=answered, kind=kind, state="revealed")
        services.clock.shift(HOUR)
    async with services.db.reading() as tx:
        assert await drops.usual(tx, await services.drop(outcome.drop_id)) == 4


async def test_a_question_whose_schedule_was_removed_while_it_was_sent_is_not_open(
    services: FeatureServices,
) -> None:
    schedule_id = await services.set_up()
    outcome = await services.schedules.post_now(GUILD, schedule_id)
    assert isinstance(outcome, Posting)
    await services.schedules.remove(GUILD, schedule_id)
    async with services.db.transaction() as tx:
        drop = await services.drop(outcome.drop_id)
        await lifecycle.opened(tx, drop, Receipt(CHANNEL, 4711, services.clock.now()), services.clock.now())
    drop = await services.drop(outcome.drop_id)
    assert (drop.state, drop.message_id) == ("skipped", 4711)
    assert drop.revision > drop.shown_revision, "its message says so"
    assert await services.post("reveal", drop.id) is None


async def test_a_question_that_may_stand_already_keeps_its_reveal(services: FeatureServices) -> None:
    """Only what is about to go out late gets its hour: another look at it would move it each time."""
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    drop = await services.drop(outcome.drop_id)
    directory = DiscordDirectory(cast("Any", SimpleNamespace(get_guild=lambda _: None)))
    kind = DropPost(services.db, services.clock, services.bank, directory, services.drops)
    services.clock.shift(drop.reveal_at - services.clock.now())
    post = await services.post("drop", drop.id)
    assert post is not None
    await kind.prepare(replace(post, state="sending"))
    assert (await services.drop(drop.id)).reveal_at == drop.reveal_at
    await kind.prepare(post)
    assert (await services.drop(drop.id)).reveal_at == services.clock.now() + HOUR


async def test_a_process_plans_for_its_own_servers_alone(services: FeatureServices) -> None:
    await services.set_up()
    services.clock.shift(24 * HOUR)
    assert await services.runs.plan_due(lambda guild_id: guild_id != GUILD) is None
    assert await drops_of(services) == []
    await services.runs.plan_due(lambda guild_id: guild_id == GUILD)
    assert len(await drops_of(services)) == 1
