import sqlalchemy as sa

from bot.db import Database, fetch, fetch_one

TWO = sa.text("SELECT 1 AS a, 'x' AS b UNION SELECT 2, 'y'")
ONE = sa.text("SELECT :n AS a WHERE :n > 0")


async def test_rows_are_mappings_by_column(db: Database) -> None:
    async with db.reading() as tx:
        assert list(await fetch(tx, TWO)) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
        assert await fetch_one(tx, ONE.bindparams(n=3)) == {"a": 3}
        assert await fetch_one(tx, ONE.bindparams(n=0)) is None
