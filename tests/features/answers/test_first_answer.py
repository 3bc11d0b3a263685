"""What can come between a first answer and the room that it opens."""

from datetime import timedelta
from typing import Any, cast

import pytest

from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import replies
from bot.features.answers import store as answer_store
from bot.features.answers.outcomes import NoRoomYet
from bot.features.answers.posts import AnswerPost
from bot.features.drops import lifecycle
from bot.features.drops.store import Drop
from bot.features.schedules.outcomes import Posting
from bot.gateway.directory import DiscordDirectory
from bot.outbox import store as outbox
from bot.outbox.message import Receipt, Skip, Trouble, Wait
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
