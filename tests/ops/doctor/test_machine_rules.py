"""Facts in, findings out: this machine."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.ops.backups.rules import Contents, Difference
from bot.ops.doctor.machine import rules
from bot.ops.doctor.rules import (
    BackupFacts,
    BankFacts,
    DatabaseFacts,
    Finding,
    OpenProblem,
    PostFacts,
    RequestFacts,
    SettingsFacts,
    Stuck,
    ZoneFacts,
)
from bot.outbox.message import Trouble

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
KNOWN = frozenset({"DISCORD_TOKEN", "DATABASE_URL", "LOG_LEVEL", "LOG_LEVELS", "SHARD_IDS", "HEALTH_PORT"})
PATH = Path("data/studyloop.db")
MB = 1_000_000


def only(findings: list[Finding]) -> Finding:
    (one,) = findings
    assert one.what.endswith((".", "…"))
    assert one.level == "ok" or one.todo
    return one


SETTINGS = SettingsFacts((), True, timedelta(), KNOWN, frozenset({"DISCORD_TOKEN"}), (), ())  # noqa: FBT003 a row of facts


def test_settings_that_are_fine() -> None:
    assert only(rules.settings(SETTINGS)).level == "ok"


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("DISCORDTOKEN", "DISCORD_TOKEN"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("SHARD_ID", "SHARD_IDS"),
        ("HEALTH_FILE", None),
        ("COMPOSE_PROJECT_NAME", None),
        ("TOKEN", None),
        ("PORT", None),
    ],
)
def test_a_name_in_the_file_that_was_mistyped(name: str, right: str | None) -> None:
    found = rules.settings(replace(SETTINGS, in_file=(name,)))
    if right is None:
        assert only(found).level == "ok"
    else:
        assert only(found).level == "warning"
        assert name in found[0].what
        assert right in found[0].todo


def test_the_environment_is_mostly_others() -> None:
    around = ("DISCORD_TOKN", "DATABASE_URLS", "DISCORD_BOT_TOKEN", "LC_ALL")
    found = rules.settings(replace(SETTINGS, in_environment=around))
    # The token is set, and more than one slip is somebody else's name.
    assert [(one.what.split()[0], one.todo) for one in found] == [("DATABASE_URLS", "Name it DATABASE_URL?")]


def test_wrong_settings_are_one_finding_each() -> None:
    found = rules.settings(replace(SETTINGS, mistakes=("SHARD_COUNT: too much", "LOG_LEVEL: loud; really")))
    assert [(one.level, one.what) for one in found] == [
        ("problem", "SHARD_COUNT: too much."),
        ("problem", "LOG_LEVEL: loud; really."),
    ]


def test_no_token_and_a_moved_clock() -> None:
    found = rules.settings(replace(SETTINGS, has_token=False, offset=timedelta(seconds=90)))
    assert [one.level for one in found] == ["problem", "warning"]
    assert "90 s" in found[1].what


DATABASE = DatabaseFacts(
    path=PATH,
    folder=PATH.parent,
    has_folder=True,
    may_use_folder=True,
    exists=True,
    error=None,
    is_damage=False,
    size=MB,
    free=10_000 * MB,
    is_writable=True,
    is_running=True,
    contents=Contents(version="0003", rows={"totals": 4}),
)


def levels(facts: DatabaseFacts) -> list[tuple[str, str]]:
    return [(one.part, one.level) for one in rules.database(facts, ("0001", "0003"), "0003")]


def test_a_database_that_is_fine() -> None:
    assert levels(DATABASE) == [("database", "ok"), ("disk", "ok")]


@pytest.mark.parametrize(
    ("contents", "level", "todo"),
    [
        (Contents(version="0001"), "warning", "backup FILE"),
        (Contents(version="0009"), "problem", "Install that version again"),
        (Contents(), "problem", "Correct DATABASE_URL"),
        (Contents(damages=("bad page",)), "problem", "restore FILE"),
        (Contents(version="0003", broken_references=4), "problem", "restore FILE"),
    ],
)
def test_what_the_file_says(contents: Contents, level: str, todo: str) -> None:
    found = rules.database(replace(DATABASE, contents=contents), ("0001", "0003"), "0003")[0]
    assert (found.part, found.level) == ("database", level)
    assert todo in found.todo


def test_a_file_that_cannot_be_opened() -> None:
    facts = replace(DATABASE, contents=None, error="file is not a database", is_damage=True)
    found = rules.database(facts, ("0003",), "0003")[0]
    assert (found.level, "restore FILE" in found.todo) == ("problem", True)
    busy = rules.database(replace(facts, error="locked", is_damage=False), ("0003",), "0003")[0]
    assert (busy.level, "again" in busy.todo) == ("problem", True)


def test_no_file_no_folder_no_right_no_room() -> None:
    assert levels(replace(DATABASE, has_folder=False, exists=False)) == [("database", "problem")]
    assert levels(replace(DATABASE, exists=False, is_writable=False))[0] == ("database", "warning")
    assert levels(replace(DATABASE, size=0, contents=None))[0] == ("database", "warning")
    assert levels(replace(DATABASE, is_writable=False))[-1] == ("database", "problem")
    assert levels(replace(DATABASE, free=19 * MB))[1] == ("disk", "problem")
    assert levels(replace(DATABASE, free=100 * MB))[1] == ("disk", "warning")


def test_a_folder_that_takes_no_file_is_a_problem_with_and_without_a_database() -> None:
    closed = replace(DATABASE, may_use_folder=False)
    assert levels(closed) == [("database", "ok"), ("disk", "ok"), ("database", "problem")]
    none_yet = replace(closed, exists=False, size=0, contents=None)
    assert levels(none_yet) == [("disk", "ok"), ("database", "problem")], "no start makes one there"
    said = rules.database(none_yet, ("0003",), "0003")[-1]
    assert f"may not write to the folder {PATH.parent}" in said.what
    assert "give it the folder" in said.todo


def test_totals() -> None:
    assert only(rules.ledger(Contents(rows={"totals": 4}))).level == "ok"
    wrong = tuple(Difference(1, user, 12, 10) for user in range(7))
    found = rules.ledger(Contents(differing=wrong))
    assert len(found) == 6
    assert all(one.level == "problem" for one in found)
    assert "Member 0 in server 1 has 12 points; the ledger says 10" in found[0].what
    assert "--rebuild-totals" in found[0].todo
    assert found[5].what == "2 more totals differ."


def test_the_question_bank() -> None:
    fine = BankFacts(Path("packs"), is_bundled=True, questions=164, mistakes=0, first="")
    assert only(rules.bank(fine)).level == "ok"
    wrong = only(rules.bank(replace(fine, is_bundled=False, mistakes=2, first="a.yaml:3: no title.")))
    assert wrong.level == "problem"
    assert "2 mistakes: a.yaml:3" in wrong.what
    assert "bank check packs" in wrong.todo


def test_time_zones() -> None:
    fine = ZoneFacts(3, (), "2025b", date(2026, 11, 24))
    assert only(rules.zones(fine)).level == "ok"
    assert only(rules.zones(replace(fine, version=None))).level == "ok"
    assert only(rules.zones(replace(fine, version="2024.1"))).level == "warning"
    unknown = only(rules.zones(replace(fine, unknown=("Mars/Olympus",))))
    assert (unknown.level, "Mars/Olympus" in unknown.what) == ("problem", True)


BACKUPS = BackupFacts(Path("kept"), True, True, None, NOW - timedelta(hours=6), 7, 10_000 * MB, MB, NOW)  # noqa: FBT003 a row of facts


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (BACKUPS, "ok"),
        (None, "warning"),
        (replace(BACKUPS, newest=None, count=0), "warning"),
        (replace(BACKUPS, newest=NOW - timedelta(days=2)), "ok"),
        (replace(BACKUPS, newest=NOW - timedelta(days=2, seconds=1)), "problem"),
        (replace(BACKUPS, exists=False, error="No such file or directory"), "problem"),
        (replace(BACKUPS, is_writable=False), "problem"),
        (replace(BACKUPS, free=20 * MB), "warning"),
    ],
)
def test_daily_backups(facts: BackupFacts | None, level: str) -> None:
    assert only(rules.daily_backups(facts)).level == level


@pytest.mark.parametrize(
    ("invalid", "level"), [(0, "ok"), (499, "ok"), (500, "warning"), (7_999, "warning"), (8_000, "problem")]
)
def test_requests(invalid: int, level: str) -> None:
    found = only(rules.requests(RequestFacts(waiting=3, invalid=invalid)))
    assert found.level == level
    assert f"refused {invalid:,} requests in ten minutes (after 10,000" in found.what
    assert "3 wait for their turn" in found.what


def test_a_bot_that_tells_nothing_of_its_requests() -> None:
    assert rules.requests(None) == []


STUCK = Stuck(5, "drop", NOW, 3, "no_permission")


def test_posts() -> None:
    assert only(rules.posts(PostFacts(), is_running=True)).level == "ok"
    waiting = only(rules.posts(PostFacts(waiting=(STUCK, STUCK)), is_running=True))
    assert waiting.level == "warning"
    assert "2 posts are waiting" in waiting.what
    assert "the bot lacks a permission" in waiting.what
    assert "Start the bot" in only(rules.posts(PostFacts(late=1), is_running=False)).todo
    assert "One post is given up" in only(rules.posts(PostFacts(given_up=(STUCK,)), is_running=True)).what
    many = tuple(OpenProblem(5, 7, "no_permission", "Embed Links") for _ in range(7))
    found = rules.posts(PostFacts(problems=many), is_running=True)
    assert len(found) == 6
    assert found[0].what == "Server 5, channel 7: the bot lacks a permission (Embed Links)."
    assert found[5].level == "problem"


def test_every_trouble_has_its_cure() -> None:
    assert set(rules.CURES) == {trouble.value for trouble in Trouble}
