"""`python -m bot doctor` as an operator types it, against a Discord on this machine."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli.run import commands_of
from bot.db import lock
from bot.settings import Settings
from tests.loopcord import Server
from tests.loopcord.state import ALL_PERMISSIONS
from tests.ops.backups.samples import change, damage, filled, names, people
from tests.questions.samples import AGENTS, pack_files
from tests.wire.forkserver import command as run
from tests.wire.studyloop import ROOT

pytestmark = pytest.mark.wire

TOKEN = "MTA5OTk5OTk5OTk5OTk5OTk5OQ.Gh0stT.not-a-real-token-but-as-long-as-one"  # noqa: S105 of no account
EMBED_LINKS = 1 << 14
SCHEDULE = (
    "INSERT INTO schedules (guild_id, channel_id, channel_kind, minutes, zone, days, categories, "
    "difficulties, mode, kind, role_id, late_hours, state, next_run_at, created_by, created_at) "
    "VALUES (?, ?, 'text', 540, 'UTC', 127, '[]', '[]', 'blind', 'mixed', ?, 12, 'active', 0, 30, 0)"
)


class Ward:
    """A folder with a database and a pack, a Discord, and the command."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self.database = filled(folder / "studyloop.db")
        (folder / "pack").mkdir()
        for name, data in pack_files(AGENTS).items():
            (folder / "pack" / name).write_bytes(data)
        (folder / "backups").mkdir()
        shutil.copy(self.database, folder / "backups" / "studyloop-2999-01-01T00-00-00Z.db")
        self.env = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": server.api_url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "QUESTIONS_DIR": str(folder / "pack"),
            "BACKUP_DIR": str(folder / "backups"),
        }

    def schedule(self, guild_id: int, channel_id: int, role_id: int | None = None) -> None:
        change(
            self.database,
            "INSERT OR IGNORE INTO guilds (guild_id, zone, created_at) VALUES (?, 'UTC', 0)",
            guild_id,
        )
        change(self.database, SCHEDULE, guild_id, channel_id, role_id)

    async def run(self, *options: str, command: str = "doctor", whole: bool = False) -> tuple[int, str, str]:
        code, out, err = await asyncio.to_thread(run, (command, *options), self.env, self.folder, whole=whole)
        assert TOKEN not in (text := out + err)
        assert "Traceback" not in text, text
        return code, out, err

    async def findings(self, *options: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
        """The exit code, and the findings by part."""
        code, out, err = await self.run("--json", *options)
        assert err == ""
        said = json.loads(out)
        assert said["ok"] == (code == 0)
        found: dict[str, list[dict[str, Any]]] = {}
        for one in said["findings"]:
            found.setdefault(one["part"], []).append(one)
        assert all(one["todo"] for parts in found.values() for one in parts if one["level"] != "ok")
        return code, found


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async with Server(TOKEN) as server:
        yield Ward(tmp_path, server)
        assert server.unknown_requests == []
        assert server.gateway.identifies == []


async def test_a_bot_with_everything_it_needs(ward: Ward) -> None:
    guild = ward.server.add_guild("Home")
    channel = ward.server.add_channel(guild, "daily")
    role = ward.server.add_role(guild, "study", mentionable=True)
    ward.schedule(guild.id, channel.id, role.id)
    payload = await commands_of(Settings(database_url=f"sqlite:///{ward.database}"))
    application = ward.server.world.application_id
    await _put(ward, f"/applications/{application}/commands", payload)
    before = names(ward.folder)
    code, found = await ward.findings("--ledger")
    wrong = [one for parts in found.values() for one in parts if one["level"] != "ok"]
    # The backup in the folder is from the future, so there is none yet.
    assert [one["part"] for one in wrong] == ["backups"], wrong
    assert code == 0
    assert set(found) >= {"settings", "database", "disk", "scores", "clock", "commands", "server Home"}
    assert names(ward.folder) == before


async def _put(ward: Ward, path: str, payload: Any) -> None:
    import aiohttp  # noqa: PLC0415 of this one test

    headers = {"Authorization": f"Bot {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.put(ward.server.api_url + path, json=payload) as answer,
    ):
        assert answer.status == 200


async def test_what_is_wrong_on_discord(ward: Ward) -> None:
    lacking = ward.server.add_guild("Lacking", bot_permissions=ALL_PERMISSIONS & ~(EMBED_LINKS | 1 << 3))
    everyone = lacking.roles[lacking.id]
    everyone.permissions &= ~EMBED_LINKS
    quiet = ward.server.add_role(lacking, "quiet")
    ward.schedule(lacking.id, ward.server.add_channel(lacking, "daily").id, 4711)
    deny = [{"id": str(lacking.id), "type": 0, "allow": "0", "deny": str(1 << 11)}]
    ward.schedule(lacking.id, ward.server.add_channel(lacking, "closed", overwrites=deny).id, quiet.id)
    ward.schedule(lacking.id, 4712)
    ward.schedule(4713, 4714)
    ward.server.gateway.start_limit["remaining"] = 60
    code, found = await ward.findings()
    assert code == 1
    here = {(one["level"], one["what"]) for one in found["server Lacking"]}
    assert ("problem", "In #daily the bot lacks: Embed Links.") in here
    assert ("warning", "The role to ping in #daily was deleted.") in here
    assert ("problem", "The channel 4712 of a schedule was deleted.") in here
    closed = next(what for level, what in here if "#closed the bot lacks" in what and level == "problem")
    assert "Send Messages" in closed
    assert "Embed Links" in closed
    assert [one["level"] for one in found["server 4713"]] == ["warning"]
    assert [one["level"] for one in found["Discord"]] == ["warning"]
    assert [one["level"] for one in found["commands"]] == ["warning"]


async def test_a_refused_token_no_network_and_a_discord_that_hangs(ward: Ward) -> None:
    ward.server.token = "another"  # noqa: S105 of no account
    code, found = await ward.findings()
    assert (code, found["Discord"][0]["what"]) == (1, "Discord refuses the token.")
    ward.env["DISCORD_API_URL"] = "http://127.0.0.1:9/api/v10"
    code, found = await ward.findings()
    assert code == 1
    assert "cannot be asked" in found["Discord"][0]["what"]
    assert found["database"][0]["level"] == "ok"
    assert (await ward.findings("--offline"))[0] == 0
    ward.env["DISCORD_API_URL"] = ward.server.api_url
    ward.server.token = TOKEN
    ward.server.faults.add("GET", "/users/@me", kind="delay", seconds=30)
    code, found = await ward.findings()
    assert code == 1
    assert "no answer within" in found["Discord"][0]["what"]


async def test_a_server_that_cannot_be_asked_hides_no_other(ward: Ward) -> None:
    for name in ("Good", "Bad"):
        guild = ward.server.add_guild(name)
        ward.schedule(guild.id, ward.server.add_channel(guild, "daily").id)
    ward.server.faults.deny("GET", f"/guilds/{guild.id}/channels", status=400, code=0)
    _, found = await ward.findings()
    assert [one["level"] for one in found["server Good"]] == ["ok"]
    assert [one["level"] for one in found[f"server {guild.id}"]] == ["warning"]


async def test_settings_that_are_wrong_or_mistyped(ward: Ward) -> None:
    (ward.folder / ".env").write_text(
        "DISCORD_TOKN=x\nCOMPOSE_PROJECT_NAME=y\nDISCORD_TOKEN=\nLOG_LEVEL=INFO\n"
    )
    del ward.env["DISCORD_TOKEN"]
    ward.env["LOG_FORMATT"] = "json"
    code, found = await ward.findings()
    assert code == 1
    assert [(one["level"], one["what"].split()[0]) for one in found["settings"]] == [
        ("warning", "DISCORD_TOKN"),
        ("warning", "LOG_FORMATT"),
        ("problem", "DISCORD_TOKEN"),
    ]
    assert "Discord" not in found
    ward.env["SHARD_COUNT"] = "many"
    code, found = await ward.findings()
    assert code == 1
    assert set(found) == {"settings"}


async def test_a_database_that_is_damaged_or_not_there(ward: Ward) -> None:
    damage(ward.database)
    (ward.folder / "pack" / "pack.yaml").write_text("title: 1")
    code, found = await ward.findings("--offline", "--ledger")
    assert code == 1
    assert "restore FILE" in found["database"][0]["todo"]
    assert found["questions"][0]["level"] == "problem"
    assert "posts" not in found
    ward.database.unlink()
    code, found = await ward.findings("--offline")
    assert found["database"][0]["level"] == "warning"
    assert not ward.database.exists()


async def test_what_did_not_go_out(ward: Ward) -> None:
    ward.schedule(1, 2)
    change(
        ward.database,
        "INSERT INTO posts (guild_id, kind, subject_id, part, channel_id, due_at, not_after, next_try_at, "
        "state, attempts, reason) VALUES (1, 'drop', 1, 0, 2, 1000, 0, 0, 'pending', 3, 'no_permission')",
    )
    change(
        ward.database,
        "INSERT INTO problems (guild_id, schedule_id, code, detail, created_at) "
        "VALUES (1, 1, 'no_permission', 'Embed Links', 0)",
    )
    code, found = await ward.findings("--offline")
    assert code == 1
    assert [one["level"] for one in found["posts"]] == ["problem", "warning"]
    assert found["posts"][0]["what"] == "Server 1, channel 2: the bot lacks a permission (Embed Links)."


async def test_totals_that_are_wrong_are_found_and_mended(ward: Ward) -> None:
    change(ward.database, "UPDATE totals SET points = 99 WHERE user_id = 1")
    change(ward.database, "DELETE FROM totals WHERE user_id = 2")
    code, found = await ward.findings("--offline", "--ledger")
    assert code == 1
    assert len(found["scores"]) == 2
    with lock.exclusive(ward.database):
        code, out, err = await ward.run("--rebuild-totals")
        assert (code, out) == (1, "")
        assert "The bot is running" in err
    code, out, err = await ward.run("--rebuild-totals")
    assert (code, err) == (0, "")
    assert "2 people's totals were not before" in out
    assert people(ward.database) == 3
    assert (await ward.findings("--offline", "--ledger"))[0] == 0


async def test_beside_a_bot_that_writes(ward: Ward) -> None:
    with closing(sqlite3.connect(ward.database)) as bot, lock.exclusive(ward.database):
        bot.execute("PRAGMA journal_mode = WAL")
        bot.execute("BEGIN IMMEDIATE")
        bot.execute("UPDATE totals SET points = points + 1")
        code, found = await ward.findings("--offline", "--ledger")
        assert code == 0
        assert "in use by a running bot" in found["database"][0]["what"]
        bot.rollback()


async def test_lines_for_another_program(ward: Ward) -> None:
    code, out, _ = await ward.run("--offline", whole=True)
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert {len(row) for row in rows} == {4}
    assert {row[0] for row in rows} == {"ok", "warning"}
