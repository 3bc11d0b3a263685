"""The real process on a disk that is really full, and beside a program that holds its file."""

import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.wire.deployment import PATIENCE, TEXT, Deployment, Group, at

pytestmark = pytest.mark.wire


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """Give a folder with three megabytes of room; skip where nothing can be mounted."""
    disk, mount, umount = folder / "disk", shutil.which("mount"), shutil.which("umount")
    disk.mkdir()
    if mount is None or umount is None:
        pytest.skip("nothing can be mounted here")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False)  # noqa: S603 our own words
    if made.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run([umount, "-l", str(disk)], check=True)  # noqa: S603 our own words


def fill(disk: Path) -> Path:
    """Write until there is no room left; return the file that takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


async def asked(deployment: Deployment, group: Group) -> Any:
    """Have a question asked; return its message."""
    await deployment.start(at(0, "08:00"))
    await deployment.set_up(group)
    deployment.kill()
    await deployment.start(at(0, "09:00:05"))
    await deployment.server.until(lambda: deployment.states("drop") == ["sent"], PATIENCE)
    await deployment.quiet()
    return deployment.question(group)


async def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        async with Deployment(disk) as deployment:
            group = deployment.add_group("blind", members=3)
            question = await asked(deployment, group)
            first, *others = group.members
            await deployment.answer(first, question, TEXT)  # it opens the room
            await deployment.quiet()
            filler = fill(disk)
            # A row or two may still find room in pages that are there; this text does not.
            long = TEXT * 17
            refused = 0
            for member in others * 20:
                said = await deployment.answer(member, question, long[:3_400])
                assert said.message is not None
                refused += "here it is as a file" in said.message.content
                if refused:
                    break
            assert refused, deployment.bot.tail()
            assert "nothing can be stored: the disk is full" in deployment.bot.output()
            before = deployment.rows("SELECT user_id, text FROM answers")
            filler.unlink()
            for member in others:
                await deployment.answer(member, question, TEXT)
            await deployment.quiet()
            after = deployment.rows("SELECT user_id, text FROM answers")
            assert set(before) <= set(after), "what was confirmed is there"
            assert {row[0] for row in after} == {member.id for member in group.members}
            assert deployment.rows("PRAGMA integrity_check") == [("ok",)]
            code, _ = await deployment.bot.stop()
            assert code == 0, deployment.bot.tail()


async def test_a_file_that_another_program_holds(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        group = deployment.add_group("blind", members=1)
        question = await asked(deployment, group)
        with closing(sqlite3.connect(deployment.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            said = await deployment.answer(group.members[0], question, TEXT)
            assert said.message is not None
            assert "here it is as a file" in said.message.content
            other.execute("ROLLBACK")
        assert deployment.rows("SELECT COUNT(*) FROM answers") == [(0,)]
        await deployment.answer(group.members[0], question, TEXT)
        await deployment.quiet()
        assert deployment.rows("SELECT text FROM answers") == [(TEXT.strip(),)]
