from datetime import timedelta

import pytest

from bot.features.history.outcomes import Looking, NothingThen, Past, Several
from bot.features.saved.outcomes import NothingHere
from tests.features.saved.services import ADA, BEN, CEM, SavedServices, text_by
from tests.features.services import CHANNEL, GUILD

OTHER_GUILD = 2


async def find(services: SavedServices, typed: str, user_id: int = CEM) -> Looking:
    return await services.past.find(GUILD, typed, user_id, services.eyes)


async def authors(services: SavedServices, drop_id: int, user_id: int) -> list[int]:
    found = await services.past.look(GUILD, drop_id, user_id, services.eyes)
    assert isinstance(found, Past)
    return [answer.user_id for answer in found.answers]


async def test_a_question_by_number_date_and_words(services: SavedServices) -> None:
    drop = await services.written()
    for typed in ("1", "#1", "2026-01-05", "today", "5 Jan"):
        found = await find(services, typed)
        assert isinstance(found, Past), typed
        assert found.drop.id == drop.id
    (suggested,) = await services.past.suggest(GUILD, "", 25, services.eyes)
    assert isinstance(await find(services, " ".join(suggested[2].split()[:4])), Past)
    for typed in (
        "2",
        "2026-01-06",
        "yesterday",
        "nothing like this",
        "99999999999999999999",
        "%",
        "\u202e;'",
    ):
        missed = await find(services, typed)
        assert isinstance(missed, NothingThen), typed
        assert missed.asked == 1
    assert isinstance(await services.past.find(OTHER_GUILD, "1", CEM, services.eyes), NothingThen)


async def test_several_questions_on_one_day(services: SavedServices) -> None:
    schedule = await services.set_up(kind="open")
    for _ in range(12):
        await services.open_question(schedule)
        services.clock.shift(timedelta(minutes=2))
    found = await find(services, "today")
    assert isinstance(found, Several)
    assert found.total == 12
    assert [drop.number for drop, _ in found.found] == list(range(12, 2, -1))


async def test_blind_until_answered_or_revealed(services: SavedServices) -> None:
    drop = await services.written(mode="blind")
    ada = await services.answer(drop, ADA)
    await services.answer(drop, BEN)
    looked = await services.look(drop, CEM)
    assert (looked.answers, looked.closed) == ((), 2)
    assert text_by(ADA) not in repr(looked)
    assert await authors(services, drop.id, ADA) == [ADA, BEN]
    await services.answers.withdraw(GUILD, ada.id, ADA)
    assert await authors(services, drop.id, ADA) == []
    await services.reveal(drop.id)
    assert await authors(services, drop.id, CEM) == [BEN]
    assert await authors(services, drop.id, ADA) == [BEN], (
        "what was withdrawn is not shown to its author either"
    )


async def test_hidden_answers_are_left_out(services: SavedServices) -> None:
    drop = await services.written(mode="open")
    await services.hide(await services.answer(drop, ADA))
    await services.answer(drop, BEN)
    assert await authors(services, drop.id, CEM) == [BEN]
    assert await authors(services, drop.id, ADA) == [BEN]


async def test_channels_one_cannot_see_and_channels_that_are_gone(services: SavedServices) -> None:
    drop = await services.written(mode="open")
    await services.answer(drop, ADA)
    await services.answer(drop, BEN)
    services.eyes.unseen.add(CHANNEL)
    assert isinstance(await services.past.look(GUILD, drop.id, CEM, services.eyes), NothingHere)
    assert isinstance(await find(services, "1"), NothingThen)
    assert await services.past.suggest(GUILD, "", 25, services.eyes) == []
    services.eyes.unseen.clear()
    services.eyes.deleted.add(CHANNEL)
    assert await authors(services, drop.id, CEM) == []
    assert await authors(services, drop.id, ADA) == [ADA, BEN]


@pytest.mark.parametrize("drop_id", [0, 999, 2**62])
async def test_forged_ids(services: SavedServices, drop_id: int) -> None:
    await services.written()
    assert isinstance(await services.past.look(GUILD, drop_id, ADA, services.eyes), NothingHere)


async def test_another_servers_question_and_one_that_is_not_out_yet(services: SavedServices) -> None:
    drop = await services.written()
    assert isinstance(await services.past.look(OTHER_GUILD, drop.id, ADA, services.eyes), NothingHere)
    planned = (await services.schedules.post_now(GUILD, drop.schedule_id)).__class__.__name__
    assert planned in {"Posting", "AlreadyPosting"}
    for (drop_id,) in await services.rows("SELECT id FROM drops WHERE state = 'planned'"):
        assert isinstance(await services.past.look(GUILD, drop_id, ADA, services.eyes), NothingHere)


async def test_a_choice_question_before_and_after_its_reveal(services: SavedServices) -> None:
    drop = await services.ask()
    await services.tap(drop, ADA, 0)
    await services.tap(drop, BEN, 3)
    assert (await services.look(drop, ADA)).result is None
    await services.close(drop.id)
    result = (await services.look(drop, ADA)).result
    assert result is not None
    assert (result.counts, result.mine) == ({0: 1, 3: 1}, 0)


async def test_suggestions_by_date_number_and_title_the_newest_first(services: SavedServices) -> None:
    schedule = await services.set_up(kind="mixed")
    for _ in range(3):
        await services.open_question(schedule)
        services.clock.shift(timedelta(days=1))
    all_of_them = await services.past.suggest(GUILD, "", 25, services.eyes)
    assert [drop.number for drop, _, _ in all_of_them] == [3, 2, 1]
    assert [day.isoformat() for _, day, _ in all_of_them] == ["2026-01-07", "2026-01-06", "2026-01-05"]

    async def numbers(typed: str) -> list[int | None]:
        return [drop.number for drop, _, _ in await services.past.suggest(GUILD, typed, 25, services.eyes)]

    assert await numbers("2026-01-06") == [2]
    assert await numbers("6 january") == [2]
    assert await numbers("#3") == [3]
    assert await numbers(all_of_them[1][2]) == [2]
    assert await numbers("\u202e%_'") == []
    assert len(await services.past.suggest(GUILD, "", 2, services.eyes)) == 2
