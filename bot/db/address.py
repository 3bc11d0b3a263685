"""What DATABASE_URL means: read here and nowhere else, so that all who use the file mean the same one."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.paths import home

DRIVER = "sqlite+aiosqlite"
DRIVERS = frozenset({"sqlite", DRIVER})
EXAMPLE = f"{DRIVER}:///studyloop.db"


def path_of(url: str | URL) -> Path:
    """Return the file of a SQLite address as it is written there, relative or absolute.

    ValueError where it names none: what only SQLite understands, who looks at the files takes for a name.
    """
    try:
        read = make_url(url)
    except ArgumentError:
        raise ValueError(f"must start with {DRIVER}:///, such as {EXAMPLE}") from None
    if read.drivername not in DRIVERS:
        raise ValueError(f"must start with {DRIVER}:///, such as {EXAMPLE}")
    if read.host or read.port or read.username or read.password:
        raise ValueError(
            f"needs three slashes before a relative path, as in {EXAMPLE}, and four before an absolute one"
        )
    if read.query:
        raise ValueError("takes no options, the bot sets its own: leave out the ? and what follows it")
    name = read.database or ""
    if not name.strip() or "\0" in name or name.startswith(":memory:"):
        raise ValueError(f"must name a file, such as {EXAMPLE}")
    if name.startswith("file:"):
        raise ValueError(f"must be a path without `file:`, such as {EXAMPLE}")
    return home(Path(name))


def url_of(path: Path, driver: str = DRIVER) -> URL:
    """Return the address of a file, by whatever signs it is named.

    The path is made plain first: SQLAlchemy would take `link/../x.db` for `x.db`, which the system does not.
    """
    return URL.create(driver, database=str(real(path)))


def real(path: Path) -> Path:
    """Return where a file is by the one name that all its names lead to; links in a circle stay as they are.

    What SQLite keeps beside a database, and its lock, bear that name.
    """
    return Path(os.path.realpath(path))
