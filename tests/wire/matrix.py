"""The faults of the matrix and what people do under them: one process for requests, one for the gateway."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.explored import LONG
from tests.loopcord import InteractionRecord, Message
from tests.loopcord.faults import Fault
from tests.wire.deployment import PATIENCE, TEXT, Deployment, Group, at

# What Discord or the network does to one request.
FAULTS: dict[str, dict[str, Any]] = {
    "429 of the route": {"kind": "rate_limit", "retry_after": 0.3},
    "429 global": {"kind": "rate_limit", "retry_after": 0.3, "everywhere": True},
    "429 of the proxy": {"kind": "rate_limit", "retry_after": 1, "proxied": True},
    **{f"{status}": {"kind": "status", "status": status} for status in (500, 502, 503, 504)},
    **{
        f"{status} after its effect": {"kind": "status_after_effect", "status": status}
        for status in (500, 502, 503, 504)
    },
    "connection reset": {"kind": "drop_before"},
    "connection closed": {"kind": "drop_before", "reset": False},
    "reply lost": {"kind": "drop_after"},
    "reply lost, closed": {"kind": "drop_after", "reset": False},
    "slow": {"kind": "delay", "seconds": 2},
    "slow after its effect": {"kind": "delay", "seconds": 2, "when": "after"},
}
# test_faults.py has the other faults at a creation.
ONLY_AT_POSTS = ("429 of the proxy", "504", "504 after its effect", "slow", "slow after its effect")
ONLY_AT_REPLIES: dict[str, dict[str, Any]] = {
    "expired": {"kind": "status", "status": 404, "code": 10062, "message": "Unknown interaction"},
    "expired after its effect": {"kind": "status_after_effect", "status": 404, "code": 10062},
}
# When no reply of a first attempt gets through, the person is told nothing and presses again after a while.
TRIES, GIVES_UP = 6, 10.0

# What is said of the process as a whole.
PROCESS = "process"

Problems = dict[str, list[str]]


@dataclass
class Row:
    """A fault and the group that meets it: at its question, at that one's edit, at a reply."""

    name: str
    fault: dict[str, Any]
    group: Group
    hits: list[tuple[str, Fault]] = field(default_factory=list)
    problems: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, where: str, problem: str | None = None) -> None:
        """Write down that something was looked at, and what was wrong."""
        found = self.problems.setdefault((where, self.name), [])
        if problem is not None:
            found.append(problem)


async def http_rows(folder: Path) -> Problems:
    """Have each fault meet a question, an edit and a reply; return what went wrong, by place and fault."""
    faults = FAULTS | ONLY_AT_REPLIES
    async with Deployment(folder) as deployment:
        groups = await deployment.found(*(["blind"] * len(faults)), members=3)
        rows = [Row(name, fault, group) for (name, fault), group in zip(faults.items(), groups, strict=True)]
        for row in rows:
            if row.name in ONLY_AT_POSTS:
                _arm(deployment, row, "question", "POST", f"/channels/{row.group.channel.id}/messages")
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        for row in rows:
            if row.name not in ONLY_AT_REPLIES:
                _arm(deployment, row, "edit", "PATCH", f"/channels/{row.group.channel.id}/messages/*")
        await asyncio.gather(*(_answer(deployment, row) for row in rows))
        await deployment.quiet()
        for row in rows:
            _judge(deployment, row)
        code, _ = await deployment.bot.stop()
        problems = {f"{where}-{name}": found for row in rows for (where, name), found in row.problems.items()}
        calm = code == 0 and "Traceback" not in deployment.bot.output()
        return problems | {PROCESS: [] if calm else [f"exit code {code}: {deployment.bot.tail()}"]}


def _arm(deployment: Deployment, row: Row, where: str, method: str, path: str) -> None:
    row.hits.append((where, deployment.server.faults.add(method, path, **row.fault)))
    row.note(where)


async def _answer(deployment: Deployment, row: Row) -> None:
    """A member answers undisturbed, which brings the edit; another's form meets the fault at its reply."""
    first, second, _ = row.group.members
    question = deployment.question(row.group)
    await deployment.answer(first, question)
    row.note("reply")
    for attempt in range(TRIES):
        record = await _sends_form(deployment, row, second, question, faulty=attempt == 0)
        with contextlib.suppress(TimeoutError):
            await record.wait(GIVES_UP)
            break
    else:
        row.note("reply", "no answer to any of the presses")
    said = await deployment.answer(second, question)
    if not said.content.startswith("You have answered"):
        row.note("reply", f"not saved, or twice: {said.content}")


async def _sends_form(
    deployment: Deployment, row: Row, member: Any, question: Message, *, faulty: bool
) -> InteractionRecord:
    record = await deployment.answer(member, question, TEXT, wait=False)
    if faulty:
        # Nothing has run since the form was sent: the fault is there before the reply.
        path = f"/interactions/{record.id}/{record.token}/callback"
        _arm(deployment, row, "reply", "POST", path)
    return record


def _judge(deployment: Deployment, row: Row) -> None:
    for where, fault in row.hits:
        if not fault.hits:
            row.note(where, "the fault was never met")
    guild_id = row.group.guild.id
    states = deployment.rows("SELECT state FROM posts WHERE kind = 'drop' AND guild_id = ?", guild_id)
    standing = [m for m in deployment.server.messages(row.group.channel) if m.content.startswith("Question ")]
    if states != [("sent",)] or len(standing) != 1:
        row.note(
            "question" if row.name in ONLY_AT_POSTS else "edit", f"{states}, {len(standing)} stand there"
        )
    if "2 answered" not in standing[-1].text and row.name not in ONLY_AT_REPLIES:
        row.note("edit", f"the message says {standing[-1].text}")
    users = Counter(deployment.rows("SELECT user_id FROM answers WHERE guild_id = ?", guild_id))
    if sorted(users.values()) != [1, 1]:
        row.note("reply", f"answers by person: {users}")


def once(folder: Path, compute: Callable[[Path], Awaitable[Any]]) -> Any:
    """Return what is computed once in a run of the tests, however many workers ask for it."""
    folder.mkdir(exist_ok=True)
    result = folder / "result.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            result.write_text(json.dumps(asyncio.run(compute(folder / "town"))))  # type: ignore[arg-type]
    return json.loads(result.read_text())


# -- the gateway

Act = Callable[[Deployment], Awaitable[None]]


@dataclass(frozen=True)
class Break:
    """What happens to a connection that works, and how often the bot resumes or identifies because of it."""

    act: Act
    resumes: int = 0
    identifies: int = 0


def _closes(code: int) -> Act:
    async def act(deployment: Deployment) -> None:
        # Discord resumes no session that it closed as invalid (4007) or as timed out (4009).
        await deployment.server.gateway.close_with(code, forget=code in {4006, 4007, 4009})

    return act


async def _cut(deployment: Deployment) -> None:
    deployment.server.gateway.drop()


async def _ask(deployment: Deployment) -> None:
    deployment.server.gateway.ask_reconnect()


async def _may_resume(deployment: Deployment) -> None:
    deployment.server.gateway.invalidate(resumable=True)


async def _must_identify(deployment: Deployment) -> None:
    deployment.server.gateway.invalidate()


_RESUMED = (1000, 1001, 4000, 4001, 4002, 4003, 4005, 4008)
# discord.py waits for five seconds before it identifies anew: one such code is enough where time is short.
_IDENTIFIED = (4006, 4007, 4009) if LONG else (4007,)
BREAKS: dict[str, Break] = {
    **{f"closed {code}": Break(_closes(code), resumes=1) for code in _RESUMED},
    **{f"closed {code}": Break(_closes(code), identifies=1) for code in _IDENTIFIED},
    "reset": Break(_cut, resumes=1),
    "asked to reconnect": Break(_ask, resumes=1),
    "session invalid, resumable": Break(_may_resume, resumes=1),
    "session invalid": Break(_must_identify, identifies=1),
}
# What Discord closes with where trying again would not help.
FATAL = (4004, 4010, 4011, 4012, 4013, 4014)


async def gateway_rows(folder: Path) -> Problems:
    """Break a connection in each way; what was written meanwhile arrives, and the next click is answered."""
    problems: Problems = {}
    async with Deployment(folder) as deployment:
        group = deployment.add_group("open", members=len(BREAKS))
        await deployment.start(at(0, "08:00"))
        await deployment.set_up(group)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        question = deployment.question(group)
        for member, (name, broken) in zip(group.members, BREAKS.items(), strict=True):
            problems[name] = await _break(deployment, group, member, question, broken)
        code, _ = await deployment.bot.stop()
        assert code == 0, deployment.bot.tail()
    return problems


async def _break(
    deployment: Deployment, group: Group, member: Any, question: Message, broken: Break
) -> list[str]:
    gateway = deployment.server.gateway
    before = gateway.resumes, len(gateway.identifies)
    wanted = before[0] + broken.resumes, before[1] + broken.identifies
    await broken.act(deployment)
    if broken.resumes:
        # A reply to the question with the ping on is an answer: the event is replayed.
        deployment.server.say(member, group.channel, f"{member.id} {TEXT}", reply_to=question)
    found: list[str] = []
    try:
        await deployment.server.until(lambda: (gateway.resumes, len(gateway.identifies)) >= wanted, PATIENCE)
        await deployment.server.until(lambda: gateway.live(group.guild.id), PATIENCE)
        if broken.resumes:
            saved = "SELECT 1 FROM answers WHERE user_id = ?"
            await deployment.server.until(lambda: deployment.rows(saved, member.id), PATIENCE)
        hint = next(i for i in question.custom_ids if i.startswith("answers:hint"))
        reply = await deployment.server.click(member, question, hint, within=PATIENCE)
    except TimeoutError as error:
        return [f"{error}: {deployment.bot.tail()}"]
    if "Hint 1" not in reply.content:
        found.append(reply.content)
    if (gateway.resumes, len(gateway.identifies)) != wanted:
        found.append(f"resumed and identified {(gateway.resumes, len(gateway.identifies))}, not {wanted}")
    return found
