"""A Discord with study groups and the real bot as a process: its clock, its database, its crashes."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.db.files import template
from tests.loopcord import Channel, Guild, InteractionRecord, Member, Message, Server, contract
from tests.loopcord.waiting import PATIENCE, turn_to_start, until
from tests.questions.samples import AGENTS, pack_files
from tests.wire.studyloop import StudyLoop

Kind = Literal["blind", "open", "forum"]
TEXT = "Clarify the goal, then the parts, the numbers, the trade-offs. " * 3
_TOMORROW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def write_pack(folder: Path, questions: int = 20) -> None:
    """A pack for these tests: the bundled one may change under them."""
    head, block = AGENTS.split("questions:\n")
    blocks = [block.replace("first-question", f"question-{n}") for n in range(questions)]
    folder.mkdir(exist_ok=True)
    for name, data in pack_files(head + "questions:\n" + "".join(blocks)).items():
        (folder / name).write_bytes(data)


def at(day: int, clock: str) -> datetime:
    """A moment in UTC: `clock` is HH:MM:SS or HH:MM on a day that lies ahead, days counted from 0."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return _TOMORROW + timedelta(days=day, hours=hours, minutes=minutes, seconds=sum(seconds))


@dataclass(eq=False)
class Group:
    """A guild whose one channel gets a question at 09:00 UTC, revealed at 12:00."""

    kind: Kind
    guild: Guild
    channel: Channel
    organiser: Member
    members: list[Member] = field(default_factory=list)


class Deployment:
    """One server, one database, and one process after the other.

    `async with Deployment(folder) as deployment:` checks at its end that the bot made no request that
    Discord does not know or would refuse for its form. `whole`: each process starts Python itself.
    """

    def __init__(self, folder: Path, *, whole: bool = False, **env: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "bot.db"
        if not whole:
            # Migrations are the subject of tests/db, and of the processes that are started whole.
            shutil.copy(template(), self.path)
        write_pack(folder / "small")
        self.env = {"QUESTIONS_DIR": str(folder / "small"), **env}
        self.server = Server()
        self.groups: list[Group] = []
        self.starts = 0
        self._whole = whole
        self._bot: StudyLoop | None = None
        self._offset = 0.0

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        await self.server.stop()
        if error is None:
            assert self.server.unknown_requests == []
            described = contract.load()
            if described is not None:
                # Thousands of requests take seconds, and other towns live in the same loop.
                assert await asyncio.to_thread(described.check_all, self.server.requests) == []

    @property
    def bot(self) -> StudyLoop:
        if self._bot is None:
            raise RuntimeError("no process was started")
        return self._bot

    def now(self) -> datetime:
        """The moment by the bot's clock."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def set_clock(self, moment: datetime) -> None:
        """Discord and the next process share one clock."""
        self._offset = moment.timestamp() - time.time()
        self.server.clock_offset = self._offset

    async def launch(self, moment: datetime | None = None) -> None:
        """Start a process in its turn, at a moment or where the clock stands, and wait for nothing more."""
        self.kill()
        turn = await turn_to_start()
        if moment is not None:
            self.set_clock(moment)
        env = {"STUDYLOOP_CLOCK_OFFSET": str(self._offset), **self.env}
        self._bot = StudyLoop(self.server, self.path, env, whole=self._whole)
        self._bot.start(turn)
        self.starts += 1

    async def start(self, moment: datetime | None = None) -> None:
        """Start a process and wait until it works."""
        await self.launch(moment)
        await self.bot.ready()
        await self.server.until(lambda: "ready: " in self.bot.output())

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self._bot is not None and self._bot.running:
            self._bot.kill()

    def add_group(self, kind: Kind, members: int = 0) -> Group:
        """A guild with a channel of this kind."""
        guild = self.server.add_guild()
        channel = self.server.add_channel(guild, "daily", "forum" if kind == "forum" else "text")
        group = Group(kind, guild, channel, self.server.add_member(guild, "Olga", organiser=True))
        group.members = [self.server.add_member(guild, f"Member {n}") for n in range(members)]
        self.groups.append(group)
        return group

    async def set_up(self, group: Group, **options: Any) -> InteractionRecord:
        """/setup by the organiser, from a text channel."""
        where = group.channel
        if group.kind == "forum":
            where = self.server.add_channel(group.guild, "talk")
        given = {"channel": group.channel, "zone": "UTC", "time": "09:00", "reveal": "12:00", "kind": "open"}
        if group.kind == "open":
            given["mode"] = "open"
        return await self.server.slash(group.organiser, where, "setup", **(given | options))

    async def found(self, *kinds: Kind, members: int = 0, **options: Any) -> list[Group]:
        """Groups, set up by a first process on day 0 at 08:00, which then ends: /setup writes one row.

        `options` are for /setup.
        """
        groups = [self.add_group(kind, members) for kind in kinds]
        await self.launch(at(0, "08:00"))
        await self.bot.ready()
        for group in groups:
            await self.set_up(group, **options)
        self.kill()
        return groups

    async def answer(
        self, member: Member, question: Message, text: str = TEXT, *, wait: bool = True
    ) -> InteractionRecord:
        """Press Answer and send the form."""
        custom_id = next(one for one in question.custom_ids if one.startswith("answers:answer:"))
        form = await self.server.click(member, question, custom_id)
        if form.modal is None:
            return form
        return await self.server.submit_form(member, form, {"text": text}, wait=wait)

    async def hear(self, record: InteractionRecord) -> bool:
        """Wait for the bot's reply; False where the process dies before it has replied."""
        bot, gone = self._bot, lambda: self._bot is not bot or not self.bot.running
        await until(lambda: record.done or gone())
        return record.done

    def question(self, group: Group) -> Message:
        """The newest question's message."""
        row = self.one(
            "SELECT message_id FROM drops WHERE guild_id = ? AND message_id IS NOT NULL "
            "ORDER BY id DESC LIMIT 1",
            group.guild.id,
        )
        place = row[0] if group.kind == "forum" else group.channel.id
        return self.server.world.message(place, row[0])

    # The database as the process left it.

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the bot's database, beside the running process."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def one(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The only row."""
        (row,) = self.rows(query, *values)
        return row

    def states(self, kind: str) -> list[str]:
        """The states of all posts of a kind, in the order in which they were queued."""
        return [row[0] for row in self.rows("SELECT state FROM posts WHERE kind = ? ORDER BY id", kind)]

    def due(self) -> list[tuple[Any, ...]]:
        """What is due and has not gone out: posts (kind, state), and messages that have to be edited."""
        micros = int(self.now().timestamp() * 1_000_000)
        return self.rows(
            "SELECT kind, state FROM posts WHERE state IN ('pending', 'sending') AND due_at <= ? "
            "UNION ALL SELECT 'schedule', state FROM schedules WHERE state = 'active' AND next_run_at <= ? "
            "UNION ALL SELECT 'drop edit', state FROM drops "
            "WHERE revision > shown_revision AND message_id IS NOT NULL "
            "UNION ALL SELECT 'answer edit', state FROM answers "
            "WHERE revision > shown_revision AND message_id IS NOT NULL "
            "UNION ALL SELECT 'quiz edit', state FROM quiz_items "
            "WHERE revision > shown_revision AND message_id IS NOT NULL "
            "UNION ALL SELECT 'quiz question', state FROM quiz_items WHERE state = 'open' AND ends_at <= ?",
            micros,
            micros,
            micros,
        )

    async def quiet(self, within: float = PATIENCE) -> None:
        """Until nothing is due any more."""
        end = time.monotonic() + within
        while left := self.due():
            if not self.bot.running or time.monotonic() > end:
                raise TimeoutError(f"still due: {left}\n{self.bot.tail()}")
            await asyncio.sleep(0.02)
