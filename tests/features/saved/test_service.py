import asyncio
from datetime import timedelta

import pytest

from bot.features.answers.access import Sight
from bot.features.answers.outcomes import Withdrawn
from bot.features.saved import rules
from bot.features.saved.outcomes import Full, Kept, Listed, NothingHere, NotToRead, Opened, TakenOut
from tests.features.drops.house import CHANNEL, GUILD
from tests.features.saved.house import ADA, BEN, CEM, KeepingHouse, text_by

OTHER_GUILD = 2
LATER = timedelta(minutes=1)


async def saved_rows(house: KeepingHouse) -> list[tuple[object, ...]]:
    return await house.rows("SELECT user_id, drop_id, answer_id FROM saved ORDER BY id")


async def test_save_and_press_again(house: KeepingHouse) -> None:
    drop = await house.written()
    answer = await house.answer(drop, ADA)
    await house.answer(drop, BEN)
    first = await house.keeping.press(GUILD, answer.id, BEN, house.eyes)
    assert isinstance(first, Kept)
    assert first.total == 1
    assert await saved_rows(house) == [(BEN, drop.id, answer.id)]
    house.clock.shift(LATER)
    assert isinstance(await house.keeping.press(GUILD, answer.id, BEN, house.eyes), TakenOut)
    assert await saved_rows(house) == []
    house.clock.shift(LATER)
    assert isinstance(await house.keeping.press(GUILD, answer.id, BEN, house.eyes), Kept)


async def test_a_double_tap_saves_once(house: KeepingHouse) -> None:
    drop = await house.written()
    answer = await house.answer(drop, ADA)
    presses = [house.keeping.press(GUILD, answer.id, ADA, house.eyes) for _ in range(3)]
    outcomes = await asyncio.gather(*presses)
    assert all(isinstance(outcome, Kept) and outcome.total == 1 for outcome in outcomes)
    assert len(await saved_rows(house)) == 1


async def test_what_cannot_be_read_cannot_be_saved(house: KeepingHouse) -> None:
    drop = await house.written(mode="blind")
    answer = await house.answer(drop, ADA)
    for outcome in (
        await house.keeping.press(GUILD, answer.id, CEM, house.eyes),
        await house.keeping.press_model(GUILD, drop.id, ADA, house.eyes),
    ):
        assert isinstance(outcome, NotToRead)
        assert outcome.thing.sight is Sight.CLOSED
    assert isinstance(await house.keeping.press(OTHER_GUILD, answer.id, ADA, house.eyes), NothingHere)
    assert isinstance(await house.keeping.press(GUILD, 2**62, ADA, house.eyes), NothingHere)
    assert isinstance(await house.keeping.press_model(OTHER_GUILD, drop.id, ADA, house.eyes), NothingHere)
    assert isinstance(await house.keeping.press_model(GUILD, 2**62, ADA, house.eyes), NothingHere)

    await house.reveal(drop.id)
    house.eyes.unseen.add(CHANNEL)
    assert isinstance(await house.keeping.press(GUILD, answer.id, CEM, house.eyes), NothingHere)
    assert isinstance(await house.keeping.press_model(GUILD, drop.id, CEM, house.eyes), NothingHere)
    house.eyes.unseen.clear()
    await house.hide(answer)
    outcome = await house.keeping.press(GUILD, answer.id, CEM, house.eyes)
    assert isinstance(outcome, NotToRead)
    assert outcome.thing.sight is Sight.HIDDEN
    assert await saved_rows(house) == []
    assert isinstance(await house.keeping.press_model(GUILD, drop.id, CEM, house.eyes), Kept)


async def test_five_hundred_are_the_most(house: KeepingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_SAVED", 1)
    drop = await house.written(mode="open")
    await house.save(await house.answer(drop, ADA), CEM)
    full = await house.keeping.press(GUILD, (await house.answer(drop, BEN)).id, CEM, house.eyes)
    assert full == Full(1)


async def test_a_list_is_ones_own_and_the_servers_own(house: KeepingHouse) -> None:
    drop = await house.written(mode="open")
    entry = await house.save(await house.answer(drop, ADA), CEM)
    assert [e.saved_id for e in (await house.listed(CEM)).entries] == [entry]
    assert (await house.listed(BEN)).kept == 0
    assert (await house.listed(CEM, guild_id=OTHER_GUILD)).kept == 0
    for guild_id, user_id in ((GUILD, BEN), (OTHER_GUILD, CEM)):
        forged = await house.keeping.open(guild_id, user_id, entry, "", house.eyes)
        assert isinstance(forged, Listed)
        assert forged.entries == ()
        await house.keeping.remove(guild_id, user_id, entry, "", house.eyes)
    assert len(await saved_rows(house)) == 1


async def test_an_entry_shows_what_may_be_read_now(house: KeepingHouse) -> None:
    drop = await house.written(mode="blind")
    ada, ben = await house.answer(drop, ADA), await house.answer(drop, BEN)
    cem = await house.answer(drop, CEM)
    first, second = await house.save(ada, CEM), await house.save(ben, CEM)

    async def sights() -> dict[int, Sight]:
        return {e.saved_id: e.thing.sight for e in (await house.listed(CEM)).entries}

    assert await sights() == {first: Sight.READABLE, second: Sight.READABLE}
    assert isinstance(await house.answers.withdraw(GUILD, cem.id, CEM), Withdrawn)
    assert await sights() == {first: Sight.CLOSED, second: Sight.CLOSED}
    opened = await house.keeping.open(GUILD, CEM, first, "", house.eyes)
    assert isinstance(opened, Opened)
    assert opened.entry.thing.sight is Sight.CLOSED
    await house.reveal(drop.id)
    await house.answers.withdraw(GUILD, ada.id, ADA)
    await house.hide(ben)
    assert await sights() == {first: Sight.WITHDRAWN, second: Sight.HIDDEN}


async def test_a_search_finds_words_of_what_may_be_read(house: KeepingHouse) -> None:
    drop = await house.written(mode="blind")
    ada = await house.answer(drop, ADA, name="Ada Lovelace")
    await house.answer(drop, CEM)
    entry = await house.save(ada, CEM)
    for search in (f"word{ADA}", "lovelace RANKING", f"question {drop.number}", "load is"):
        assert [e.saved_id for e in (await house.listed(CEM, search)).entries] == [entry], search
    for search in (f"word{BEN}", "%", "_" * 9, "lovelace (", "'; --", "👩‍💻"):
        missed = await house.listed(CEM, search)
        assert (missed.total, missed.kept) == (0, 1), search
    await house.hide(ada)
    assert (await house.listed(CEM, f"word{ADA}")).total == 0, "a search must not give hidden text away"
    assert (await house.listed(CEM, f"question {drop.number}")).total == 1


async def test_two_hundred_entries_page_by_page(house: KeepingHouse) -> None:
    drop = await house.written(mode="open")
    for number in range(200):
        answer = await house.answer(drop, 1000 + number, text=f"{text_by(number)} and more to say.")
        await house.save(answer, CEM)
        house.clock.shift(timedelta(seconds=1))
    pages = [await house.listed(CEM, page=page) for page in range(20)]
    ids = [entry.saved_id for page in pages for entry in page.entries]
    assert len(set(ids)) == 200
    assert ids == sorted(ids, reverse=True), "the newest first"
    assert (await house.listed(CEM, page=2**40)).page == 19
    assert (await house.listed(CEM, f"word{7}")).total == 11 + 100 - 100, "7 and 70 to 79"
    back = await house.keeping.back(GUILD, CEM, ids[57], "", house.eyes)
    assert back.page == 5
    found = await house.listed(CEM, "word17", 1)
    assert (found.page, found.total, found.kept) == (1, 11, 200)
    gone = await house.keeping.remove(GUILD, CEM, found.entries[0].saved_id, "word17", house.eyes)
    assert (gone.page, gone.total, gone.kept) == (0, 10, 199)
    assert gone.removed is not None
    again = await house.keeping.remove(GUILD, CEM, found.entries[0].saved_id, "word17", house.eyes)
    assert (again.removed, again.kept) == (None, 199)


async def test_a_choice_question_is_saved_with_its_result(house: KeepingHouse) -> None:
    drop = await house.ask()
    await house.tap(drop, ADA, 0)
    await house.tap(drop, BEN, 2)
    early = await house.keeping.press_model(GUILD, drop.id, ADA, house.eyes)
    assert isinstance(early, NotToRead)
    await house.close(drop.id)
    assert isinstance(await house.keeping.press_model(GUILD, drop.id, BEN, house.eyes), Kept)
    ((entry_id,),) = await house.rows("SELECT id FROM saved")
    opened = await house.keeping.open(GUILD, BEN, entry_id, "", house.eyes)
    assert isinstance(opened, Opened)
    assert (opened.result.counts, opened.result.mine) == ({0: 1, 2: 1}, 2)
