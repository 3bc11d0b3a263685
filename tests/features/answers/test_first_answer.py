"""What can come between a first answer and the room that it opens."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import replies
from bot.features.answers import store as answer_store
from bot.features.answers.outcomes import NoRoomYet, NotYet
from bot.features.answers.posts import AnswerPost
from bot.features.answers.room_posts import RoomPost
from bot.features.drops import lifecycle
from bot.features.drops.store import Drop
from bot.features.schedules.outcomes import Posting
from bot.gateway.directory import DiscordDirectory
from bot.outbox import store as outbox
from bot.outbox.message import PrivateThread, Receipt, Skip, Trouble, Wait
from tests.features.answers.test_service import ADA, BEN, accept, withdraw
from tests.features.services import CHANNEL, GUILD, FeatureServices


async def asked(services: FeatureServices, **wish: Any) -> Drop:
    """Return an open question whose room nobody has opened."""
    drop = await services.open_question(await services.set_up(**wish))
    async with services.db.transaction() as tx:
        await lifecycle.room_lost(tx, drop)
    return await services.drop(drop.id)


def answer_post(services: FeatureServices) -> AnswerPost:
    directory = DiscordDirectory(cast("Any", None))
    return AnswerPost(services.db, services.clock, services.bank, directory, services.peers)


@pytest.mark.parametrize("mode", ["blind", "open"])
async def test_an_answer_that_outlives_its_room_asks_for_another(
    services: FeatureServices, mode: str
) -> None:
    """A room is given up a week after the reveal; who answered late waits for some days more."""
    drop = await asked(services, mode=mode)
    first = await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    await services.reveal(drop.id)
    services.clock.shift(timedelta(days=6))
    late = await accept(services, drop, BEN)
    services.clock.shift(timedelta(days=2))
    async with services.db.transaction() as tx:
        await outbox.mark(tx, room.id, state="failed")
        waiting = await outbox.get_post(tx, "answer", late.id, late.round)
    assert waiting is not None
    assert first.id != late.id
    for _ in range(2):  # asking twice brings one
        assert isinstance(await answer_post(services).prepare(waiting), Wait)
    again = await services.post("room", drop.id, 1)
    assert again is not None
    assert (again.state, again.due_at) == ("pending", services.clock.now())
    assert await services.rows("SELECT count(*) FROM posts WHERE kind = 'room'") == [(2,)]


async def test_hidden_while_its_question_becomes_known_and_shown_again_it_gets_its_room(
    services: FeatureServices,
) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    post = await services.post("drop", outcome.drop_id)
    assert post is not None
    async with services.db.transaction() as tx:
        await outbox.claim(tx, post, services.clock.now())
    answer = await accept(services, await services.drop(outcome.drop_id))
    now = services.clock.now()
    for act in (answer_lifecycle.hide, None, answer_lifecycle.show_again):
        async with services.db.transaction() as tx:
            drop = await services.drop(outcome.drop_id)
            stored = await answer_store.get_answer(tx, answer.id)
            assert stored is not None
            if act is None:
                await lifecycle.opened(tx, drop, Receipt(CHANNEL, 4711, now), now)
            else:
                await act(tx, services.peers, drop, stored, now)
    waiting = await services.post("answer", answer.id, answer.round)
    assert waiting is not None
    assert isinstance(await answer_post(services).prepare(waiting), Wait)
    assert await services.post("room", outcome.drop_id) is not None


async def test_a_removed_question_gets_no_room_for_what_waited(services: FeatureServices) -> None:
    drop = await asked(services)
    answer = await accept(services, drop)
    async with services.db.transaction() as tx:
        await lifecycle.withdraw(tx, drop, lifecycle.REMOVED)
    waiting = await services.post("answer", answer.id, answer.round)
    assert waiting is not None
    assert isinstance(await answer_post(services).prepare(waiting), Skip)
    assert await services.rows("SELECT state FROM posts WHERE kind = 'room'") == [("skipped",)]


async def test_withdrawn_before_its_room_is_there_it_never_stands_in_it(services: FeatureServices) -> None:
    """The room opens all the same, once, for the next one."""
    drop = await asked(services)
    answer = await accept(services, drop)
    await withdraw(services, answer)
    waiting = await services.post("answer", answer.id, answer.round)
    assert waiting is not None
    assert isinstance(await answer_post(services).prepare(waiting), Skip)
    await accept(services, drop, BEN)
    await accept(services, drop)
    assert await services.rows("SELECT part, state FROM posts WHERE kind = 'room'") == [(0, "pending")]


async def test_the_way_into_a_room_that_cannot_be_opened_promises_no_moment(
    services: FeatureServices,
) -> None:
    drop = await asked(services)
    await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    for values, held_up in (
        ({"reason": Trouble.UNAVAILABLE.value}, True),
        ({"reason": Trouble.THREAD_LIMIT.value}, True),
        ({"reason": None}, False),
        ({"state": "failed"}, True),
    ):
        async with services.db.transaction() as tx:
            await outbox.mark(tx, room.id, **values)
        outcome = await services.answers.join(GUILD, drop.id, ADA.user_id)
        assert isinstance(outcome, NoRoomYet)
        assert ("in a moment" not in replies.reply(outcome).content) == held_up
        assert ("cannot open the room yet" in replies.reply(outcome).content) == held_up


async def test_the_first_answer_opens_the_room_and_no_other_does(services: FeatureServices) -> None:
    drop = await asked(services)
    assert await services.post("room", drop.id) is None
    await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    assert (room.channel_id, room.due_at, room.state) == (CHANNEL, services.clock.now(), "pending")
    await accept(services, drop, BEN)
    assert await services.rows("SELECT count(*) FROM posts WHERE kind = 'room'") == [(1,)]


async def test_a_late_first_answer_opens_it_too_and_has_a_week_for_it(services: FeatureServices) -> None:
    drop = await asked(services)
    await services.reveal(drop.id)
    services.clock.shift(timedelta(days=60))
    await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    assert room.not_after == services.clock.now() + timedelta(days=7)


async def test_a_room_that_was_given_up_is_tried_anew_by_the_next_answer(services: FeatureServices) -> None:
    drop = await asked(services)
    await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    async with services.db.transaction() as tx:
        await outbox.mark(tx, room.id, state="failed")
    await accept(services, drop, BEN)
    again = await services.post("room", drop.id, 1)
    assert again is not None
    assert again.state == "pending"


async def test_who_answers_before_the_question_is_known_to_stand_waits_for_that(
    services: FeatureServices,
) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    drop = await services.drop(outcome.drop_id)
    post = await services.post("drop", drop.id)
    assert post is not None
    async with services.db.transaction() as tx:
        await outbox.claim(tx, post, services.clock.now())
    await accept(services, drop)
    assert await services.post("room", drop.id) is None
    async with services.db.transaction() as tx:
        receipt = Receipt(CHANNEL, 4711, services.clock.now())
        await lifecycle.opened(tx, await services.drop(drop.id), receipt, services.clock.now())
    assert await services.post("room", drop.id) is not None


async def test_in_its_room_the_first_message_comes_before_the_answers_that_waited(
    services: FeatureServices,
) -> None:
    drop = await asked(services)
    first, second = await accept(services, drop), await accept(services, drop, BEN)
    room = await services.post("room", drop.id)
    assert room is not None
    services.clock.shift(timedelta(minutes=3))
    kind = RoomPost(services.db, services.clock, services.bank, DiscordDirectory(cast("Any", None)))
    now = services.clock.now()
    async with services.db.transaction() as tx:
        await kind.sent(tx, room, Receipt(4711, 4711, now))
        seen: list[tuple[str, int]] = []
        while (post := await outbox.next_due(tx, (GUILD, 4711), now)) is not None:
            seen.append((post.kind, post.subject_id))
            await outbox.mark(tx, post.id, state="sent")
    assert seen == [("intro", drop.id), ("answer", first.id), ("answer", second.id)]


async def test_the_way_into_a_room_that_is_not_open_yet(services: FeatureServices) -> None:
    drop = await asked(services)
    assert await services.answers.join(GUILD, drop.id, BEN.user_id) == NotYet(drop)
    await accept(services, drop)
    outcome = await services.answers.join(GUILD, drop.id, ADA.user_id)
    assert isinstance(outcome, NoRoomYet)
    assert "press again in a moment" in replies.reply(outcome).content
    services.clock.shift(timedelta(hours=1))  # sooner, it would be the same button pressed twice
    other = await asked(services)
    await services.reveal(other.id)
    outcome = await services.answers.join(GUILD, other.id, ADA.user_id)
    assert isinstance(outcome, NoRoomYet)
    assert "The first answer opens the room" in replies.reply(outcome).content


async def test_a_hidden_room_is_private_after_the_reveal_too(services: FeatureServices) -> None:
    drop = await asked(services)
    await accept(services, drop)
    room = await services.post("room", drop.id)
    assert room is not None
    await services.reveal(drop.id)
    nowhere = SimpleNamespace(get_guild=lambda _: None)
    kind = RoomPost(services.db, services.clock, services.bank, DiscordDirectory(cast("Any", nowhere)))
    assert isinstance(await kind.prepare(room), PrivateThread)
