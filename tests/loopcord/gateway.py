"""The gateway: HELLO, IDENTIFY, RESUME, heartbeats and events, over a WebSocket."""

import asyncio
import contextlib
import json
import socket
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopcord.guild_json import guild_json
from tests.loopcord.serialization import me_json, member_json
from tests.loopcord.state import World
from tests.loopcord.waiting import until

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS = 0, 1, 2, 6, 7, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11

INTENT_GUILDS = 1 << 0
INTENT_MEMBERS = 1 << 1
INTENT_MESSAGES = 1 << 9
INTENT_REACTIONS = 1 << 10
PRIVILEGED_INTENTS = INTENT_MEMBERS | 1 << 8 | 1 << 15


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Cut a connection with RST, so that the other side gets ECONNRESET and not an orderly end."""
    if not isinstance(transport, asyncio.WriteTransport):
        return
    raw = transport.get_extra_info("socket")
    # The other side may be dead and the socket closed, although its connection has not heard of it yet.
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _compressor(name: str) -> Callable[[bytes], bytes] | None:
    """The stream compression that the client asked for; None sends text, which every client reads."""
    if name == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if name == "zstd-stream":
        with contextlib.suppress(ImportError):
            import zstandard  # noqa: PLC0415 - only where discord.py has it too

            chunks = zstandard.ZstdCompressor().compressobj()
            block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
            return lambda data: chunks.compress(data) + chunks.flush(block)
    return None


@dataclass(eq=False)
class Connection:
    """One WebSocket. What is sent waits in a queue, so that events keep their order."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    compress: Callable[[bytes], bytes] | None
    queue: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)

    def send(self, message: dict[str, Any]) -> None:
        self.queue.put_nowait(message)

    async def write(self) -> None:
        """Send what is queued until None comes or the client is gone."""
        with contextlib.suppress(ConnectionError):
            while (message := await self.queue.get()) is not None:
                text = json.dumps(message)
                if self.compress is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self.compress(text.encode()))


@dataclass(eq=False)
class Session:
    """What IDENTIFY made. It outlives its connection, so that it can be resumed."""

    id: str
    shard: tuple[int, int]
    intents: int
    connection: Connection | None
    sequence: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    resumes: int = 0

    def dispatch(self, event: str, data: Any) -> None:
        self.sequence += 1
        message = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.events.append(message)
        if self.connection is not None:
            self.connection.send(message)

    def has_intent(self, intent: int) -> bool:
        return not intent or bool(self.intents & intent)


class Gateway:
    """All sessions. `identifies` are (time.monotonic(), shard id)."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.url = ""
        self.heartbeat_interval = 41.25
        self.accepting = True
        # So many IDENTIFYs are answered with INVALID_SESSION, as Discord does to one that comes too soon.
        self.refusing = 0
        # Connections that stay open and say nothing any more, not even to a heartbeat.
        self.silent: set[Connection] = set()
        # Whether an IDENTIFY with privileged intents is taken and not closed with 4014.
        self.privileged = False
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies: list[tuple[float, int]] = []
        self.resumes = 0
        self.member_requests: list[dict[str, Any]] = []
        self.start_limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}

    def silence(self) -> set[Connection]:
        """Have the connections that there are now say nothing more; return them. Later ones are as ever."""
        self.silent |= self.connections
        return set(self.connections)

    def live(self, guild_id: int | None) -> list[Session]:
        """The connected sessions that get the events of this guild; DMs go to shard 0."""
        return [s for s in self.sessions.values() if s.connection is not None and _on_shard(s, guild_id)]

    def emit(self, event: str, data: Any, *, guild_id: int | None, intent: int = INTENT_GUILDS) -> int:
        """Send an event to every session it concerns; how many of them are connected."""
        for session in self.sessions.values():
            if _on_shard(session, guild_id) and session.has_intent(intent):
                session.dispatch(event, data)
        return len(self.live(guild_id))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket endpoint."""
        if not self.accepting:
            return web.Response(status=503)
        ws = web.WebSocketResponse(compress=False, max_msg_size=1 << 20, autoping=True)
        await ws.prepare(request)
        connection = Connection(ws, request.transport, _compressor(request.query.get("compress", "")))
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        connection.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._received(connection, json.loads(message.data))
        finally:
            self.connections.discard(connection)
            for session in self.sessions.values():
                if session.connection is connection:
                    session.connection = None
            connection.queue.put_nowait(None)
            await writer
        return ws

    async def _received(self, connection: Connection, message: dict[str, Any]) -> None:
        op, data = message["op"], message.get("d")
        if connection in self.silent:
            return
        if op == HEARTBEAT:
            connection.send({"op": HEARTBEAT_ACK})
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif op == REQUEST_MEMBERS:
            self._request_members(connection, data)

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        if data["token"].removeprefix("Bot ") != self.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & PRIVILEGED_INTENTS and not self.privileged:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        if self.refusing:
            self.refusing -= 1
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        shard_id, shard_count = data.get("shard") or (0, 1)
        self.start_limit["remaining"] -= 1
        # A killed process never resumes: its session would only collect events.
        for old in [s for s in self.sessions.values() if s.shard[0] == shard_id and s.connection is None]:
            del self.sessions[old.id]
        session = Session(
            f"{self.world.snowflake():032x}", (shard_id, shard_count), data["intents"], connection
        )
        self.sessions[session.id] = session
        guilds = [g for g in self.world.guilds.values() if _on_shard(session, g.id)]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": me_json(self.world.bot),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": [shard_id, shard_count],
                "application": {"id": str(self.world.application_id), "flags": 0},
                "private_channels": [],
            },
        )
        if session.has_intent(INTENT_GUILDS):
            everybody = bool(session.intents & INTENT_MEMBERS)
            for guild in guilds:
                session.dispatch("GUILD_CREATE", guild_json(self.world, guild, all_members=everybody))
        self.identifies.append((time.monotonic(), shard_id))

    def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"].removeprefix("Bot ") != self.token:
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        session.connection = connection
        session.resumes += 1
        for message in session.events:
            if message["s"] > data["seq"]:
                connection.send(message)
        session.dispatch("RESUMED", {})
        self.resumes += 1

    def _request_members(self, connection: Connection, data: dict[str, Any]) -> None:
        self.member_requests.append(data)
        session = next(s for s in self.sessions.values() if s.connection is connection)
        guild = self.world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        members, missing = list(guild.members.values()), []
        if "user_ids" in data:
            wanted = data["user_ids"] if isinstance(data["user_ids"], list) else [data["user_ids"]]
            members = [guild.members[int(user)] for user in wanted if int(user) in guild.members]
            missing = [str(user) for user in wanted if int(user) not in guild.members]
        else:
            query = data.get("query", "").lower()
            members = [m for m in members if m.user.name.lower().startswith(query)]
            members = members[: data["limit"] or None]
        chunk = {
            "guild_id": str(guild.id),
            "members": [member_json(member) for member in members],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": missing,
        }
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def drop(self) -> None:
        """Reset every gateway connection; the sessions can be resumed."""
        for connection in list(self.connections):
            reset(connection.transport)

    def ask_reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        for connection in self.connections:
            connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """End every session (op 9): the clients have to identify again, or may resume."""
        if not resumable:
            self.sessions.clear()
        for connection in self.connections:
            connection.send({"op": INVALID_SESSION, "d": resumable})

    async def close_with(self, code: int, *, forget: bool = False) -> None:
        """Close every connection with a code; `forget`: the sessions cannot be resumed either."""
        if forget:
            self.sessions.clear()
        for connection in list(self.connections):
            await connection.socket.close(code=code)

    async def close(self) -> None:
        """End all connections at the end of a test."""
        for connection in list(self.connections):
            reset(connection.transport)
        await until(lambda: not self.connections, what="gateway connections did not end")


def _on_shard(session: Session, guild_id: int | None) -> bool:
    shard_id, shard_count = session.shard
    return (0 if guild_id is None else (guild_id >> 22) % shard_count) == shard_id
