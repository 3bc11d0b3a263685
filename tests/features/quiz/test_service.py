from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.features.quiz import store
from bot.features.quiz.outcomes import (
    AlreadyRunning,
    AskStop,
    NoCategory,
    NotYours,
    OutOfRange,
    Over,
    QuizGone,
    Started,
    Stopped,
    TooFew,
)
from tests.features.quiz.services import (
    ADA,
    BEN,
    CHANNEL,
    GUILD,
    NOW,
    OTHER_CHANNEL,
    OTHER_GUILD,
    SECOND,
    QuizServices,
)


async def test_a_start_plans_everything_and_queues_the_first_question(services: QuizServices) -> None:
    outcome = await services.quizzes.start(services.wish(size=5, seconds=30, category="Agents & Tool Use"))
    assert isinstance(outcome, Started)
    assert outcome.category is not None
    assert (outcome.category.key, outcome.first_at) == ("agents", NOW + 5 * SECOND)
    quiz = await services.quiz()
    assert (quiz.state, quiz.position, quiz.size, quiz.seconds, quiz.category) == (
        "running",
        1,
        5,
        30,
        "agents",
    )
    items = await services.items()
    assert [item.position for item in items] == [1, 2, 3, 4, 5]
    assert len({item.question_id for item in items}) == 5
    assert {item.state for item in items} == {"planned"}
    assert all(sorted(item.shuffle) == list("0123") for item in items)
    assert await services.rows("SELECT kind, subject_id, channel_id, guild_id FROM posts") == [
        ("quiz_item", items[0].id, CHANNEL, GUILD)
    ]


async def test_of_ten_starts_at_once_one_wins(services: QuizServices) -> None:
    outcomes = await asyncio.gather(
        *(services.quizzes.start(services.wish(user_id=user, name=f"p{user}")) for user in range(10))
    )
    (won,) = [o for o in outcomes if isinstance(o, Started)]
    others = [o for o in outcomes if isinstance(o, AlreadyRunning)]
    assert {o.quiz.starter_name for o in others} == {won.quiz.starter_name}
    assert len(others) == 9
    assert await services.rows("SELECT count(*) FROM quizzes") == [(1,)]


async def test_channels_do_not_keep_each_other_waiting(services: QuizServices) -> None:
    await services.start()
    assert isinstance(await services.quizzes.start(services.wish(channel_id=OTHER_CHANNEL)), Started)


async def test_who_comes_second_is_shown_the_newest_question(services: QuizServices) -> None:
    quiz = await services.start()

    async def message_id() -> int | None:
        outcome = await services.quizzes.start(services.wish(user_id=BEN))
        assert isinstance(outcome, AlreadyRunning)
        assert outcome.quiz.id == quiz.id
        return outcome.message_id

    assert await message_id() is None
    first = await services.ask()
    assert await message_id() == first.message_id
    await services.choose(first, (ADA, 0))
    await services.close()
    assert await message_id() == first.message_id, "the second does not stand yet"


@pytest.mark.parametrize("changes", [{"size": 26}, {"size": 2}, {"seconds": 9}, {"seconds": 121}])
async def test_numbers_out_of_range_start_nothing(services: QuizServices, changes: dict[str, Any]) -> None:
    assert isinstance(await services.quizzes.start(services.wish(**changes)), OutOfRange)
    assert await services.rows("SELECT * FROM quizzes") == []


async def test_what_there_is_is_offered_and_can_be_taken(services: QuizServices) -> None:
    outcome = await services.quizzes.start(services.wish(size=13, category="agents"))
    assert isinstance(outcome, TooFew)
    assert (outcome.found, outcome.wanted, outcome.difficulty) == (12, 13, None)
    assert outcome.offer is not None
    assert (await services.quiz(outcome.offer)).state == "offered"
    assert await services.open_posts("quiz_item") == 0
    stop = await services.quizzes.ask_stop(GUILD, outcome.offer, ADA, organiser=True)
    assert isinstance(stop, QuizGone), "an offer is no quiz"
    taken = await services.quizzes.again(GUILD, CHANNEL, outcome.offer, ADA, "ada")
    assert isinstance(taken, Started)
    assert (taken.quiz.size, taken.quiz.seconds) == (12, 20)


async def test_too_few_for_any_quiz(services: QuizServices) -> None:
    outcome = await services.quizzes.start(services.wish(category="training"))
    assert isinstance(outcome, TooFew)
    assert (outcome.found, outcome.offer) == (1, None)
    assert [(c.key, count) for c, count in outcome.others] == [("agents", 12)]


async def test_an_unknown_category(services: QuizServices) -> None:
    outcome = await services.quizzes.start(services.wish(category="cooking"))
    assert isinstance(outcome, NoCategory)
    assert [(c.key, count) for c, count in outcome.others] == [("agents", 12)]


async def test_again_has_the_same_settings_and_a_new_starter(services: QuizServices) -> None:
    old = await services.start(size=4, seconds=60, difficulty="hard")
    await services.quizzes.stop(GUILD, old.id, ADA, organiser=False)
    outcome = await services.quizzes.again(GUILD, CHANNEL, old.id, BEN, "ben")
    assert isinstance(outcome, Started)
    new = outcome.quiz
    assert (new.size, new.seconds, new.difficulty, new.starter_name) == (4, 60, "hard", "ben")
    assert isinstance(await services.quizzes.again(OTHER_GUILD, CHANNEL, old.id, BEN, "ben"), QuizGone)
    assert isinstance(await services.quizzes.again(GUILD, CHANNEL, 424242, BEN, "ben"), QuizGone)


async def test_who_may_stop(services: QuizServices) -> None:
    quiz = await services.start()
    ask, stop = services.quizzes.ask_stop, services.quizzes.stop
    for act in (ask, stop):
        assert isinstance(await act(GUILD, quiz.id, BEN, organiser=False), NotYours)
        assert isinstance(await act(OTHER_GUILD, quiz.id, ADA, organiser=True), QuizGone)
        assert isinstance(await act(GUILD, 424242, ADA, organiser=True), QuizGone)
    assert isinstance(await ask(GUILD, quiz.id, ADA, organiser=False), AskStop)
    assert isinstance(await ask(GUILD, quiz.id, BEN, organiser=True), AskStop)
    assert (await services.quiz()).state == "running"
    outcomes = await asyncio.gather(*(stop(GUILD, quiz.id, ADA, organiser=False) for _ in range(3)))
    assert sorted(type(o).__name__ for o in outcomes) == ["Over", "Over", "Stopped"]
    assert isinstance(outcomes[0], Stopped)
    assert isinstance(await ask(GUILD, quiz.id, ADA, organiser=False), Over)
    assert await services.open_posts("quiz_end") == 1
    assert await services.open_posts("quiz_item") == 0


@pytest.mark.parametrize("asked", [False, True])
async def test_a_quiz_that_nothing_moves_any_more_gives_way(services: QuizServices, *, asked: bool) -> None:
    """Whatever went wrong before: ten minutes after it should have gone on, the channel is free."""
    stuck = await services.start()
    if asked:
        await services.ask()
    services.clock.shift(timedelta(minutes=10))
    busy = await services.quizzes.start(services.wish(user_id=BEN))
    assert isinstance(busy, AlreadyRunning)
    services.clock.shift(timedelta(seconds=30))
    assert isinstance(await services.quizzes.start(services.wish(user_id=BEN)), Started)
    ended = await services.quiz(stuck.id)
    assert (ended.state, ended.reason, ended.ended_at) == ("ended", "lost", services.clock.now())


async def test_a_running_quiz_without_a_post_gives_way_at_once(services: QuizServices) -> None:
    stuck = await services.start()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE posts SET state = 'failed'")
    assert isinstance(await services.quizzes.start(services.wish()), Started)
    assert (await services.quiz(stuck.id)).reason == "lost"


async def test_items_that_a_channel_has_not_seen_come_first(services: QuizServices) -> None:
    seen: list[int] = []
    for _ in range(3):
        quiz = await services.start(size=4, category="agents")
        for _ in range(4):
            item = await services.ask()
            seen.append(item.question_id)
            await services.choose(item, (ADA, 0))
            await services.close()
        assert (await services.quiz(quiz.id)).state == "ended"
    assert len(set(seen)) == 12
    await services.start(size=4, category="agents")
    assert {item.question_id for item in await services.items()} == set(seen[:4])


async def test_what_was_planned_and_never_asked_was_not_seen(services: QuizServices) -> None:
    quiz = await services.start(size=12, category="agents")
    first = await services.ask()
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    await services.start(size=11, category="agents")
    assert first.question_id not in {item.question_id for item in await services.items()}


async def test_what_somebody_missed(services: QuizServices) -> None:
    quiz = await services.start()
    asked: list[int] = []
    for option in (1, 0, 2):
        item = await services.ask()
        asked.append(item.question_id)
        await services.choose(item, (ADA, option))
        await services.close()
    assert await services.quizzes.missed(GUILD, quiz.id, ADA) == [asked[0], asked[2]]
    assert await services.quizzes.missed(GUILD, quiz.id, BEN) is None, "ben did not play"
    assert await services.quizzes.missed(OTHER_GUILD, quiz.id, ADA) is None
    assert await services.quizzes.missed(GUILD, 424242, ADA) is None


async def test_what_somebody_left_out_is_missed_and_what_is_being_asked_is_not_told(
    services: QuizServices,
) -> None:
    quiz = await services.start()
    first = await services.ask()
    await services.choose(first, (ADA, 0), (BEN, 0))
    await services.close()
    assert await services.quizzes.missed(GUILD, quiz.id, ADA) == []
    second = await services.ask()
    await services.choose(second, (ADA, 1))
    assert await services.quizzes.missed(GUILD, quiz.id, ADA) == [], "it is open, so nobody is told"
    await services.close()
    assert await services.quizzes.missed(GUILD, quiz.id, ADA) == [second.question_id]
    assert await services.quizzes.missed(GUILD, quiz.id, BEN) == [second.question_id], "ben left it out"
    third = await services.ask()
    await services.choose(third, (ADA, 1), (BEN, 1))
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    assert await services.quizzes.missed(GUILD, quiz.id, BEN) == [second.question_id], "it was called off"


async def test_categories_with_how_many_items(services: QuizServices) -> None:
    found = await services.quizzes.list_categories(GUILD)
    assert [(c.name, count) for c, count in found] == [("Agents & Tool Use", 12), ("Training", 1)]


async def test_what_another_channel_was_asked_is_new_here(services: QuizServices) -> None:
    for _ in range(2):
        await services.start(channel_id=OTHER_CHANNEL)
        for _ in range(3):
            await services.choose(await services.ask(), (ADA, 0))
            await services.close()
    async with services.db.reading() as tx:
        assert len(await store.last_seen(tx, OTHER_CHANNEL)) == 6
        assert await store.last_seen(tx, CHANNEL) == {}


async def test_a_choice_on_a_question_that_was_called_off_is_nobodys_miss(services: QuizServices) -> None:
    quiz = await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0))
    await services.close()
    await services.choose(await services.ask(), (ADA, 1), (BEN, 1))
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    assert await services.quizzes.missed(GUILD, quiz.id, ADA) == []
    assert await services.quizzes.missed(GUILD, quiz.id, BEN) is None
    assert [place.user_id for place in (await services.ending()).places] == [ADA]


async def test_an_offer_can_be_taken_after_somebody_else_got_one(services: QuizServices) -> None:
    first, second = [await services.quizzes.start(services.wish(size=size)) for size in (25, 24)]
    assert isinstance(first, TooFew)
    assert isinstance(second, TooFew)
    assert first.offer != second.offer
    assert first.offer is not None
    assert isinstance(await services.quizzes.again(GUILD, CHANNEL, first.offer, ADA, "ada"), Started)
