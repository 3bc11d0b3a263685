"""An operator's story with the real process: it runs, is backed up meanwhile, is put back, and goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.ops.backups.samples import people
from tests.wire.audit import audit
from tests.wire.deployment import Deployment, at
from tests.wire.forkserver import command as run
from tests.wire.studyloop import ROOT

pytestmark = pytest.mark.wire


async def command(deployment: Deployment, *words: str) -> tuple[int, str]:
    """Run a command of the operator's with the bot's own settings."""
    code, output, errors = await asyncio.to_thread(run, words, deployment.bot.env, ROOT)
    return code, output + errors


@pytest.mark.explored
async def test_backed_up_while_it_runs_and_put_back(tmp_path: Path) -> None:
    async with Deployment(tmp_path / "town") as deployment:
        (group,) = await deployment.found("blind", members=3)
        await deployment.start(at(0, "09:00:05"))
        await deployment.server.until(lambda: deployment.states("drop") == ["sent"])
        for member in group.members[:2]:
            await deployment.answer(member, deployment.question(group))
        await deployment.quiet()
        copy = tmp_path / "copy.db"
        code, said = await command(deployment, "backup", str(copy))
        assert code == 0, said
        assert "checked." in said
        assert people(copy) == 2

        code, said = await command(deployment, "restore", str(copy))
        assert code == 1
        assert "The bot is running: stop it first" in said
        assert deployment.bot.running
        await deployment.answer(group.members[2], deployment.question(group))
        await deployment.quiet()
        assert (await deployment.bot.stop())[0] == 0
        assert people(deployment.path) == 3

        code, said = await command(deployment, "restore", str(copy))
        assert code == 0, said
        (aside,) = deployment.path.parent.glob("bot-before-restore-*.db")
        assert str(aside) in said
        assert (people(deployment.path), people(aside)) == (2, 3)

        # Whose answer is gone answers again; nothing is posted a second time.
        await deployment.start(at(0, "10:00"))
        await deployment.answer(
            group.members[2], deployment.question(group), "Again, since my answer went. " * 5
        )
        await deployment.start(at(0, "12:00:05"))
        await deployment.quiet()
        assert people(deployment.path) == 3
        asked = [
            m for m in deployment.server.messages(group.channel) if "answers:answer:v1:1" in m.custom_ids
        ]
        assert ["reveals:how:v1:1" in m.custom_ids for m in asked] == [False, True]
        assert deployment.states("reveal") == ["sent"]
        code, said = await command(deployment, "doctor", "--offline", "--ledger")
        assert "problem\tscores" not in said
        assert "ok\tdatabase" in said


async def test_daily_backups_of_the_running_bot(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.txt").write_text("mine")
    async with Deployment(tmp_path / "town", BACKUP_DIR=str(kept), BACKUP_KEEP="2") as deployment:
        (group,) = await deployment.found("blind", members=1)
        for day in range(3):
            await deployment.start(at(day, "09:00:05"))
            today = f"{at(day, '09:00'):%Y-%m-%d}"
            await deployment.server.until(
                lambda today=today: _made(kept)[-1:] and _made(kept)[-1][:10] == today
            )
            await deployment.server.until(lambda day=day: deployment.states("drop") == ["sent"] * (day + 1))
            await deployment.answer(group.members[0], deployment.question(group))
            await deployment.quiet()
            assert (await deployment.bot.stop())[0] == 0
        assert [people(path) for path in sorted(kept.glob("bot-*.db"))] == [1, 1]
        assert (kept / "mine.txt").read_text() == "mine"
        audit(deployment)


def _made(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("bot-") for path in folder.glob("bot-*.db"))


async def test_a_folder_that_is_missing_keeps_nobody_from_answering(tmp_path: Path) -> None:
    async with Deployment(tmp_path / "town", BACKUP_DIR=str(tmp_path / "none")) as deployment:
        (group,) = await deployment.found("blind", members=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.server.until(
            lambda: "no backup, the next try is in an hour" in deployment.bot.output()
        )
        await deployment.server.until(lambda: deployment.states("drop") == ["sent"])
        await deployment.answer(group.members[0], deployment.question(group))
        await deployment.quiet()
        assert people(deployment.path) == 1
        assert deployment.bot.output().count("no backup") == 1
