import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.db import News
from bot.features.choices.outcomes import Chosen, Result, TimeUp, Waiting, Written
from bot.features.choices.service import Tap
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.schedules.outcomes import Posting
from questions.letters import letter_of
from tests.features.choices.pack import OPTIONS, WORTH
from tests.features.choices.services import ChoiceServices, action_of
from tests.features.drops.samples import SNOWFLAKE
from tests.features.services import GUILD

ADA, BEN, CEM, DIA = 1, 2, 3, 4
RIGHT = 0


async def level_of(services: ChoiceServices, drop_id: int) -> str:
    async with services.db.reading() as tx:
        item = await drops.item_of(tx, services.bank, await services.drop(drop_id))
    return item.content.difficulty.value


async def test_a_tap_is_stored_as_the_option_that_stands_on_its_button(services: ChoiceServices) -> None:
    drop = await services.ask()
    assert sorted(drop.shuffle or "") == ["0", "1", "2", "3"]
    for option in range(4):
        outcome = await services.tap(drop, ADA, option)
        assert isinstance(outcome, Chosen)
        assert outcome.item.content.options[outcome.option].text == OPTIONS[option]
        assert await services.chosen() == {ADA: option}
    (row,) = await services.rows("SELECT drop_id, user_id, name, option FROM choices")
    assert row == (drop.id, ADA, "member 1", 3)


async def test_the_order_of_the_options_is_fixed_when_it_is_planned(services: ChoiceServices) -> None:
    schedule_id = await services.set_up()
    seen: set[str] = set()
    for _ in range(9):
        drop = await services.open_question(schedule_id)
        seen.add(drop.shuffle or "")
        services.clock.shift(timedelta(hours=1))
    assert len(seen) > 3, "it differs from question to question"


async def test_many_at_once_share_a_transaction_and_each_is_counted_once(services: ChoiceServices) -> None:
    drop = await services.ask()
    heard: list[frozenset[News]] = []
    services.db.on_commit(heard.append)
    first = await services.tap_all(drop, [(user, user % 4) for user in range(200)])
    assert all(isinstance(outcome, Chosen) for outcome in first)
    second = await services.tap_all(drop, [(user, (user + 1) % 4) for user in range(200)])
    assert [o.option for o in second if isinstance(o, Chosen)] == [(user + 1) % 4 for user in range(200)]
    assert await services.chosen() == {user: (user + 1) % 4 for user in range(200)}
    assert (await services.drop(drop.id)).answered == 200
    assert heard == [frozenset({News.DROPS})], "who only changed their mind changes nothing for others"


async def test_one_person_who_presses_twice_at_once_has_the_last(services: ChoiceServices) -> None:
    drop = await services.ask()
    outcomes = await services.tap_all(drop, [(ADA, 1), (ADA, 2), (ADA, 2)])
    assert [o.option for o in outcomes if isinstance(o, Chosen)] == [1, 2, 2]
    assert await services.chosen() == {ADA: 2}
    assert (await services.drop(drop.id)).answered == 1


async def test_a_flush_needs_few_statements(services: ChoiceServices) -> None:
    drop = await services.ask()
    await services.tap(drop, ADA, 0)
    seen: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    event.listen(services.db._writer.sync_engine, "before_cursor_execute", note)
    await services.tap_all(drop, [(user, user % 4) for user in range(100)])
    assert sorted(seen) == ["INSERT", "SELECT", "SELECT", "UPDATE"]
    seen.clear()
    await services.tap(drop, ADA, 3)
    assert sorted(seen) == ["INSERT", "SELECT", "SELECT"], "the count is what it was"


async def test_taps_on_two_questions_in_one_flush(services: ChoiceServices) -> None:
    drop = await services.ask()
    other = await services.ask(channel_id=11)
    await asyncio.gather(
        services.tap(drop, ADA, 0),
        services.tap(other, ADA, 1),
        services.tap(other, BEN, 2),
        services.tap(drop, CEM, 3),
    )
    assert await services.rows("SELECT drop_id, user_id, option FROM choices ORDER BY 1, 2") == [
        (drop.id, ADA, 0),
        (drop.id, CEM, 3),
        (other.id, ADA, 1),
        (other.id, BEN, 2),
    ]
    assert [(await services.drop(d.id)).answered for d in (drop, other)] == [2, 2]


@pytest.mark.parametrize("drop_id", [0, 999, 2**63 - 1])
async def test_a_forged_question_is_gone_and_spoils_nobody_s_flush(
    services: ChoiceServices, drop_id: int
) -> None:
    drop = await services.ask()
    outcomes = await asyncio.gather(
        services.tap(drop, ADA, 0),
        services.choices.choose(Tap(GUILD, drop_id, BEN, "ben", "a")),
        services.tap(drop, CEM, 1),
    )
    assert [type(outcome) for outcome in outcomes] == [Chosen, QuestionGone, Chosen]
    assert await services.chosen() == {ADA: 0, CEM: 1}


async def test_another_server_s_question_is_gone(services: ChoiceServices) -> None:
    drop = await services.ask()
    assert await services.tap(drop, ADA, 0, guild_id=GUILD + 1) == QuestionGone()
    assert await services.choices.look(GUILD + 1, drop.id, ADA) == QuestionGone()
    await services.close(drop.id)
    assert await services.tap(drop, ADA, 0, guild_id=GUILD + 1) == QuestionGone()
    assert await services.chosen() == {}


async def test_a_written_question_has_no_options(services: ChoiceServices) -> None:
    drop = await services.ask(kind="open")
    assert await services.choices.choose(Tap(GUILD, drop.id, ADA, "ada", "a")) == Written(drop)
    assert await services.choices.look(GUILD, drop.id, ADA) == Written(drop)
    assert await services.choices.mine(GUILD, [drop], ADA) == {}


async def test_a_question_that_is_not_out_cannot_be_answered(services: ChoiceServices) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    planned = await services.drop(outcome.drop_id)
    assert await services.tap(planned, ADA, 0) == QuestionGone()
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE posts SET state = 'sending'")
    assert isinstance(await services.tap(planned, ADA, 0), Chosen), "it stands there, only its reply was lost"
    drop = await services.sent(planned.id)
    assert (drop.state, drop.answered) == ("open", 1)


async def test_the_choice_can_be_changed_until_the_reveal_and_not_after(services: ChoiceServices) -> None:
    drop = await services.ask()
    services.clock.shift(drop.reveal_at - services.clock.now() - timedelta(microseconds=1))
    assert isinstance(await services.tap(drop, ADA, 1), Chosen)
    looked = await services.choices.look(GUILD, drop.id, ADA)
    assert isinstance(looked, Waiting)
    assert looked.mine == 1
    services.clock.shift(timedelta(microseconds=1))
    late = await services.tap(drop, ADA, RIGHT)
    assert isinstance(late, TimeUp)
    assert late.mine == 1
    never = await services.tap(drop, BEN, RIGHT)
    assert isinstance(never, TimeUp)
    assert never.mine is None
    assert await services.chosen() == {ADA: 1}
    await services.close(drop.id)
    after = await services.tap(drop, ADA, RIGHT)
    assert isinstance(after, Result)
    assert (after.mine, after.points) == (1, 1)
    assert await services.chosen() == {ADA: 1}


async def test_the_reveal_pays_in_the_same_transaction_and_once(services: ChoiceServices) -> None:
    drop = await services.ask()
    await services.tap_all(drop, [(ADA, RIGHT), (BEN, 1), (CEM, 3), (DIA, RIGHT)])
    closed = await services.close(drop.id)
    worth = WORTH[await level_of(services, drop.id)]
    assert (closed.state, closed.reveal_message_id) == ("revealed", 77)
    assert [await services.points(user) for user in (ADA, BEN, CEM, DIA)] == [worth, 1, 1, worth]
    ledger = await services.rows(
        "SELECT act, subject_id, user_id, points, reason FROM ledger ORDER BY user_id"
    )
    assert [row[:4] for row in ledger] == [
        ("choice_drop", drop.id, ADA, worth),
        ("choice_drop", drop.id, BEN, 1),
        ("choice_drop", drop.id, CEM, 1),
        ("choice_drop", drop.id, DIA, worth),
    ]
    assert ledger[0][4].startswith("chose the right option in question 1, Item ")
    assert ledger[1][4].startswith("chose a wrong option in question 1, Item ")
    given = await services.rows(
        'SELECT user_id, source, source_id, question_id, option, "right", points FROM item_answers ORDER BY 1'
    )
    assert given == [
        (ADA, "drop", drop.id, drop.question_id, RIGHT, 1, worth),
        (BEN, "drop", drop.id, drop.question_id, 1, 0, 1),
        (CEM, "drop", drop.id, drop.question_id, 3, 0, 1),
        (DIA, "drop", drop.id, drop.question_id, RIGHT, 1, worth),
    ]
    assert await services.rows("SELECT user_id FROM cards ORDER BY 1") == [(BEN,), (CEM,)]
    before = await services.rows("SELECT * FROM cards")
    async with services.db.transaction() as tx:
        await services.choices.close(tx, closed, 78)
    assert await services.points(ADA) == worth
    assert await services.rows("SELECT * FROM cards") == before
    assert (await services.drop(drop.id)).reveal_message_id == 77


async def test_a_reveal_that_fails_pays_nobody(services: ChoiceServices) -> None:
    drop = await services.ask()
    await services.tap(drop, ADA, RIGHT)

    async def cut_off() -> None:
        async with services.db.transaction() as tx:
            await services.choices.close(tx, await services.drop(drop.id), 77)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await cut_off()
    assert (await services.drop(drop.id)).state == "open"
    assert await services.points(ADA) == 0
    assert await services.rows("SELECT * FROM item_answers") == []


async def test_a_question_that_nobody_answered_is_closed_too(services: ChoiceServices) -> None:
    drop = await services.ask()
    assert (await services.close(drop.id)).state == "revealed"
    assert await services.rows("SELECT * FROM ledger") == []


async def test_the_room_opens_with_the_reveal(services: ChoiceServices) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up())
    assert isinstance(outcome, Posting)
    async with services.db.transaction() as tx:
        await lifecycle.opened(
            tx, await services.drop(outcome.drop_id), services._receipt(), services.clock.now()
        )
    assert await services.post("room", outcome.drop_id) is None
    assert await services.post("reveal", outcome.drop_id) is None
    reveal = await services.post("choice_reveal", outcome.drop_id)
    assert reveal is not None
    assert reveal.due_at == (await services.drop(outcome.drop_id)).reveal_at
    await services.close(outcome.drop_id)
    room = await services.post("room", outcome.drop_id)
    assert room is not None
    assert room.due_at == services.clock.now()


@pytest.mark.parametrize(("kind", "message_id"), [("forum", 77), ("text", None)])
async def test_no_room_in_a_forum_nor_without_a_reveal(
    services: ChoiceServices, kind: str, message_id: int | None
) -> None:
    outcome = await services.schedules.post_now(GUILD, await services.set_up(channel_kind=kind))
    assert isinstance(outcome, Posting)
    async with services.db.transaction() as tx:
        await lifecycle.opened(
            tx, await services.drop(outcome.drop_id), services._receipt(), services.clock.now()
        )
    await services.tap(await services.drop(outcome.drop_id), ADA, RIGHT)
    await services.close(outcome.drop_id, message_id)
    assert await services.post("room", outcome.drop_id) is None
    assert await services.points(ADA) > 0


async def test_how_a_person_did(services: ChoiceServices) -> None:
    drop = await services.ask()
    await services.tap_all(drop, [(ADA, RIGHT), (BEN, 2)])
    await services.close(drop.id)
    worth = WORTH[await level_of(services, drop.id)]
    looked = [await services.choices.look(GUILD, drop.id, user) for user in (ADA, BEN, CEM)]
    assert [(o.mine, o.points) for o in looked if isinstance(o, Result)] == [
        (RIGHT, worth),
        (2, 1),
        (None, 0),
    ]


async def test_a_question_outlives_its_schedule_until_its_reveal_pays(services: ChoiceServices) -> None:
    drop = await services.ask()
    await services.tap(drop, ADA, RIGHT)
    await services.schedules.remove(GUILD, drop.schedule_id)
    assert isinstance(await services.tap(drop, BEN, RIGHT), Chosen)
    post = await services.post("choice_reveal", drop.id)
    assert post is not None
    assert post.state == "pending"


async def test_the_letters_of_a_reply_are_those_on_the_message(services: ChoiceServices) -> None:
    drop = await services.ask()
    letters = {action_of(drop, option).upper(): letter_of(drop.shuffle or "", option) for option in range(4)}
    assert letters == {"A": "A", "B": "B", "C": "C", "D": "D"}


async def test_ids_as_long_as_discord_s(services: ChoiceServices) -> None:
    drop = await services.ask()
    assert isinstance(await services.tap(drop, SNOWFLAKE, 1), Chosen)
    assert await services.chosen() == {SNOWFLAKE: 1}
