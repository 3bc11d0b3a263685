"""Migrated database files for tests: Alembic runs once, every test gets a copy of the result."""

import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

from bot.db import Database
from bot.db.schema import prepare

NOBODY = 65534


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@cache
def template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="studyloop-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    prepare(url_of(path))
    return path


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    """Give a migrated and empty database in `folder`."""
    path = folder / "studyloop.db"
    shutil.copy(template(), path)
    db = Database(url_of(path))
    try:
        yield db
    finally:
        await db.close()


@contextmanager
def powerless() -> Iterator[None]:
    """Give up root's rights, to whom the permissions of files mean nothing."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)
