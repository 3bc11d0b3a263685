from typing import Any

import pytest
import sqlalchemy as sa

from bot.db import Database, metadata
from bot.features.servers import deletion, store
from bot.features.servers.deletion import Deletion
from tests.explored import amount
from tests.features.servers.rows import NOW, everything, fill

pytestmark = pytest.mark.sampled

HERE, GONE = 20, 10
ADA, BEN = 1, 2
# What knows no server on its own: cards belong to a person, see below.
OF_PERSONS = {"cards"}
# Killed after one of so many batches: some thirty seconds of computing when it is each.
EVERY = amount(16, 2, 1)


async def depart(db: Database, guild_id: int) -> None:
    async with db.transaction() as tx:
        await store.add(tx, guild_id, NOW)


async def all_rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with db.reading() as tx:
        return await everything(tx)


async def delete(db: Database, guild_id: int = GONE) -> None:
    work = Deletion(db)
    for _ in range(1000):
        if await work.go_on(guild_id):
            return
    raise AssertionError("it does not end")


def test_every_table_belongs_to_a_server_or_is_known_not_to() -> None:
    known = {table.name for table in store.tables()} | {"departures"} | OF_PERSONS
    assert {table.name for table in metadata.sorted_tables} <= known


@pytest.mark.parametrize("rows", [1, 200])
async def test_no_row_is_left_and_no_other_server_is_touched(
    db: Database, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(deletion, "ROWS", rows)
    async with db.transaction() as tx:
        await fill(tx, HERE, BEN)
    before = await all_rows(db)
    assert all(before[name] for name in before if name != "departures")
    async with db.transaction() as tx:
        await fill(tx, GONE, ADA)
    during = await all_rows(db)
    assert all(len(during[name]) == 2 for name in during if name != "departures")
    await depart(db, GONE)
    await delete(db)
    assert await all_rows(db) == before
    async with db.reading() as tx:
        assert (await tx.execute(sa.text("PRAGMA foreign_key_check"))).all() == []


async def test_doing_it_again_changes_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        await fill(tx, HERE, BEN)
        await fill(tx, GONE, ADA)
    await delete(db)
    once = await all_rows(db)
    await delete(db)
    assert await all_rows(db) == once


async def test_the_bundled_questions_stay(db: Database) -> None:
    async with db.transaction() as tx:
        await fill(tx, store.NOBODY, ADA)
        await fill(tx, GONE, BEN)
        assert await store.list_known(tx) == {GONE}
    await delete(db)
    left = await all_rows(db)
    assert len(left["questions"]) == len(left["question_versions"]) == len(left["packs"]) == 1


async def test_killed_after_any_batch_it_goes_on_at_the_next_start(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "ROWS", 1)
    async with db.transaction() as tx:
        await fill(tx, HERE, BEN)
    before = await all_rows(db)
    kills = 0
    for survives in range(1, 60, EVERY):
        async with db.transaction() as tx:
            await fill(tx, GONE, ADA)
        await depart(db, GONE)
        monkeypatch.setattr(deletion, "BATCHES", survives)
        if await Deletion(db).go_on(GONE):
            break
        kills += 1
        async with db.reading() as tx:
            (one,) = await store.list_all(tx)
            assert one.deleting
            sums = "SELECT user_id, SUM(points) FROM ledger WHERE guild_id = 10 GROUP BY user_id"
            totals = "SELECT user_id FROM totals WHERE guild_id = 10"
            ledger_users = {row[0] for row in await tx.execute(sa.text(sums))}
            assert ledger_users == {row[0] for row in await tx.execute(sa.text(totals))}
        await delete(db)
        assert await all_rows(db) == before
    assert kills > 20 // EVERY


# Cards belong to people


async def cards_left(db: Database) -> set[int]:
    async with db.reading() as tx:
        return {row.user_id for row in await tx.execute(sa.select(metadata.tables["cards"]))}


async def give_card(db: Database, user_id: int, question_id: int, *guilds: int) -> None:
    """Have a person practise a bundled question in some servers."""
    async with db.transaction() as tx:
        card = {"user_id": user_id, "question_id": question_id, "card": "{}", "due_at": NOW}
        await tx.execute(sa.insert(metadata.tables["cards"]), card)
        for guild_id in guilds:
            session = {"guild_id": guild_id, "user_id": user_id, "queue": (), "number": 1}
            await tx.execute(
                sa.insert(metadata.tables["practice_sessions"]), session | {"answered": 1, "right": 1}
            )


async def test_cards_go_with_whoever_practised_nowhere_else(db: Database) -> None:
    async with db.transaction() as tx:
        bundled = await fill(tx, store.NOBODY, 77)
    question_id = bundled["questions"]["id"]
    await give_card(db, 31, question_id, GONE)
    await give_card(db, 32, question_id, GONE, HERE)
    await give_card(db, 33, question_id, HERE)
    await delete(db)
    assert await cards_left(db) == {32, 33, 77}


async def test_cards_of_a_servers_own_questions_go_with_these(db: Database) -> None:
    async with db.transaction() as tx:
        own = await fill(tx, GONE, 31)
    await give_card(db, 32, own["questions"]["id"], HERE)
    await delete(db)
    assert await cards_left(db) == set()


async def test_who_was_in_two_servers_keeps_the_points_of_the_other(db: Database) -> None:
    async with db.transaction() as tx:
        for guild_id in (HERE, GONE):
            await fill(tx, guild_id, ADA)
    await depart(db, GONE)
    await delete(db)
    async with db.reading() as tx:
        for name in ("ledger", "totals"):
            table = metadata.tables[name]
            found = await tx.execute(sa.select(table.c.guild_id, table.c.user_id))
            assert found.all() == [(HERE, ADA)]


async def test_what_comes_in_while_it_is_deleted_goes_too(db: Database) -> None:
    """A press that was on its way when the bot was removed."""
    await depart(db, GONE)
    work = Deletion(db)
    # All tables have been gone through.
    work._steps[GONE] = len(store.tables()) + 2
    async with db.transaction() as tx:
        await fill(tx, GONE, ADA)
    while not await work.go_on(GONE):
        pass
    assert not any(rows for name, rows in (await all_rows(db)).items() if name != "departures")
