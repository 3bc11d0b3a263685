from datetime import timedelta

import pytest

from bot.features.history.outcomes import Looking, NothingThen, Past, Several
from bot.features.saved.outcomes import NothingHere
from tests.features.drops.house import CHANNEL, GUILD
from tests.features.saved.house import ADA, BEN, CEM, KeepingHouse, text_by

OTHER_GUILD = 2


async def find(house: KeepingHouse, typed: str, user_id: int = CEM) -> Looking:
    return await house.past.find(GUILD, typed, user_id, house.eyes)


async def authors(house: KeepingHouse, drop_id: int, user_id: int) -> list[int]:
    found = await house.past.look(GUILD, drop_id, user_id, house.eyes)
    assert isinstance(found, Past)
    return [answer.user_id for answer in found.answers]


async def test_a_question_by_number_date_and_words(house: KeepingHouse) -> None:
    drop = await house.written()
    for typed in ("1", "#1", "2026-01-05", "today", "5 Jan"):
        found = await find(house, typed)
        assert isinstance(found, Past), typed
        assert found.drop.id == drop.id
    (suggested,) = await house.past.suggest(GUILD, "", 25, house.eyes)
    assert isinstance(await find(house, " ".join(suggested[2].split()[:4])), Past)
    for typed in (
        "2",
        "2026-01-06",
        "yesterday",
        "nothing like this",
        "99999999999999999999",
        "%",
        "\u202e;'",
    ):
        missed = await find(house, typed)
        assert isinstance(missed, NothingThen), typed
        assert missed.asked == 1
    assert isinstance(await house.past.find(OTHER_GUILD, "1", CEM, house.eyes), NothingThen)


async def test_several_questions_on_one_day(house: KeepingHouse) -> None:
    schedule = await house.set_up(kind="open")
    for _ in range(12):
        await house.open_question(schedule)
        house.clock.shift(timedelta(minutes=2))
    found = await find(house, "today")
    assert isinstance(found, Several)
    assert found.total == 12
    assert [drop.number for drop, _ in found.found] == list(range(12, 2, -1))


async def test_blind_until_answered_or_revealed(house: KeepingHouse) -> None:
    drop = await house.written(mode="blind")
    ada = await house.answer(drop, ADA)
    await house.answer(drop, BEN)
    looked = await house.look(drop, CEM)
    assert (looked.answers, looked.closed) == ((), 2)
    assert text_by(ADA) not in repr(looked)
    assert await authors(house, drop.id, ADA) == [ADA, BEN]
    await house.answers.withdraw(GUILD, ada.id, ADA)
    assert await authors(house, drop.id, ADA) == []
    await house.reveal(drop.id)
    assert await authors(house, drop.id, CEM) == [BEN]
    assert await authors(house, drop.id, ADA) == [BEN], "what was withdrawn is not shown to its author either"


async def test_hidden_answers_are_left_out(house: KeepingHouse) -> None:
    drop = await house.written(mode="open")
    await house.hide(await house.answer(drop, ADA))
    await house.answer(drop, BEN)
    assert await authors(house, drop.id, CEM) == [BEN]
    assert await authors(house, drop.id, ADA) == [BEN]


async def test_channels_one_cannot_see_and_channels_that_are_gone(house: KeepingHouse) -> None:
    drop = await house.written(mode="open")
    await house.answer(drop, ADA)
    await house.answer(drop, BEN)
    house.eyes.unseen.add(CHANNEL)
    assert isinstance(await house.past.look(GUILD, drop.id, CEM, house.eyes), NothingHere)
    assert isinstance(await find(house, "1"), NothingThen)
    assert await house.past.suggest(GUILD, "", 25, house.eyes) == []
    house.eyes.unseen.clear()
    house.eyes.deleted.add(CHANNEL)
    assert await authors(house, drop.id, CEM) == []
    assert await authors(house, drop.id, ADA) == [ADA, BEN]


@pytest.mark.parametrize("drop_id", [0, 999, 2**62])
async def test_forged_ids(house: KeepingHouse, drop_id: int) -> None:
    await house.written()
    assert isinstance(await house.past.look(GUILD, drop_id, ADA, house.eyes), NothingHere)


async def test_another_servers_question_and_one_that_is_not_out_yet(house: KeepingHouse) -> None:
    drop = await house.written()
    assert isinstance(await house.past.look(OTHER_GUILD, drop.id, ADA, house.eyes), NothingHere)
    planned = (await house.schedules.post_now(GUILD, drop.schedule_id)).__class__.__name__
    assert planned in {"Posting", "AlreadyPosting"}
    for (drop_id,) in await house.rows("SELECT id FROM drops WHERE state = 'planned'"):
        assert isinstance(await house.past.look(GUILD, drop_id, ADA, house.eyes), NothingHere)


async def test_a_choice_question_before_and_after_its_reveal(house: KeepingHouse) -> None:
    drop = await house.ask()
    await house.tap(drop, ADA, 0)
    await house.tap(drop, BEN, 3)
    assert (await house.look(drop, ADA)).result is None
    await house.close(drop.id)
    result = (await house.look(drop, ADA)).result
    assert result is not None
    assert (result.counts, result.mine) == ({0: 1, 3: 1}, 0)


async def test_suggestions_by_date_number_and_title_the_newest_first(house: KeepingHouse) -> None:
    schedule = await house.set_up(kind="mixed")
    for _ in range(3):
        await house.open_question(schedule)
        house.clock.shift(timedelta(days=1))
    all_of_them = await house.past.suggest(GUILD, "", 25, house.eyes)
    assert [drop.number for drop, _, _ in all_of_them] == [3, 2, 1]
    assert [day.isoformat() for _, day, _ in all_of_them] == ["2026-01-07", "2026-01-06", "2026-01-05"]

    async def numbers(typed: str) -> list[int | None]:
        return [drop.number for drop, _, _ in await house.past.suggest(GUILD, typed, 25, house.eyes)]

    assert await numbers("2026-01-06") == [2]
    assert await numbers("6 january") == [2]
    assert await numbers("#3") == [3]
    assert await numbers(all_of_them[1][2]) == [2]
    assert await numbers("\u202e%_'") == []
    assert len(await house.past.suggest(GUILD, "", 2, house.eyes)) == 2
