import asyncio
from datetime import timedelta

import pytest

from bot.features.answers.access import Sight
from bot.features.answers.outcomes import Withdrawn
from bot.features.saved import rules
from bot.features.saved.outcomes import Full, Kept, Listed, NothingHere, NotToRead, Opened, TakenOut
from tests.features.saved.services import ADA, BEN, CEM, SavedServices, text_by
from tests.features.services import CHANNEL, GUILD

OTHER_GUILD = 2
LATER = timedelta(minutes=1)


async def saved_rows(services: SavedServices) -> list[tuple[object, ...]]:
    return await services.rows("SELECT user_id, drop_id, answer_id FROM saved ORDER BY id")


async def test_save_and_press_again(services: SavedServices) -> None:
    drop = await services.written()
    answer = await services.answer(drop, ADA)
    await services.answer(drop, BEN)
    first = await services.keeping.press(GUILD, answer.id, BEN, services.eyes)
    assert isinstance(first, Kept)
    assert first.total == 1
    assert await saved_rows(services) == [(BEN, drop.id, answer.id)]
    services.clock.shift(LATER)
    assert isinstance(await services.keeping.press(GUILD, answer.id, BEN, services.eyes), TakenOut)
    assert await saved_rows(services) == []
    services.clock.shift(LATER)
    assert isinstance(await services.keeping.press(GUILD, answer.id, BEN, services.eyes), Kept)


async def test_a_double_tap_saves_once(services: SavedServices) -> None:
    drop = await services.written()
    answer = await services.answer(drop, ADA)
    presses = [services.keeping.press(GUILD, answer.id, ADA, services.eyes) for _ in range(3)]
    outcomes = await asyncio.gather(*presses)
    assert all(isinstance(outcome, Kept) and outcome.total == 1 for outcome in outcomes)
    assert len(await saved_rows(services)) == 1


async def test_what_cannot_be_read_cannot_be_saved(services: SavedServices) -> None:
    drop = await services.written(mode="blind")
    answer = await services.answer(drop, ADA)
    for outcome in (
        await services.keeping.press(GUILD, answer.id, CEM, services.eyes),
        await services.keeping.press_model(GUILD, drop.id, ADA, services.eyes),
    ):
        assert isinstance(outcome, NotToRead)
        assert outcome.thing.sight is Sight.CLOSED
    assert isinstance(await services.keeping.press(OTHER_GUILD, answer.id, ADA, services.eyes), NothingHere)
    assert isinstance(await services.keeping.press(GUILD, 2**62, ADA, services.eyes), NothingHere)
    assert isinstance(
        await services.keeping.press_model(OTHER_GUILD, drop.id, ADA, services.eyes), NothingHere
    )
    assert isinstance(await services.keeping.press_model(GUILD, 2**62, ADA, services.eyes), NothingHere)

    await services.reveal(drop.id)
    services.eyes.unseen.add(CHANNEL)
    assert isinstance(await services.keeping.press(GUILD, answer.id, CEM, services.eyes), NothingHere)
    assert isinstance(await services.keeping.press_model(GUILD, drop.id, CEM, services.eyes), NothingHere)
    services.eyes.unseen.clear()
    await services.hide(answer)
    outcome = await services.keeping.press(GUILD, answer.id, CEM, services.eyes)
    assert isinstance(outcome, NotToRead)
    assert outcome.thing.sight is Sight.HIDDEN
    assert await saved_rows(services) == []
    assert isinstance(await services.keeping.press_model(GUILD, drop.id, CEM, services.eyes), Kept)


async def test_five_hundred_are_the_most(services: SavedServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_SAVED", 1)
    drop = await services.written(mode="open")
    await services.save(await services.answer(drop, ADA), CEM)
    full = await services.keeping.press(GUILD, (await services.answer(drop, BEN)).id, CEM, services.eyes)
    assert full == Full(1)


async def test_a_list_is_ones_own_and_the_servers_own(services: SavedServices) -> None:
    drop = await services.written(mode="open")
    entry = await services.save(await services.answer(drop, ADA), CEM)
    assert [e.saved_id for e in (await services.listed(CEM)).entries] == [entry]
    assert (await services.listed(BEN)).kept == 0
    assert (await services.listed(CEM, guild_id=OTHER_GUILD)).kept == 0
    for guild_id, user_id in ((GUILD, BEN), (OTHER_GUILD, CEM)):
        forged = await services.keeping.open(guild_id, user_id, entry, "", services.eyes)
        assert isinstance(forged, Listed)
        assert forged.entries == ()
        await services.keeping.remove(guild_id, user_id, entry, "", services.eyes)
    assert len(await saved_rows(services)) == 1


async def test_an_entry_shows_what_may_be_read_now(services: SavedServices) -> None:
    drop = await services.written(mode="blind")
    ada, ben = await services.answer(drop, ADA), await services.answer(drop, BEN)
    cem = await services.answer(drop, CEM)
    first, second = await services.save(ada, CEM), await services.save(ben, CEM)

    async def sights() -> dict[int, Sight]:
        return {e.saved_id: e.thing.sight for e in (await services.listed(CEM)).entries}

    assert await sights() == {first: Sight.READABLE, second: Sight.READABLE}
    assert isinstance(await services.answers.withdraw(GUILD, cem.id, CEM), Withdrawn)
    assert await sights() == {first: Sight.CLOSED, second: Sight.CLOSED}
    opened = await services.keeping.open(GUILD, CEM, first, "", services.eyes)
    assert isinstance(opened, Opened)
    assert opened.entry.thing.sight is Sight.CLOSED
    await services.reveal(drop.id)
    await services.answers.withdraw(GUILD, ada.id, ADA)
    await services.hide(ben)
    assert await sights() == {first: Sight.WITHDRAWN, second: Sight.HIDDEN}


async def test_a_search_finds_words_of_what_may_be_read(services: SavedServices) -> None:
    drop = await services.written(mode="blind")
    ada = await services.answer(drop, ADA, name="Ada Lovelace")
    await services.answer(drop, CEM)
    entry = await services.save(ada, CEM)
    for search in (f"word{ADA}", "lovelace RANKING", f"question {drop.number}", "load is"):
        assert [e.saved_id for e in (await services.listed(CEM, search)).entries] == [entry], search
    for search in (f"word{BEN}", "%", "_" * 9, "lovelace (", "'; --", "👩‍💻"):
        missed = await services.listed(CEM, search)
        assert (missed.total, missed.kept) == (0, 1), search
    await services.hide(ada)
    assert (await services.listed(CEM, f"word{ADA}")).total == 0, "a search must not give hidden text away"
    assert (await services.listed(CEM, f"question {drop.number}")).total == 1


async def test_two_hundred_entries_page_by_page(services: SavedServices) -> None:
    drop = await services.written(mode="open")
    for number in range(200):
        answer = await services.answer(drop, 1000 + number, text=f"{text_by(number)} and more to say.")
        await services.save(answer, CEM)
        services.clock.shift(timedelta(seconds=1))
    pages = [await services.listed(CEM, page=page) for page in range(20)]
    ids = [entry.saved_id for page in pages for entry in page.entries]
    assert len(set(ids)) == 200
    assert ids == sorted(ids, reverse=True), "the newest first"
    assert (await services.listed(CEM, page=2**40)).page == 19
    assert (await services.listed(CEM, f"word{7}")).total == 11 + 100 - 100, "7 and 70 to 79"
    back = await services.keeping.back(GUILD, CEM, ids[57], "", services.eyes)
    assert back.page == 5
    found = await services.listed(CEM, "word17", 1)
    assert (found.page, found.total, found.kept) == (1, 11, 200)
    gone = await services.keeping.remove(GUILD, CEM, found.entries[0].saved_id, "word17", services.eyes)
    assert (gone.page, gone.total, gone.kept) == (0, 10, 199)
    assert gone.removed is not None
    again = await services.keeping.remove(GUILD, CEM, found.entries[0].saved_id, "word17", services.eyes)
    assert (again.removed, again.kept) == (None, 199)


async def test_a_choice_question_is_saved_with_its_result(services: SavedServices) -> None:
    drop = await services.ask()
    await services.tap(drop, ADA, 0)
    await services.tap(drop, BEN, 2)
    early = await services.keeping.press_model(GUILD, drop.id, ADA, services.eyes)
    assert isinstance(early, NotToRead)
    await services.close(drop.id)
    assert isinstance(await services.keeping.press_model(GUILD, drop.id, BEN, services.eyes), Kept)
    ((entry_id,),) = await services.rows("SELECT id FROM saved")
    opened = await services.keeping.open(GUILD, BEN, entry_id, "", services.eyes)
    assert isinstance(opened, Opened)
    assert (opened.result.counts, opened.result.mine) == ({0: 1, 2: 1}, 2)
