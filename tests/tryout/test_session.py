from __future__ import annotations

import asyncio
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.tryout
from bot.tryout import INSTALL_HINT, TryOptions, run_try
from bot.tryout.session import TryError, find_port, find_zone, make_study_bot, open_try, start_clock
from bot.tryout.simcord_bridge import bot_scope
from tests.loopcord.waiting import PATIENCE
from tests.tryout.conftest import Visit
from tests.tryout.small_bot import make_small_bot


async def test_it_ends_cleanly_and_leaves_nothing(visit: Visit) -> None:
    async with visit() as visitor:
        study_bot = visitor.tryout.bot
        folder = Path(study_bot.settings.database_url.partition(":///")[2]).parent
        port = int(visitor.base.rpartition(":")[2])
        assert folder.is_dir()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert others
    assert study_bot.closed_cleanly
    assert not folder.exists()
    assert {task for task in others if not task.done()} == set()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_ids_of_the_group_stay_and_those_of_messages_do_not(visit: Visit) -> None:
    seen = []
    for _ in range(2):
        async with visit() as visitor:
            world = visitor.tryout.world
            group = (world.guild.id, world.daily.id, *(person.id for person in world.people))
            seen.append((group, set(world.env.backend.messages[world.daily.id])))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1].isdisjoint(seen[1][1])


async def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert find_port(port) > port
    assert find_port(0) == 0


def test_a_local_time_is_read_in_its_zone() -> None:
    clock = start_clock(datetime.fromisoformat("2026-11-24T08:59:50"), find_zone("Europe/Berlin"))
    ahead = clock.now() - datetime(2026, 11, 24, 7, 59, 50, tzinfo=UTC)
    assert 0 <= ahead.total_seconds() < 5


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", ""])
def test_an_unknown_zone_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(TryError, match="such as Europe/Berlin"):
        find_zone(name)


async def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TryError, match="--data"):
        async with open_try(TryOptions(data=tmp_path / "file" / "deep"), make_small_bot):
            pass


async def test_without_simcord_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bot.tryout, "find_spec", lambda name: None if name == "simcord" else object())
    assert await run_try(TryOptions()) == 2
    assert INSTALL_HINT in capsys.readouterr().err


async def test_the_real_bot_plays_a_day_and_keeps_it(visit: Visit, tmp_path: Path) -> None:
    async with visit(make_study_bot, data=tmp_path) as visitor:
        page = await visitor.open("Ada")
        assert "Question 1" in str(page.state["messages"])
        ada = visitor.person("Ada")
        revealed = await visitor.post("/try/next", {"viewer": ada})
        assert [place["name"] for place in revealed["new"]] == ["daily-question"]
        asked = await visitor.post("/try/next", {"viewer": ada})
        assert asked["now"] > revealed["now"]
        assert "Question 2" in str((await page.poll())["messages"])
        assert visitor.tryout.world.env.errors == []
    async with visit(
        make_study_bot, data=tmp_path, at=datetime.fromisoformat("2026-11-25T10:00:00")
    ) as visitor:
        page = await visitor.open("Ada")
        asked_again = [m for m in page.state["messages"].values() if m["content"].startswith("Question ")]
        assert [m["content"].split(" ·")[0] for m in asked_again] == ["Question 3"]
        assert visitor.tryout.world.env.errors == []


async def test_the_real_bot_asks_by_itself_at_nine(visit: Visit) -> None:
    """The group is set up in peace, however slow the machine; then nine o'clock is two seconds away."""
    async with visit(make_study_bot, at=datetime.fromisoformat("2026-11-24T08:00:00")) as visitor:
        page = await visitor.open("Ada")
        assert page.state["messages"] == {}
        study_bot = visitor.tryout.bot
        nine = study_bot.due_at
        study_bot.clock.shift(nine - study_bot.clock.now() - timedelta(seconds=2))
        with bot_scope(visitor.tryout.world.env):
            study_bot.wake()
        await page.until("Question 1")
        assert study_bot.clock.now() >= nine


@pytest.mark.parametrize("module", ["bot", "tests.windows"])
async def test_ctrl_c_ends_the_command_with_zero(module: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, "try", "--no-open", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(bot.tryout.__file__).parents[2],
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, (await process.communicate())[1].decode()
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 0
    assert b"Nothing is left behind." in out
    assert b"Traceback" not in err
