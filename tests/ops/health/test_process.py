"""The real process, asked over 127.0.0.1 while Discord, its gateway and its database do what they do."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.loopcord import Server
from tests.loopcord.waiting import STOPS_WITHIN
from tests.ops.health.scrapes import Answer, ask, free_port, scrape, until_answer, until_scraped
from tests.wire.deployment import Deployment, Group, at
from tests.wire.studyloop import StudyLoop

pytestmark = pytest.mark.wire
ROOT = Path(__file__).resolve().parents[3]


def is_yes(answer: Answer) -> bool:
    return answer.status == 200


def is_no(answer: Answer) -> bool:
    return answer.status == 503


def town_at(folder: Path, port: int, *, whole: bool = False, **env: str) -> Deployment:
    return Deployment(folder, whole=whole, HEALTH_PORT=str(port), **env)


def messages_of(group: Group) -> str:
    return f"/channels/{group.channel.id}/messages"


async def test_live_from_the_start_and_ready_while_it_is_connected(tmp_path: Path) -> None:
    port = free_port()
    async with town_at(tmp_path, port, whole=True) as deployment:
        deployment.server.gateway.accepting = False
        await deployment.launch(at(0, "08:00"))
        await until_answer(port, "/health/live", is_yes)
        answer = await ask(port, "/health/ready")
        assert (answer.status, answer.why_not) == (503, {"gateway": "is not connected to Discord yet"})
        deployment.server.gateway.accepting = True
        await until_answer(port, "/health/ready", is_yes)

        deployment.server.gateway.accepting = False
        deployment.server.gateway.drop()
        answer = await until_answer(port, "/health/ready", is_no)
        assert answer.why_not == {"gateway": "not connected: shard 0"}
        assert (await ask(port, "/health/live")).status == 200
        down = await scrape(port)
        assert down.value("studyloop_ready") == 0
        assert down.value("studyloop_gateway_up", shard="0") == 0
        deployment.server.gateway.accepting = True
        await until_answer(port, "/health/ready", is_yes)
        code, seconds = await deployment.bot.stop()
        assert code == 0
        assert seconds < STOPS_WITHIN


async def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    port = free_port()
    async with town_at(tmp_path, port) as deployment:
        await deployment.start(at(0, "08:00"))
        await until_answer(port, "/health/ready", is_yes)
        with closing(sqlite3.connect(deployment.path, isolation_level=None)) as other:
            other.execute("ALTER TABLE posts RENAME TO away")
            answer = await until_answer(port, "/health/ready", is_no)
            assert answer.why_not == {"database": "cannot be read (OperationalError)"}
            found = await until_scraped(port, lambda s: s.value("studyloop_database_up") == 0)
            assert found.value("studyloop_database_errors_total", reason="other") > 0
            other.execute("ALTER TABLE away RENAME TO posts")
        await until_answer(port, "/health/ready", is_yes)


async def test_what_posts_clicks_and_requests_come_to(tmp_path: Path) -> None:
    port = free_port()
    async with town_at(tmp_path, port) as deployment:
        well, limited, lost, denied = await deployment.found("open", "open", "open", "open", members=1)
        faults = deployment.server.faults
        faults.add("POST", messages_of(limited), kind="rate_limit", retry_after=0.2)
        faults.add("POST", messages_of(lost), kind="drop_after")
        faults.deny("POST", messages_of(denied))
        await deployment.start(at(0, "09:00:05"))
        await deployment.server.until(lambda: deployment.states("drop").count("sent") == 3)
        question = deployment.question(well)
        await deployment.answer(well.members[0], question)
        await deployment.server.click(well.members[0], question, "unknown:act:v1:1", forged=True)
        await deployment.server.slash(well.members[0], well.channel, "today")
        with closing(sqlite3.connect(deployment.path, isolation_level=None)) as other:
            other.execute(
                "CREATE TRIGGER no BEFORE INSERT ON reminders BEGIN SELECT RAISE(ABORT, 'injected'); END"
            )
        remind = next(one for one in question.custom_ids if ":remind:" in one)
        await deployment.server.click(well.organiser, question, remind)
        found = await until_scraped(
            port, lambda s: s.value("studyloop_interactions_total", outcome="error") == 1
        )

        posts = "studyloop_posts_total"
        assert found.value(posts, kind="drop", outcome="sent") == 2
        assert found.value(posts, kind="drop", outcome="lost") == 1
        assert found.value(posts, kind="drop", outcome="found") == 1
        assert found.value(posts, kind="drop", outcome="blocked") >= 1
        assert found.value("studyloop_posts_open", state="held") >= 1
        assert found.value("studyloop_posts_open", state="ahead") >= 3
        assert found.value("studyloop_post_delay_seconds_count", kind="drop") == 2
        assert found.value("studyloop_post_delay_seconds_sum", kind="drop") >= 2 * 5
        assert found.value("studyloop_discord_rate_limited_total", scope="user") == 1
        assert found.value("studyloop_discord_requests_total", route="message", status="429") == 1
        assert found.value("studyloop_discord_requests_total", route="message", status="none") >= 1

        ended = "studyloop_interactions_total"
        assert found.value(ended, kind="click", feature="answers", outcome="ok") >= 1
        assert found.value(ended, kind="form", feature="answers", outcome="ok") == 1
        assert found.value(ended, kind="command", feature="today", outcome="ok") == 1
        assert found.value(ended, kind="click", feature="unknown", outcome="unknown") == 1
        assert found.value(ended, feature="act") == 0
        assert found.value("studyloop_reply_seconds_count", kind="form") == 1
        assert found.value("studyloop_log_lines_total", part="errors", level="ERROR") == 1
        assert found.value("studyloop_database_seconds_count", kind="write") > 10
        assert found.value("studyloop_guilds") == 4
        assert "guild=" not in "\n".join(map(str, found.samples))


async def test_a_reconnect_by_close_code_and_a_late_post(tmp_path: Path) -> None:
    port = free_port()
    async with town_at(tmp_path, port) as deployment:
        await deployment.found("open")
        await deployment.start(at(0, "09:10"))
        await deployment.quiet()
        deployment.server.gateway.drop()
        await until_scraped(
            port, lambda s: s.value("studyloop_gateway_events_total", event="resumed", shard="0") == 1
        )
        deployment.server.gateway.invalidate()
        found = await until_scraped(
            port, lambda s: s.value("studyloop_gateway_events_total", event="ready", shard="0") == 2
        )
        assert found.value("studyloop_gateway_events_total", event="lost") == 2
        assert found.value("studyloop_gateway_closes_total") == 2
        assert found.value("studyloop_gateway_closes_total", code="1006") >= 1
        assert found.value("studyloop_posts_late_total", kind="drop") == 1
        assert "shard=0 goes on where it was" in deployment.bot.output()


async def test_a_port_that_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    async with Server() as server:
        cases = [{"HEALTH_PORT": str(server.port)}, {"HEALTH_PORT": "8080", "HEALTH_HOST": "203.0.113.1"}]
        if os.geteuid() != 0:
            cases.append({"HEALTH_PORT": "80"})
        for number, env in enumerate(cases):
            async with StudyLoop(server, tmp_path / f"{number}.db", env, whole=True) as bot:
                assert await bot.wait() == 2
                (line,) = bot.output().splitlines()
            assert line.startswith("studyloop: HEALTH_PORT: the bot cannot listen on ")
            assert env["HEALTH_PORT"] in line
        assert server.gateway.identifies == []


async def test_a_part_that_does_not_exist_is_a_sentence(tmp_path: Path) -> None:
    async with (
        Server() as server,
        StudyLoop(server, tmp_path / "bot.db", {"LOG_LEVELS": "outbx=DEBUG"}) as bot,
    ):
        assert await bot.wait() == 2
        (line,) = bot.output().splitlines()
    assert "LOG_LEVELS: there is no part 'outbx'; the parts are alarm, answers, " in line


async def test_the_images_health_check(tmp_path: Path) -> None:
    """Its command, as it stands in the Dockerfile, against a live process and against nothing."""
    line = next(one for one in (ROOT / "Dockerfile").read_text().splitlines() if "/health/" in one)
    command = json.loads(line.strip().removeprefix("CMD "))
    assert command[0] == "python"
    port = free_port()

    def check(value: str, host: str = "") -> int:
        env = {**os.environ, "HEALTH_PORT": value, "HEALTH_HOST": host, "http_proxy": "http://127.0.0.1:9"}
        return subprocess.run(  # noqa: S603 our own file
            [sys.executable, *command[1:]], env=env, check=False, capture_output=True
        ).returncode

    assert await asyncio.to_thread(check, str(port)) != 0
    assert await asyncio.to_thread(check, " ") == 0
    async with town_at(tmp_path, port) as deployment:
        await deployment.start(at(0, "08:00"))
        for host in ("", "127.0.0.1", "0.0.0.0"):  # noqa: S104 as a setting
            assert await asyncio.to_thread(check, str(port), host) == 0
        assert await asyncio.to_thread(check, str(port), "127.0.0.2") != 0


def test_nothing_of_it_is_loaded_without_a_port() -> None:
    code = (
        "import sys, bot.__main__, bot.cli.run; "
        "print([m for m in sys.modules if m.split('.')[0] == 'prometheus_client' "
        "or m in {'aiohttp.web', *('bot.ops.health.' + n for n in ('metrics', 'server', 'service'))}])"
    )
    ended = subprocess.run(  # noqa: S603 our own code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert ended.stdout.strip() == "[]"


async def test_looks_for_what_is_due_and_backups(tmp_path: Path) -> None:
    """A backup of the day is made and counted; one that cannot be made is counted as failed."""
    good, bad = free_port(), free_port()
    (tmp_path / "backups").mkdir()
    async with town_at(tmp_path / "good", good, BACKUP_DIR=str(tmp_path / "backups")) as deployment:
        await deployment.start(at(0, "08:00"))
        found = await until_scraped(good, lambda s: s.value("studyloop_backups_total", outcome="ok") == 1)
        assert found.value("studyloop_alarm_looks_total", outcome="ok") >= 1
        assert found.value("studyloop_alarm_last_look_seconds") < 60
        # The age is rounded down to the second in the file's name.
        age = deployment.now().timestamp() - found.value("studyloop_last_backup_timestamp_seconds")
        assert 0 <= age < 60
    async with town_at(tmp_path / "bad", bad, BACKUP_DIR=str(tmp_path / "nowhere" / "at all")) as deployment:
        await deployment.start(at(0, "08:00"))
        found = await until_scraped(bad, lambda s: s.value("studyloop_backups_total", outcome="failed") == 1)
        assert "studyloop_last_backup_timestamp_seconds" in found.names
        assert found.value("studyloop_last_backup_timestamp_seconds") == 0
        assert (await ask(bad, "/health/ready")).status == 200


async def test_memory_stays_within_what_is_promised(tmp_path: Path) -> None:
    port = free_port()
    async with town_at(tmp_path, port, whole=True) as deployment:
        await deployment.start(at(0, "08:00"))
        found = await scrape(port)
        assert found.value("process_resident_memory_bytes") < 120 * 1024 * 1024
        assert found.value("studyloop_tasks") < 20
