"""However much a server has written, what people press reads only what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tests.features.reviews.services import ReviewServices, ask
from tests.features.services import GUILD

# What grows with the years of a server.
BIG = ("drops", "answers", "reviews", "votes", "ledger", "totals")
# It finds by the server, of which a group has one: fine for its questions, but not for its ledger.
WHOLE_SERVER = "SEARCH ledger USING INDEX ix_ledger_guild_id_user_id (guild_id=?)"


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """Collect what is asked of the database: each statement with its values."""
    found: dict[str, Any] = {}

    def note(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:  # noqa: FBT001
        found[statement] = values[0] if many else values

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


async def plans(services: ReviewServices, asked: dict[str, Any]) -> list[str]:
    """Return how SQLite looks for the rows of each statement."""
    found: list[str] = []
    async with services.db.reading() as tx:
        for statement, values in asked.items():
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                found += [row[3] for row in rows]
    return found


async def test_what_members_press_scans_no_table_that_grows(services: ReviewServices) -> None:
    drop = await ask(services)
    mine = [await services.write(drop.id, user_id) for user_id in range(1, 6)]
    with statements() as asked:
        await services.vote(1, mine[1].id)
        await services.review(1, mine[1].id, 0, 1)
        await services.review(3, mine[1].id, 0)
        await services.reviews.form(GUILD, mine[2].id, 1)
        await services.reviews.another(GUILD, drop.id, 1)
        await services.reviews.read(GUILD, mine[1].id, 1)
        await services.reviews.to_do(GUILD, 1)
        await services.answers.mine(GUILD, [drop.id], 1)
        await services.withdraw_review(1, mine[1].id)
        await services.withdraw_answer(5, mine[4].id)
    found = await plans(services, dict(asked))
    searched = {words[1] for line in found if (words := line.split())[0] == "SEARCH"}
    assert searched >= {"drops", "answers", "reviews", "votes", "ledger"}, "all of it was looked at"
    assert not [line for line in found if line.startswith("SCAN") and line.split()[1] in BIG]
    assert WHOLE_SERVER not in found
