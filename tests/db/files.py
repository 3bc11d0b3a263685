"""Migrated database files for tests: Alembic runs once, every test gets a copy of the result."""

import atexit
import builtins
import errno
import io
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.db import Database, address
from bot.db.upgrades import prepare

NOBODY = 65534


def url_of(path: Path) -> str:
    return address.url_of(path).render_as_string()


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


def closed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have the system refuse what has one of these names anywhere in its path, as it would another user."""

    def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(path: Any, *args: Any, **options: Any) -> Any:
            if not isinstance(path, int) and set(names) & set(Path(path).parts):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return call(path, *args, **options)

        return called

    for module, name in ((os, "stat"), (os, "open"), (os, "listdir"), (io, "open"), (builtins, "open")):
        monkeypatch.setattr(module, name, refusing(getattr(module, name)))
    monkeypatch.setattr(os, "access", lambda path, *_, **__: not set(names) & set(Path(path).parts))


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
