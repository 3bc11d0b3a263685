"""A request to the REST API as the routes see it, and as the log keeps it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Call:
    """One request. `path` is below the API's base; `route` its template, None when unknown.

    `ids` are the numbers out of the path, `texts` the rest of it (tokens, emoji). `body` is the JSON,
    also of a multipart request; `files` its files by field name. `status` is None while it runs and
    after its connection was cut. `time` is time.monotonic().
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    time: float
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    token: str | None = None
    route: str | None = None
    ids: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    answer: Any = None
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


# Status and JSON; None sends an empty body.
Answer = tuple[int, Any]
