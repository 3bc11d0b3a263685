"""Faults that a test puts in the way of a request."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from tests.loopcord.calls import Call
from tests.loopcord.waiting import PATIENCE, until

Kind = Literal[
    "status", "status_after_effect", "drop_before", "drop_after", "delay", "rate_limit", "callback"
]
# Delays and callbacks come on top; of the other kinds only the first that matches acts on a request.
_ADDED: frozenset[Kind] = frozenset({"delay", "callback"})

# What a callback returns to cut the connection at this point, without an answer.
DROP = "drop"

Callback = Callable[[Call], Awaitable[str | None]]


@dataclass(eq=False)
class Fault:
    """One fault. `times` None: for ever. `skip`: so many matching requests pass first.

    `hits` are the requests on which it acted.
    """

    method: str
    path: str
    kind: Kind
    times: int | None = 1
    skip: int = 0
    match: Callable[[Any], bool] | None = None
    status: int = 500
    code: int = 0
    message: str = "injected"
    seconds: float = 0.0
    when: Literal["before", "after"] = "before"
    retry_after: float = 0.05
    everywhere: bool = False
    proxied: bool = False
    reset: bool = True
    callback: Callback | None = None
    hits: list[Call] = field(default_factory=list)
    _seen: int = 0

    def matches(self, call: Call) -> bool:
        """Whether method, path (a glob over the path below the API's base) and body fit."""
        if self.method not in {call.method, "*"} or not fnmatchcase(call.path, self.path):
            return False
        return self.match is None or self.match(call.body)

    def take(self, call: Call) -> bool:
        """Whether it acts on this request; counts it."""
        if (self.times is not None and len(self.hits) >= self.times) or not self.matches(call):
            return False
        self._seen += 1
        if self._seen <= self.skip:
            return False
        self.hits.append(call)
        return True

    async def wait(self, count: int = 1, within: float = PATIENCE) -> None:
        """Until it has acted `count` times; TimeoutError otherwise."""
        await until(
            lambda: len(self.hits) >= count, within, f"{self.kind} on {self.method} {self.path}: no hit"
        )


class Faults:
    """The faults of a server, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, method: str, path: str, *, kind: Kind, times: int | None = 1, **more: Any) -> Fault:
        """Add a fault; the fields of Fault are its keywords.

        `status`: answers status and code, nothing happens. `status_after_effect`: it happens, then 5xx.
        `drop_before`, `drop_after`: the connection is reset (`reset=False`: closed) without an answer;
        aiohttp's client repeats a GET, PUT or DELETE on a kept connection once by itself.
        `delay`: `seconds`, `when` before or after the effect. `rate_limit`: 429 with `retry_after`,
        `everywhere` makes it a global one, `proxied` one of the proxy before Discord, whose body is no JSON.
        `callback`: awaited `when` before or after the effect; if it
        returns DROP, the connection is cut there.
        """
        if kind == "status_after_effect" and "status" not in more:
            more["status"] = 502
        fault = Fault(method, path, kind, times=times, **more)
        self._faults.append(fault)
        return fault

    def deny(self, method: str, path: str, *, status: int = 403, code: int = 50013, **more: Any) -> Fault:
        """Refuse all such requests until the fault is removed: missing permissions by default."""
        message = more.pop("message", "Missing Permissions")
        return self.add(
            method, path, kind="status", times=None, status=status, code=code, message=message, **more
        )

    def remove(self, fault: Fault) -> None:
        self._faults.remove(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, call: Call) -> "Plan":
        """The faults that act on this request."""
        added: list[Fault] = []
        main: Fault | None = None
        for fault in self._faults:
            if fault.kind in _ADDED:
                if fault.take(call):
                    added.append(fault)
            elif main is None and fault.take(call):
                main = fault
        return Plan(main, added)


@dataclass
class Plan:
    """What happens to one request."""

    main: Fault | None
    added: list[Fault]

    def kinds(self) -> list[str]:
        return [fault.kind for fault in itertools.chain(self.added, [self.main] if self.main else [])]

    def _at(self, when: str) -> Iterator[Fault]:
        return (fault for fault in self.added if fault.when == when)

    async def pause(self, when: Literal["before", "after"], call: Call) -> bool:
        """Wait and call back; False when the connection shall be cut here."""
        for fault in self._at(when):
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            elif fault.callback is not None and await fault.callback(call) == DROP:
                return False
        return True
