"""How the process starts, ends and fails, and what it says meanwhile."""

import asyncio
import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.loopcord import DROP, Call, Server
from tests.loopcord.waiting import STOPS_WITHIN, until
from tests.wire.audit import audit
from tests.wire.deployment import Deployment, at
from tests.wire.studyloop import StudyLoop

pytestmark = pytest.mark.wire

TOKEN = "MTA5OTk5OTk5OTk5OTk5OTk5OQ.Gh0stT.not-a-real-token-but-as-long-as-one"  # noqa: S105 of no account
WRONG: list[tuple[dict[str, str], str]] = [
    ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is not set"),
    ({"DISCORD_TOKEN": "wrong"}, "Discord refuses the token"),
    ({"SHARD_COUNT": "many"}, "SHARD_COUNT: "),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: "),
    ({"DATABASE_URL": "mysql://localhost/bot"}, "DATABASE_URL: must start with sqlite+aiosqlite:///"),
    ({"DATABASE_URL": "sqlite:////nowhere/at/all/bot.db"}, "cannot be used"),
    ({"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, "Discord cannot be reached"),
]


async def _fails(server: Server, path: Path, env: dict[str, str], part: str) -> None:
    """It ends with 2 and one line that says `part`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with StudyLoop(server, path, env, whole=True) as bot:
        await until(lambda: bool(bot.output()))
        if bot.running:
            # Where Discord was asked it pauses before it ends.
            await until(lambda: not bot.running or "ending in 30 s" in bot.output())
            bot.process.terminate()
        assert await bot.wait() == 2
        lines = [line for line in bot.output().splitlines() if "ending in 30 s" not in line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("studyloop: ")
    assert part in lines[0]
    assert TOKEN not in lines[0]


async def test_what_an_operator_got_wrong(tmp_path: Path) -> None:
    async with Server(TOKEN) as server:
        await asyncio.gather(
            *(_fails(server, tmp_path / f"{n}" / "bot.db", *case) for n, case in enumerate(WRONG))
        )


async def test_databases_that_cannot_be_used(tmp_path: Path) -> None:
    newer, broken, folder = tmp_path / "newer.db", tmp_path / "broken.db", tmp_path / "folder.db"
    connection = sqlite3.connect(newer)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.commit()
    connection.close()
    broken.write_bytes(b"This is no database. " * 200)
    folder.mkdir()
    cases = [(newer, "made by a newer StudyLoop"), (broken, "cannot be used"), (folder, "cannot be used")]
    if os.geteuid() != 0:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        cases.append((closed / "bot.db", "cannot be used"))
    async with Server(TOKEN) as server:
        await asyncio.gather(*(_fails(server, path, {}, part) for path, part in cases))
    assert broken.read_bytes().startswith(b"This is no database.")


async def test_the_token_is_never_logged(tmp_path: Path) -> None:
    await asyncio.gather(*(_logged(tmp_path / style, style) for style in ("plain", "json")))


async def _logged(folder: Path, style: str) -> None:
    async with Deployment(folder, whole=True, LOG_LEVEL="DEBUG", LOG_FORMAT=style) as deployment:
        deployment.server.token = deployment.server.gateway.token = TOKEN
        group = deployment.add_group("blind", members=1)
        await deployment.start(at(0, "08:00"))
        panel = (await deployment.set_up(group)).message
        assert panel is not None
        await deployment.server.click(group.organiser, panel, "daily:post_now:v1:1")
        await deployment.server.until(lambda: deployment.states("drop") == ["sent"])
        await deployment.answer(group.members[0], deployment.question(group))
        await deployment.quiet()
        code, _ = await deployment.bot.stop()
        assert code == 0
        output = deployment.bot.output()
        assert "DEBUG" in output
        assert TOKEN not in output
        assert TOKEN.rpartition(".")[2] not in output
        if style == "json":
            assert all(json.loads(line)["level"] for line in output.splitlines())


async def test_stopped_while_a_send_hangs(tmp_path: Path) -> None:
    await asyncio.gather(*(_stopped_sending(tmp_path / when, when) for when in ("before", "after")))


async def _stopped_sending(folder: Path, when: str) -> None:
    async with Deployment(folder) as deployment:
        (group,) = await deployment.found("blind")
        arrived, release = asyncio.Event(), asyncio.Event()

        async def hang(call: Call) -> str:
            del call
            arrived.set()
            await release.wait()
            return DROP

        path = f"/channels/{group.channel.id}/messages"
        deployment.server.faults.add("POST", path, kind="callback", callback=hang, when=when)
        await deployment.start(at(0, "09:00:05"))
        await arrived.wait()
        code, seconds = await deployment.bot.stop()
        release.set()
        assert code == 0, deployment.bot.tail()
        assert seconds < STOPS_WITHIN
        assert "Traceback" not in deployment.bot.output()
        await deployment.start(at(0, "09:01"))
        await deployment.quiet()
        audit(deployment)


async def test_stopped_at_any_moment_of_the_start(tmp_path: Path) -> None:
    """SIGTERM between the first line of Python and ready ends it at once and without a traceback."""
    await asyncio.gather(*(_stopped_early(tmp_path / f"{n}", 0.15 * n) for n in range(1, 13)))


async def test_stopped_while_discord_does_not_answer_the_start(tmp_path: Path) -> None:
    """In the middle of the login, of the commands' sync, of the question for the gateway."""
    paths = ("/users/@me", "/applications/*/commands", "/gateway/bot")
    await asyncio.gather(*(_stopped_starting(tmp_path / f"{n}", path) for n, path in enumerate(paths)))


async def _stopped_starting(folder: Path, path: str) -> None:
    async with Deployment(folder) as deployment:
        hung = deployment.server.faults.add("*", path, kind="delay", seconds=30)
        await deployment.launch(at(0, "08:00"))
        await hung.wait()
        code, took = await deployment.bot.stop()
        assert code == 0, deployment.bot.tail()
        assert took < STOPS_WITHIN
        assert "Traceback" not in deployment.bot.output()


async def _stopped_early(folder: Path, seconds: float) -> None:
    async with Deployment(folder, whole=True) as deployment:
        deployment.add_group("blind")
        await deployment.launch(at(0, "08:00"))
        await asyncio.sleep(seconds)
        code, took = await deployment.bot.stop()
        # Before Python has come to the bot's own handler, the signal ends the process as it ends any.
        assert code in {0, -15}, deployment.bot.tail()
        assert took < STOPS_WITHIN
        assert "Traceback" not in deployment.bot.output()
