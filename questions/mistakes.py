"""What is wrong in a pack, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

# A place inside of a file: field names and positions from 0, from the top of the file down.
Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One mistake. `line` counts from 1, 0 means the whole file; `field` is empty for the whole line."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Return one line: `system-design.yaml:12: rubric.3: has 112 characters; at most 100 are allowed`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class PackError(Exception):
    """A pack that cannot be used; `mistakes` says why, sorted by file and line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
