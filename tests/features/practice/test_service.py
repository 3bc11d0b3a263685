from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.features.practice.outcomes import (
    CategoryCount,
    Elsewhere,
    Ended,
    NoItems,
    Nothing,
    NothingOpen,
    Tally,
    UnknownCategory,
)
from bot.features.practice.rules import Grade, Why
from tests.features.practice.samples import write_pack
from tests.features.practice.services import (
    ADA,
    BEN,
    GUILD,
    NOW,
    OTHER_GUILD,
    PracticeServices,
    asked,
    due_at,
    given_in_quiz,
    slug,
)

MINUTE = timedelta(minutes=1)


# What is asked


async def test_new_ones_come_easiest_first_and_then_nothing_is_due(services: PracticeServices) -> None:
    first = await services.start()
    assert (first.number, first.why, first.tally) == (1, Why.NEW, Tally(0, 0))
    slugs = await services.through(first)
    assert {*slugs[:2]} == {"agents-easy", "training-easy"}
    assert slugs[2:] == ["training-medium", "agents-hard"]
    outcome = await services.practice.start(GUILD, ADA)
    assert outcome == Nothing(None, NOW + 10 * MINUTE, more=False, tally=Tally(0, 0))


async def test_the_end_counts_what_was_answered(services: PracticeServices) -> None:
    shown = await services.start()
    outcome: Any = shown
    for right in (True, False, True, True):
        await services.answer(asked(outcome), right=right)
        outcome = await services.practice.go_on(GUILD, ADA, outcome.number)
    assert outcome == Nothing(None, NOW + MINUTE, more=False, tally=Tally(4, 3))
    # The same once more, for who pressed twice.
    assert await services.practice.go_on(GUILD, ADA, 4) == outcome


async def test_due_ones_come_before_new_ones_the_oldest_first(services: PracticeServices) -> None:
    first = await services.start(category="agents")
    await services.answer(first, right=False)
    services.wait(minutes=2)
    second = await services.next(first)
    assert (slug(second), second.why) == ("agents-easy", Why.DUE)
    await services.answer(second, right=False)
    third = await services.next(second)
    assert (slug(third), third.why) == ("agents-hard", Why.NEW)
    services.wait(seconds=30)
    await services.answer(third, right=False)
    services.wait(minutes=5)
    assert [slug(await services.next(third)), slug(await services.next(third))] == ["agents-easy"] * 2


async def test_another_person_begins_at_the_beginning(services: PracticeServices) -> None:
    await services.through(await services.start())
    assert (await services.start(BEN)).why is Why.NEW
    assert len(await services.through(await services.start(BEN), user_id=BEN)) == 4


async def test_cards_are_a_persons_in_every_server(services: PracticeServices) -> None:
    await services.through(await services.start())
    assert isinstance(await services.practice.start(OTHER_GUILD, ADA), Nothing)
    services.wait(minutes=11)
    shown = await services.start(guild_id=OTHER_GUILD)
    assert shown.why is Why.DUE
    await services.answer(shown, guild_id=OTHER_GUILD)
    here = await services.start()
    assert slug(here) != slug(shown), "what was answered there is not due here"


async def test_a_server_is_asked_its_own_packs_and_no_others(services: PracticeServices) -> None:
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql(f"UPDATE questions SET guild_id = {OTHER_GUILD} WHERE slug = 'agents-easy'")  # noqa: S608 our own
        await tx.exec_driver_sql(
            f"INSERT INTO categories SELECT {OTHER_GUILD}, key, 'Theirs', colour, 0 FROM categories "  # noqa: S608 our own
            "WHERE key = 'agents'"
        )
    assert "agents-easy" not in await services.through(await services.start())
    shown = await services.start(guild_id=OTHER_GUILD)
    assert slug(shown) == "agents-easy"
    await services.answer(shown, right=False, guild_id=OTHER_GUILD)
    services.wait(hours=1)
    assert "agents-easy" not in await services.through(await services.start())
    assert await services.practice.list_categories(GUILD) == [
        CategoryCount("agents", "Agents & Tool Use", 1),
        CategoryCount("training", "Training", 2),
    ]


async def test_what_a_quiz_missed_is_due_and_what_it_knew_comes_last(services: PracticeServices) -> None:
    await given_in_quiz(services, "agents-hard", right=False)
    await given_in_quiz(services, "training-easy", right=True, quiz=2)
    assert await due_at(services, ADA, "training-easy") is None
    services.wait(minutes=2)
    first = await services.start()
    assert (slug(first), first.why) == ("agents-hard", Why.DUE)
    slugs = await services.through(first)
    assert slugs == ["agents-hard", "agents-easy", "training-medium", "training-easy"]


# Categories


async def test_a_category_is_kept_until_the_sitting_ends(services: PracticeServices) -> None:
    shown = await services.start(category="Training")
    await services.answer(shown)
    again = await services.start()
    assert again.item.category.key == "training"
    await services.answer(again)
    outcome = await services.practice.go_on(GUILD, ADA, again.number)
    assert outcome == Nothing("Training", NOW + 10 * MINUTE, more=True, tally=Tally(2, 2))
    assert (await services.start()).item.category.key == "agents"


async def test_after_a_long_pause_all_categories_are_asked_again(services: PracticeServices) -> None:
    shown = await services.start(category="agents")
    await services.answer(shown)
    services.wait(days=2)
    slugs = await services.through(await services.start())
    assert {"training-easy", "training-medium"} < {*slugs}


async def test_another_category_drops_the_waiting_question_without_effect(services: PracticeServices) -> None:
    first = await services.start(category="agents")
    second = await services.start(category="training")
    assert (slug(second), second.number) == ("training-easy", 2)
    assert await services.rows("SELECT count(*) FROM item_answers") == [(0,)]
    assert await services.rows("SELECT count(*) FROM cards") == [(0,)]
    stale = await services.practice.choose(GUILD, ADA, first.number, "a")
    assert stale == Elsewhere(second)
    assert slug(await services.start(category="agents")) == slug(first)


async def test_a_category_in_which_nothing_is_due_changes_nothing(services: PracticeServices) -> None:
    await services.through(await services.start(category="training"))
    first = await services.start(category="agents")
    await services.answer(first)
    second = await services.next(first)
    outcome = await services.practice.start(GUILD, ADA, "training")
    assert outcome == Nothing("Training", NOW + 10 * MINUTE, more=True, tally=Tally(1, 1))
    assert await services.practice.choose(GUILD, ADA, first.number, "a") == Elsewhere(second)
    assert (await services.answer(second)).tally == Tally(2, 2), "the question that waited is still the one"


async def test_the_same_category_shows_the_waiting_question_again(services: PracticeServices) -> None:
    first = await services.start()
    again = await services.start(category=first.item.category.name)
    assert (again.number, again.order, slug(again)) == (first.number, first.order, slug(first))


async def test_a_category_without_questions_says_which_have_some(services: PracticeServices) -> None:
    known = [CategoryCount("agents", "Agents & Tool Use", 2), CategoryCount("training", "Training", 2)]
    assert await services.practice.list_categories(GUILD) == known
    waiting = await services.start()
    assert await services.practice.start(GUILD, ADA, "empty") == NoItems("Empty so far", known)
    assert await services.practice.start(GUILD, ADA, "cooking") == UnknownCategory("cooking", known)
    assert await services.start() == waiting, "neither drops the question that waits"


async def test_a_bank_without_choice_questions(services: PracticeServices) -> None:
    write_pack(services.pack, {})
    await services.load()
    assert await services.practice.start(GUILD, ADA) == NoItems(None, [])
    assert await services.practice.list_categories(GUILD) == []


# Going on


async def test_an_unanswered_question_is_shown_again_after_days_and_a_restart(
    services: PracticeServices,
) -> None:
    first = await services.start()
    assert await services.next(first) == first, "Next does not pass by a question"
    services.wait(days=3)
    services.restart()
    again = await services.start()
    assert again == replace(first, why=Why.LEFT), "and says that it is where one left off"
    services.wait(seconds=100)
    assert (await services.answer(again)).grade is Grade.HARD, "the time counts from when it was shown again"


async def test_calling_a_question_up_again_does_not_make_the_time_shorter(services: PracticeServices) -> None:
    await services.start()
    services.wait(seconds=80)
    again = await services.start()
    services.wait(seconds=80)
    assert (await services.answer(again)).grade is Grade.HARD


async def test_an_answered_question_goes_on_to_the_next(services: PracticeServices) -> None:
    first = await services.start()
    await services.answer(first)
    services.restart()
    second = await services.start()
    assert (second.number, second.tally) == (2, Tally(1, 1))
    assert slug(second) != slug(first)


async def test_counting_begins_anew_after_a_long_pause(services: PracticeServices) -> None:
    first = await services.start()
    await services.answer(first)
    second = await services.next(first)
    services.wait(hours=7)
    assert (await services.answer(second)).tally == Tally(1, 1)


async def test_next_pressed_twice_goes_on_once(services: PracticeServices) -> None:
    first = await services.start()
    await services.answer(first)
    second = await services.next(first)
    assert await services.next(first) == second
    result = await services.answer(second)
    assert await services.practice.go_on(GUILD, ADA, first.number) == Elsewhere(result)


async def test_done_sums_up_and_keeps_the_unanswered_question(services: PracticeServices) -> None:
    first = await services.start()
    await services.answer(first, right=False)
    second = await services.next(first)
    done = Ended(Tally(1, 0), 0, NOW + MINUTE)
    assert await services.practice.finish(GUILD, ADA, second.number) == done
    assert await services.practice.finish(GUILD, ADA, second.number) == done, "pressed twice it says the same"
    assert await services.practice.choose(GUILD, ADA, first.number, "a") == NothingOpen()
    again = await services.start()
    assert (again.number, again.order, again.tally) == (second.number, second.order, Tally(0, 0))


async def test_done_tells_what_is_due_already(services: PracticeServices) -> None:
    first = await services.start()
    await services.answer(first, right=False)
    services.wait(minutes=1)
    assert await services.practice.finish(GUILD, ADA, first.number) == Ended(Tally(1, 0), 1, NOW + MINUTE)


async def test_buttons_of_nobodys_practice_say_that_nothing_is_open(services: PracticeServices) -> None:
    await services.start(ADA)
    for number in (0, 1, 2**63 - 1):
        assert await services.practice.choose(GUILD, BEN, number, "a") == NothingOpen()
        assert await services.practice.rate(GUILD, BEN, number, Grade.HARD) == NothingOpen()
        assert await services.practice.go_on(GUILD, BEN, number) == NothingOpen()
        assert await services.practice.finish(GUILD, BEN, number) == NothingOpen()


@pytest.mark.parametrize("number", [0, 2, 2**63 - 1])
async def test_a_forged_number_shows_the_current_question(services: PracticeServices, number: int) -> None:
    shown = await services.start()
    assert await services.practice.choose(GUILD, ADA, number, "a") == Elsewhere(shown)
    assert await services.practice.finish(GUILD, ADA, number) == Elsewhere(shown)
    assert await services.practice.go_on(GUILD, ADA, number) == shown
    assert await services.rows("SELECT count(*) FROM item_answers") == [(0,)]
