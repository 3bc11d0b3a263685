"""How the name of a file is read, wherever it was written."""

from __future__ import annotations

from pathlib import Path


def home(path: Path) -> Path:
    """Return a path with its `~` as a shell would read it; ValueError where that user has no folder here."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(
            f"starts with {path.parts[0]}, and that user has no folder here: write the whole path"
        ) from None
