import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.db import News
from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import queries as answers
from bot.features.answers.edits import AnswerEdits
from bot.features.answers.outcomes import (
    Accepted,
    Added,
    AddForm,
    AlreadyAnswered,
    AskWithdraw,
    Author,
    ByButtons,
    HiddenMode,
    Hints,
    MayJoin,
    NoAnswer,
    NoQuestionHere,
    NoReminder,
    NotYet,
    NotYours,
    ReminderSet,
    TooLateToRemind,
    Unfit,
    Withdrawn,
    WriteForm,
)
from bot.features.answers.room_posts import RoomPost, no_room_yet
from bot.features.answers.rules import TooLong, TooShort
from bot.features.answers.service import OLD_TEXT_STANDS
from bot.features.answers.store import Answer
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.today.replies import standing
from bot.gateway.directory import DiscordDirectory
from bot.outbox import store as outbox
from bot.outbox.message import Receipt
from tests.features.services import CHANNEL, GUILD, FeatureServices

ADA, BEN = Author(1, "ada", None), Author(2, "ben", "https://cdn.example/ben.png")
TEXT = "First I would ask how many requests a second there are, and what a late one costs us."
OTHER_TEXT = TEXT.replace("First", "At first")
LINK = "https://discord.com/channels/1/2/3"


@pytest.fixture
async def drop(services: FeatureServices) -> Drop:
    return await services.open_question(await services.set_up())


@pytest.fixture
async def open_drop(services: FeatureServices) -> Drop:
    """Give a question whose answers are visible at once."""
    return await services.open_question(await services.set_up(mode="open"))


async def accept(services: FeatureServices, drop: Drop, author: Author = ADA, text: str = TEXT) -> Answer:
    outcome = await services.answers.submit(GUILD, drop.id, author, text)
    assert isinstance(outcome, Accepted), outcome
    return outcome.answer


async def withdraw(services: FeatureServices, answer: Answer) -> Withdrawn:
    outcome = await services.answers.withdraw(GUILD, answer.id, answer.user_id)
    assert isinstance(outcome, Withdrawn), outcome
    return outcome


# Answering


async def test_an_answer_brings_points_a_count_and_a_post_in_the_room(
    services: FeatureServices, drop: Drop
) -> None:
    outcome = await services.answers.submit(GUILD, drop.id, ADA, f"  {TEXT}\u200b\n")
    assert isinstance(outcome, Accepted)
    assert (outcome.points, outcome.answer.text, outcome.answer.scored) == (10, TEXT, True)
    assert await services.points(ADA.user_id) == 10
    assert (await services.drop(drop.id)).answered == 1
    assert (await services.drop(drop.id)).revision > drop.revision
    post = await services.post("answer", outcome.answer.id, 1)
    assert post is not None
    assert (post.state, post.channel_id, post.due_at) == ("pending", drop.room_id, services.clock.now())
    mine = await services.answers.mine(GUILD, [drop.id], ADA.user_id)
    assert mine[drop.id].text == TEXT


async def test_a_second_answer_is_refused_and_changes_nothing(services: FeatureServices, drop: Drop) -> None:
    first = await accept(services, drop)
    outcome = await services.answers.submit(GUILD, drop.id, ADA, OTHER_TEXT)
    assert outcome == AlreadyAnswered(await services.drop(drop.id), first)
    assert await services.points(ADA.user_id) == 10
    assert (await services.drop(drop.id)).answered == 1


async def test_the_same_form_sent_twice_at_once_is_one_answer(services: FeatureServices, drop: Drop) -> None:
    texts = [f"{TEXT} {n}" for n in range(20)]
    outcomes = await asyncio.gather(*(services.answers.submit(GUILD, drop.id, ADA, text) for text in texts))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted"] + ["AlreadyAnswered"] * 19
    assert await services.rows("SELECT count(*) FROM answers") == [(1,)]
    assert await services.rows("SELECT points FROM ledger") == [(10,)]
    assert (await services.drop(drop.id)).answered == 1


async def test_many_people_at_once_all_count(services: FeatureServices, drop: Drop) -> None:
    people = [Author(n, f"person {n}", None) for n in range(1, 41)]
    await asyncio.gather(*(accept(services, drop, person) for person in people))
    assert (await services.drop(drop.id)).answered == 40
    assert await services.rows("SELECT count(*), sum(points) FROM totals") == [(40, 400)]


@pytest.mark.parametrize(("text", "why"), [("too-short", TooShort(9, 80)), ("x" * 3501, TooLong(3501, 3500))])
async def test_an_unfit_text_is_kept_as_a_draft_for_the_next_try(
    services: FeatureServices, drop: Drop, text: str, why: object
) -> None:
    outcome = await services.answers.submit(GUILD, drop.id, ADA, text)
    assert isinstance(outcome, Unfit)
    assert outcome.why == why
    again = await services.answers.again(GUILD, outcome.draft_id, ADA.user_id)
    assert isinstance(again, WriteForm)
    assert again.draft == text
    assert await services.answers.again(GUILD, outcome.draft_id, BEN.user_id) == NotYours()
    assert await services.answers.again(GUILD + 1, outcome.draft_id, ADA.user_id) == NoAnswer(None)
    assert await services.points(ADA.user_id) == 0
    await accept(services, drop)
    assert await services.rows("SELECT * FROM drafts") == []


async def test_after_the_reveal_it_is_late_and_without_points(services: FeatureServices, drop: Drop) -> None:
    await services.reveal(drop.id)
    answer = await accept(services, drop)
    assert (answer.late, answer.scored) == (True, False)
    assert await services.points(ADA.user_id) == 0
    assert await services.rows("SELECT * FROM ledger") == []


@pytest.mark.parametrize(("after", "late"), [(-1, False), (0, True)])
async def test_the_reveals_time_counts_not_its_posting(
    services: FeatureServices, drop: Drop, after: int, *, late: bool
) -> None:
    services.clock.shift(drop.reveal_at - services.clock.now() + timedelta(microseconds=after))
    assert (await accept(services, drop)).late is late


@pytest.mark.parametrize(("guild_id", "shift"), [(GUILD + 1, 0), (GUILD, 10**6)])
async def test_a_question_of_another_server_or_none_is_gone(
    services: FeatureServices, drop: Drop, guild_id: int, shift: int
) -> None:
    drop_id, user_id = drop.id + shift, ADA.user_id
    assert await services.answers.submit(guild_id, drop_id, ADA, TEXT) == QuestionGone()
    assert await services.answers.write_form(guild_id, drop_id, user_id) == QuestionGone()
    assert await services.answers.hint(guild_id, drop_id, user_id, more=False) == QuestionGone()
    assert await services.answers.remind(guild_id, drop_id, user_id) == QuestionGone()
    assert await services.answers.join(guild_id, drop_id, user_id) == QuestionGone()


async def test_a_question_that_was_not_posted_yet_cannot_be_answered(services: FeatureServices) -> None:
    await services.schedules.post_now(GUILD, await services.set_up())
    assert await services.answers.submit(GUILD, 1, ADA, TEXT) == QuestionGone()


# Withdrawing, and again


async def test_withdrawing_takes_the_points_and_the_count_back(services: FeatureServices, drop: Drop) -> None:
    answer = await accept(services, drop)
    assert isinstance(await services.answers.ask_withdraw(GUILD, answer.id, ADA.user_id), AskWithdraw)
    assert (await withdraw(services, answer)).points == -10
    assert await services.points(ADA.user_id) == 0
    assert (await services.drop(drop.id)).answered == 0
    mine = await services.answers.mine(GUILD, [drop.id], ADA.user_id)
    assert "You withdrew your answer" in standing(drop, mine[drop.id])
    second = await services.answers.withdraw(GUILD, answer.id, ADA.user_id)
    assert second == NoAnswer(await services.drop(drop.id))
    assert (await services.drop(drop.id)).answered == 0


async def test_what_is_written_after_a_withdrawal_brings_nothing_however_often(
    services: FeatureServices, drop: Drop
) -> None:
    first = await accept(services, drop)
    for round_ in (2, 3):
        await withdraw(services, first)
        again = await accept(services, drop, text=OTHER_TEXT)
        assert (again.id, again.round, again.scored, again.text) == (first.id, round_, False, OTHER_TEXT)
        assert await services.points(ADA.user_id) == 0
        assert await services.post("answer", first.id, round_) is not None
    assert (await services.drop(drop.id)).answered == 1


async def test_a_text_written_anew_is_another_even_where_the_clock_stands_still(
    services: FeatureServices, drop: Drop
) -> None:
    first = await accept(services, drop)
    await withdraw(services, first)
    services.clock.shift(-timedelta(hours=1))
    again = await accept(services, drop)
    assert again.id == first.id
    assert again.created_at > first.created_at


async def test_withdrawing_a_late_answer_costs_nothing(services: FeatureServices, drop: Drop) -> None:
    await services.reveal(drop.id)
    assert (await withdraw(services, await accept(services, drop))).points == 0


async def test_a_withdrawn_answers_message_is_to_be_deleted_until_it_is(
    services: FeatureServices, drop: Drop
) -> None:
    answer = await accept(services, drop)
    async with services.db.transaction() as tx:
        await answer_lifecycle.posted(tx, answer.id, 777)
    assert await services.answers.list_stale() == []
    await withdraw(services, answer)
    (stale,) = await services.answers.list_stale()
    assert (stale.state, stale.message_id) == ("withdrawn", 777)
    await services.answers.removed(stale)
    assert await services.answers.list_stale() == []


async def test_strangers_can_touch_nothing(services: FeatureServices, drop: Drop) -> None:
    answer = await accept(services, drop)
    assert await services.answers.ask_withdraw(GUILD, answer.id, BEN.user_id) == NotYours()
    assert await services.answers.withdraw(GUILD, answer.id, BEN.user_id) == NotYours()
    assert await services.answers.add_form(GUILD, answer.id, BEN.user_id) == NotYours()
    assert await services.answers.add(GUILD, answer.id, BEN.user_id, "graffiti") == NotYours()
    assert await services.answers.withdraw(GUILD + 1, answer.id, ADA.user_id) == QuestionGone()
    assert await services.points(ADA.user_id) == 10


# Additions


async def test_an_addition_leaves_the_first_text_and_can_be_changed_and_taken_away(
    services: FeatureServices, drop: Drop
) -> None:
    answer = await accept(services, drop)
    async with services.db.transaction() as tx:
        await answer_lifecycle.posted(tx, answer.id, 777)
    for text, kept in (("One more thing", "One more thing"), ("Or two", "Or two"), (" \n", None)):
        outcome = await services.answers.add(GUILD, answer.id, ADA.user_id, text)
        assert isinstance(outcome, Added)
        (stale,) = await services.answers.list_stale()
        assert stale == outcome.answer
        assert (stale.text, stale.addition, stale.added_at is None) == (TEXT, kept, kept is None)
        await services.answers.shown(stale)
        assert await services.answers.list_stale() == []
    assert await services.points(ADA.user_id) == 10


async def test_the_form_for_an_addition_starts_with_the_last_one_or_its_draft(
    services: FeatureServices, drop: Drop
) -> None:
    answer = await accept(services, drop)
    await services.answers.add(GUILD, answer.id, ADA.user_id, "One more thing")
    form = await services.answers.add_form(GUILD, answer.id, ADA.user_id)
    assert isinstance(form, AddForm)
    assert form.draft == "One more thing"
    unfit = await services.answers.add(GUILD, answer.id, ADA.user_id, "x" * 1501)
    assert isinstance(unfit, Unfit)
    again = await services.answers.again(GUILD, unfit.draft_id, ADA.user_id)
    assert isinstance(again, AddForm)
    assert again.draft == "x" * 1501


async def test_the_text_of_a_form_that_failed_comes_back(services: FeatureServices, drop: Drop) -> None:
    draft = await services.answers.keep_draft(GUILD, ADA.user_id, "answer", drop.id, TEXT)
    form = await services.answers.again(GUILD, draft, ADA.user_id)
    assert isinstance(form, WriteForm)
    assert form.draft == TEXT
    answer = await accept(services, drop)
    assert isinstance(await services.answers.again(GUILD, draft, ADA.user_id), NoAnswer)
    draft = await services.answers.keep_draft(GUILD, ADA.user_id, "addition", answer.id, "and more")
    form = await services.answers.again(GUILD, draft, ADA.user_id)
    assert isinstance(form, AddForm)
    assert form.draft == "and more"


async def test_the_form_is_refused_to_who_has_answered(services: FeatureServices, drop: Drop) -> None:
    assert isinstance(await services.answers.write_form(GUILD, drop.id, ADA.user_id), WriteForm)
    answer = await accept(services, drop)
    assert await services.answers.write_form(GUILD, drop.id, ADA.user_id) == AlreadyAnswered(
        await services.drop(drop.id), answer
    )


# Messages that count


@pytest.mark.parametrize("place", ["message_id", "room_id", "channel_id"])
async def test_a_message_of_ones_own_counts_once(
    services: FeatureServices, open_drop: Drop, place: str
) -> None:
    places = (getattr(open_drop, place),)
    outcome = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert isinstance(outcome, Accepted)
    assert (outcome.answer.source, outcome.answer.source_url, outcome.points) == ("message", LINK, 10)
    again = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert isinstance(again, AlreadyAnswered)
    assert await services.points(ADA.user_id) == 10


async def test_another_persons_message_does_not_count(services: FeatureServices, open_drop: Drop) -> None:
    places = (open_drop.room_id or 0,)
    assert await services.answers.count_message(GUILD, places, ADA, BEN.user_id, TEXT, LINK) == NotYours()


async def test_a_message_in_hidden_mode_does_not_count_before_the_reveal(
    services: FeatureServices, drop: Drop
) -> None:
    places = (drop.message_id or 0,)
    outcome = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert outcome == HiddenMode(drop)
    await services.reveal(drop.id)
    outcome = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert isinstance(outcome, Accepted)
    assert outcome.points == 0


async def test_a_message_elsewhere_does_not_count(services: FeatureServices, open_drop: Drop) -> None:
    for guild_id, places in ((GUILD, (404,)), (GUILD, ()), (GUILD + 1, (open_drop.room_id or 0,))):
        outcome = await services.answers.count_message(guild_id, places, ADA, ADA.user_id, TEXT, LINK)
        assert outcome == NoQuestionHere()


async def test_the_message_it_replies_to_says_which_question_it_answers(
    services: FeatureServices, open_drop: Drop
) -> None:
    services.clock.shift(timedelta(minutes=5))
    newer = await services.open_question(open_drop.schedule_id)
    places = (open_drop.message_id or 0, CHANNEL)
    older = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert isinstance(older, Accepted)
    assert older.drop.id == open_drop.id
    outcome = await services.answers.count_message(GUILD, (404, CHANNEL), ADA, ADA.user_id, TEXT, LINK)
    assert isinstance(outcome, Accepted)
    assert outcome.drop.id == newer.id


# Hints, reminders, the room


async def test_hints_come_one_at_a_time_and_stay(services: FeatureServices, drop: Drop) -> None:
    async with services.db.reading() as tx:
        hints = (await drops.question_of(tx, services.bank, drop)).content.hints
    seen = []
    for more in (False, False, True, True, True, False):
        outcome = await services.answers.hint(GUILD, drop.id, ADA.user_id, more=more)
        assert isinstance(outcome, Hints)
        assert outcome.texts == hints[: len(outcome.texts)]
        assert outcome.of == len(hints)
        seen.append(len(outcome.texts))
    assert seen == [1, 1, 2, min(3, len(hints)), len(hints), len(hints)]
    other = await services.answers.hint(GUILD, drop.id, BEN.user_id, more=False)
    assert isinstance(other, Hints)
    assert len(other.texts) == 1


async def test_a_reminder_is_one_however_often_it_is_asked_for(services: FeatureServices, drop: Drop) -> None:
    at = drop.reveal_at - timedelta(hours=2)
    for _ in range(3):
        assert await services.answers.remind(GUILD, drop.id, ADA.user_id) == ReminderSet(drop, at)
    assert await services.rows("SELECT count(*) FROM posts WHERE kind = 'reminder'") == [(1,)]
    async with services.db.reading() as tx:
        post = await outbox.get_post(tx, "reminder", 1)
    assert post is not None
    assert (post.due_at, post.not_after, post.channel_id) == (at, drop.reveal_at, 0)


async def test_no_reminder_where_it_would_not_help(services: FeatureServices, drop: Drop) -> None:
    answer = await accept(services, drop)
    assert isinstance(await services.answers.remind(GUILD, drop.id, ADA.user_id), NoReminder)
    await withdraw(services, answer)
    services.clock.shift(drop.reveal_at - timedelta(hours=2) - services.clock.now())
    now = await services.drop(drop.id)
    assert await services.answers.remind(GUILD, drop.id, ADA.user_id) == TooLateToRemind(now)


async def test_the_room_opens_with_an_answer_and_to_everybody_after_the_reveal(
    services: FeatureServices, drop: Drop
) -> None:
    assert await services.answers.join(GUILD, drop.id, ADA.user_id) == NotYet(drop)
    answer = await accept(services, drop)
    outcome = await services.answers.join(GUILD, drop.id, ADA.user_id)
    assert isinstance(outcome, MayJoin)
    assert outcome.room_id == drop.room_id
    await withdraw(services, answer)
    assert isinstance(await services.answers.join(GUILD, drop.id, ADA.user_id), NotYet)
    await services.reveal(drop.id)
    assert isinstance(await services.answers.join(GUILD, drop.id, ADA.user_id), MayJoin)


# What must not get lost between a message and its row


@pytest.fixture
async def written_again(services: FeatureServices, drop: Drop) -> Answer:
    """Give the withdrawn answer of a person who has written again while its message still stood there."""
    answer = await accept(services, drop)
    async with services.db.transaction() as tx:
        await answer_lifecycle.posted(tx, answer.id, 777)
    await withdraw(services, answer)
    (withdrawn,) = await services.answers.list_stale()
    await accept(services, drop, text=OTHER_TEXT)
    return withdrawn


async def test_a_new_answer_does_not_forget_the_message_of_the_withdrawn_one(
    services: FeatureServices, written_again: Answer
) -> None:
    (stale,) = await services.answers.list_stale()
    assert (stale.message_id, stale.text) == (777, OTHER_TEXT)
    await services.answers.removed(written_again)
    # The number of the newest state was not shown yet, but without a message there is nothing to show.
    assert await services.answers.list_stale() == []


async def test_a_deletion_that_ends_late_does_not_forget_the_new_message(
    services: FeatureServices, written_again: Answer
) -> None:
    async with services.db.transaction() as tx:
        await answer_lifecycle.posted(tx, written_again.id, 888)
    await services.answers.removed(written_again)
    await services.answers.add(GUILD, written_again.id, ADA.user_id, "One more thing")
    (stale,) = await services.answers.list_stale()
    assert (stale.message_id, stale.addition) == (888, "One more thing")


# Who is woken


async def _waiting(services: FeatureServices, answer: Answer, reason: str) -> None:
    """Say that an answer's post was tried and waits for an hour."""
    post = await services.post("answer", answer.id, answer.round)
    assert post is not None
    async with services.db.transaction() as tx:
        later = services.clock.now() + timedelta(hours=1)
        await outbox.mark(tx, post.id, attempts=3, reason=reason, next_try_at=later)


async def _is_due(services: FeatureServices, answer: Answer) -> bool:
    post = await services.post("answer", answer.id, answer.round)
    assert post is not None
    return post.next_try_at <= services.clock.now()


async def test_a_room_wakes_the_answers_to_its_own_question_and_no_others(services: FeatureServices) -> None:
    schedule_id = await services.set_up()
    drops = [await services.open_question(schedule_id)]
    services.clock.shift(timedelta(hours=1))  # sooner, it would be the same button pressed twice
    drops.append(await services.open_question(schedule_id))
    answers: list[Answer] = []
    for drop in drops:
        async with services.db.transaction() as tx:
            await lifecycle.room_lost(tx, drop)
        answers.append(await accept(services, drop))
        await _waiting(services, answers[-1], no_room_yet(await services.drop(drop.id)))
    room = await services.post("room", drops[0].id)
    assert room is not None
    kind = RoomPost(services.db, services.clock, services.bank, DiscordDirectory(cast("Any", None)))
    async with services.db.transaction() as tx:
        await kind.sent(tx, room, Receipt(4711, 4711, services.clock.now()))
    assert [await _is_due(services, answer) for answer in answers] == [True, False]


async def test_a_deleted_text_wakes_the_one_that_takes_its_place_and_no_others(
    services: FeatureServices, drop: Drop, written_again: Answer
) -> None:
    other = await accept(services, drop, BEN)
    (again,) = await services.answers.list_stale()
    await _waiting(services, again, OLD_TEXT_STANDS)
    await _waiting(services, other, "no_permission")
    await services.answers.removed(written_again)
    assert (await _is_due(services, again), await _is_due(services, other)) == (True, False)


async def test_a_choice_question_takes_no_writing(services: FeatureServices) -> None:
    drop = await services.open_question(await services.set_up(kind="choice"))
    told = ByButtons(drop)
    assert await services.answers.write_form(GUILD, drop.id, ADA.user_id) == told
    assert await services.answers.submit(GUILD, drop.id, ADA, TEXT) == told
    assert await services.answers.hint(GUILD, drop.id, ADA.user_id, more=False) == told
    assert await services.answers.remind(GUILD, drop.id, ADA.user_id) == told
    place = drop.message_id or 0
    counted = await services.answers.count_message(GUILD, (place,), ADA, ADA.user_id, TEXT, "url")
    assert counted == HiddenMode(drop), "everybody can read a message, and choices are hidden"
    revealed = await services.reveal(drop.id)
    late = await services.answers.count_message(GUILD, (place,), ADA, ADA.user_id, TEXT, "url")
    assert late == ByButtons(revealed)
    assert await services.rows("SELECT id FROM answers UNION ALL SELECT id FROM drafts") == []
    assert await services.rows("SELECT id FROM reminders UNION ALL SELECT id FROM ledger") == []
    assert await services.rows("SELECT * FROM hints_seen") == []


# What is one person's, or one question's


async def test_a_draft_is_one_persons_of_one_question_and_one_kind(
    services: FeatureServices, drop: Drop
) -> None:
    services.clock.shift(timedelta(minutes=1))
    other = await services.open_question(await services.set_up(channel_id=CHANNEL + 1))
    answer = await accept(services, drop)
    await services.answers.keep_draft(GUILD, ADA.user_id, "addition", answer.id, "and more")
    await withdraw(services, answer)
    await services.answers.keep_draft(GUILD, ADA.user_id, "answer", drop.id, TEXT)
    await services.answers.keep_draft(GUILD, BEN.user_id, "answer", drop.id, OTHER_TEXT)
    for drop_id, author, begun in ((drop.id, ADA, TEXT), (drop.id, BEN, OTHER_TEXT), (other.id, ADA, "")):
        form = await services.answers.write_form(GUILD, drop_id, author.user_id)
        assert isinstance(form, WriteForm)
        assert form.draft == begun
    (draft_id,) = next(
        iter(await services.rows("SELECT id FROM drafts WHERE user_id = 1 AND purpose = 'answer'"))
    )
    again = await services.answers.again(GUILD, draft_id, ADA.user_id)
    assert isinstance(again, WriteForm)
    assert again.draft == TEXT
    await accept(services, drop)
    form = await services.answers.write_form(GUILD, drop.id, BEN.user_id)
    assert isinstance(form, WriteForm)
    assert form.draft == OTHER_TEXT, "what Ada has sent takes nothing from Ben"


async def test_each_who_asks_is_reminded(services: FeatureServices, drop: Drop) -> None:
    for author in (ADA, BEN):
        assert isinstance(await services.answers.remind(GUILD, drop.id, author.user_id), ReminderSet)
    reminded = await services.rows(
        "SELECT user_id FROM reminders JOIN posts ON subject_id = reminders.id AND kind = 'reminder'"
    )
    assert sorted(reminded) == [(ADA.user_id,), (BEN.user_id,)]


# What the rooms are told


async def test_what_changes_a_message_is_heard_at_once(services: FeatureServices, drop: Drop) -> None:
    answer = await accept(services, drop)
    heard: list[frozenset[News]] = []
    services.db.on_commit(heard.append)
    await services.answers.add(GUILD, answer.id, ADA.user_id, "One more thing")
    assert News.ANSWERS in heard[-1]
    await withdraw(services, answer)
    assert {News.ANSWERS, News.DROPS} <= heard[-1]


async def test_hiding_twice_and_showing_twice_count_once(services: FeatureServices, drop: Drop) -> None:
    answer = await accept(services, drop)

    async def act(change: Any) -> int:
        async with services.db.transaction() as tx:
            now = await answers.get_answer(tx, answer.id)
            assert now is not None
            await change(tx, services.peers, await services.drop(drop.id), now, services.clock.now())
        return (await services.drop(drop.id)).answered

    hide, show = answer_lifecycle.hide, answer_lifecycle.show_again
    assert [await act(change) for change in (hide, hide, show, show)] == [0, 0, 1, 1]


async def test_the_message_of_a_withdrawn_text_is_deleted_and_not_written_over(
    services: FeatureServices, written_again: Answer
) -> None:
    assert written_again.message_id == 777
    edits = AnswerEdits(services.db, services.bank, services.answers, services.peers)
    (edit,) = await edits.list_edits()
    assert (edit.message_id, edit.message) == (777, None)


@pytest.mark.parametrize("state", ["revealed", "skipped"])
async def test_a_message_in_a_channel_counts_for_what_is_open_there(
    services: FeatureServices, open_drop: Drop, state: str
) -> None:
    if state == "revealed":
        await services.reveal(open_drop.id)
    else:
        await services.schedules.remove(GUILD, open_drop.schedule_id)
    places = (CHANNEL,) if state == "revealed" else (open_drop.message_id or 0, CHANNEL)
    outcome = await services.answers.count_message(GUILD, places, ADA, ADA.user_id, TEXT, LINK)
    assert outcome == NoQuestionHere()
