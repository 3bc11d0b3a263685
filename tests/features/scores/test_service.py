import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db import Connection, Database
from bot.features.scores import store
from bot.features.scores.service import Award, ScoresService, Standing, award, award_all, undo

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ANSWER = Award(guild_id=1, user_id=7, act="answer", subject_id=1, points=10, reason="answered question 1")

awards = st.builds(
    Award,
    guild_id=st.integers(1, 2),
    user_id=st.integers(1, 3),
    act=st.sampled_from(["answer", "review"]),
    subject_id=st.integers(1, 3),
    points=st.integers(-5, 20),
    reason=st.just("x"),
)


@asynccontextmanager
async def undone(db: Database) -> AsyncIterator[Connection]:
    async with db.transaction() as tx:
        yield tx
        await tx.rollback()


async def sums(tx: Connection, table: str) -> dict[tuple[int, int], int]:
    rows = await tx.exec_driver_sql(f"SELECT guild_id, user_id, sum(points) FROM {table} GROUP BY 1, 2")  # noqa: S608 our own
    return {(guild_id, user_id): points for guild_id, user_id, points in rows if points}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.booleans(), awards), max_size=25))
async def test_totals_are_the_ledgers_sum_and_an_act_is_worth_what_was_said_last(
    db: Database, acts: list[tuple[bool, Award]]
) -> None:
    worth: dict[tuple[int, int, str, int], int] = {}
    async with undone(db) as tx:
        for taken_back, act in acts:
            key = (act.guild_id, act.user_id, act.act, act.subject_id)
            wanted = 0 if taken_back else act.points
            change = await (undo if taken_back else award)(tx, act, NOW)
            assert change == wanted - worth.get(key, 0)
            worth[key] = wanted
        expected: dict[tuple[int, int], int] = {}
        for (guild_id, user_id, _, _), points in worth.items():
            expected[guild_id, user_id] = expected.get((guild_id, user_id), 0) + points
        expected = {key: points for key, points in expected.items() if points}
        assert await sums(tx, "ledger") == expected
        assert await sums(tx, "totals") == expected
        await store.rebuild_totals(tx)
        assert await sums(tx, "totals") == expected


async def test_saying_it_twice_pays_once(db: Database) -> None:
    async with db.transaction() as tx:
        assert await award(tx, ANSWER, NOW) == 10
        assert await award(tx, ANSWER, NOW) == 0
        assert await award(tx, replace(ANSWER, points=15), NOW) == 5
    board = await ScoresService(db).leaderboard(1, 7)
    assert board.own == Standing(1, 7, 15)


async def test_taking_back_what_was_taken_back_is_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        assert await undo(tx, ANSWER, NOW) == 0
        await award(tx, ANSWER, NOW)
        assert await undo(tx, ANSWER, NOW) == -10
        assert await undo(tx, ANSWER, NOW) == 0
        rows = (await tx.exec_driver_sql("SELECT points FROM ledger")).all()
    assert [row[0] for row in rows] == [10, -10]  # what happened stays written


async def test_an_act_done_by_many_tasks_at_once_is_paid_once(db: Database) -> None:
    async def act() -> int:
        async with db.transaction() as tx:
            return await award(tx, ANSWER, NOW)

    assert sorted(await asyncio.gather(*(act() for _ in range(20)))) == [0] * 19 + [10]


async def test_a_broken_total_is_mended_from_the_ledger(db: Database) -> None:
    async with db.transaction() as tx:
        await award(tx, ANSWER, NOW)
        await tx.exec_driver_sql("UPDATE totals SET points = 999")
        await tx.exec_driver_sql("INSERT INTO totals VALUES (1, 8, 5)")
    scores = ScoresService(db)
    await scores.rebuild()
    board = await scores.leaderboard(1, 8)
    assert (board.first, board.own) == ((Standing(1, 7, 10),), None)


async def test_a_leaderboard_is_one_servers_and_shows_the_first_and_oneself(db: Database) -> None:
    async with db.transaction() as tx:
        for user_id in range(1, 21):
            await award(tx, replace(ANSWER, user_id=user_id, points=user_id), NOW)
        await award(tx, replace(ANSWER, guild_id=2, points=1000), NOW)
        await award(tx, replace(ANSWER, user_id=99, points=-5), NOW)
    board = await ScoresService(db).leaderboard(1, 3)
    assert [line.user_id for line in board.first] == list(range(20, 5, -1))
    assert (board.own, board.people) == (Standing(18, 3, 3), 20)
    assert (await ScoresService(db).leaderboard(1, 99)).own is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.dictionaries(st.integers(1, 5), st.integers(0, 9), min_size=1), max_size=5))
async def test_awards_for_many_are_the_same_as_one_by_one(db: Database, groups: list[dict[int, int]]) -> None:
    async def done(*, together: bool) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
        async with undone(db) as tx:
            for group in groups:
                acts = [Award(1, user_id, "quiz", 4, points, "x") for user_id, points in group.items()]
                if together:
                    await award_all(tx, acts, NOW)
                else:
                    for act in acts:
                        await award(tx, act, NOW)
            return await sums(tx, "ledger"), await sums(tx, "totals")

    one_by_one = await done(together=False)
    assert await done(together=True) == one_by_one
    assert one_by_one[0] == one_by_one[1]


async def test_an_award_for_nobody_writes_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        await award_all(tx, [], NOW)
        assert await sums(tx, "ledger") == {}


async def test_who_has_no_points_left_stands_on_no_board(db: Database) -> None:
    async with db.transaction() as tx:
        for user_id in (7, 8):
            await award(tx, replace(ANSWER, user_id=user_id, subject_id=user_id), NOW)
        await undo(tx, replace(ANSWER, user_id=7, subject_id=7), NOW)
    board = await ScoresService(db).leaderboard(1, 7)
    assert board.first == (Standing(1, 8, 10),)
    assert board.own is None
