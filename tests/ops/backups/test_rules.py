from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ops.backups import rules
from bot.ops.backups.rules import Contents

NOW = datetime(2026, 3, 2, 10, 15, 30, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 with a zone
    lambda at: at.replace(microsecond=0)
)
GOOD = Contents(version="0003", rows={"totals": 2})


@given(moments)
def test_a_name_says_when_it_was_made(at: datetime) -> None:
    assert rules.made_at("studyloop", rules.file_name("studyloop", at)) == at


@pytest.mark.parametrize(
    "name",
    [
        "studyloop.db",
        "studyloop-2026-03-02T04-00-00Z.db.gz",
        "other-2026-03-02T04-00-00Z.db",
        "my-studyloop-2026-03-02T04-00-00Z.db",
        "studyloop-2026-13-02T04-00-00Z.db",
        "studyloop-before-restore-2026-03-02T04-00-00Z.db",
        ".studyloop-2026-03-02T04-00-00Z.db.abc.part",
    ],
)
def test_other_files_are_nobodys(name: str) -> None:
    assert rules.made_at("studyloop", name) is None
    assert rules.surplus("studyloop", [name] * 3, 1, NOW) == []


def test_a_databases_name_is_no_pattern() -> None:
    assert rules.made_at("a.b", "axb-2026-03-02T04-00-00Z.db") is None


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, NOW),
        (datetime(2026, 3, 2, 4, 0, 0, tzinfo=UTC), datetime(2026, 3, 3, 4, tzinfo=UTC)),
        (datetime(2026, 3, 2, 3, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 4, tzinfo=UTC)),
        (datetime(2026, 3, 1, 20, 0, 0, tzinfo=UTC), datetime(2026, 3, 2, 4, tzinfo=UTC)),
        (datetime(2025, 12, 31, 4, 0, 1, tzinfo=UTC), datetime(2026, 1, 1, 4, tzinfo=UTC)),
    ],
)
def test_the_next_four_oclock(last: datetime | None, due: datetime) -> None:
    assert rules.due_at(last, NOW) == due


@given(moments)
def test_the_next_one_is_at_most_a_day_away(last: datetime) -> None:
    assert timedelta(0) < rules.due_at(last, NOW) - last <= rules.DAY


def test_a_moment_beyond_a_day_is_a_clock_that_was_wrong() -> None:
    assert rules.is_due(NOW, NOW)
    assert not rules.is_due(NOW + rules.DAY, NOW)
    assert rules.is_due(NOW + timedelta(days=400), NOW)


def test_a_backup_from_the_future_does_not_count() -> None:
    future, past = NOW + timedelta(days=300), NOW - timedelta(days=3)
    files = [rules.file_name("s", at) for at in (future, past)]
    assert rules.newest("s", files, NOW) == past
    assert rules.newest("s", files[:1], NOW) is None


@given(st.sets(moments, max_size=12), st.integers(1, 5))
def test_the_newest_stay_and_the_future_goes_first(made: set[datetime], keep: int) -> None:
    files = [rules.file_name("s", at) for at in made]
    gone = rules.surplus("s", [*files, "s.db", "notes.txt"], keep, NOW)
    assert len(gone) == max(0, len(made) - keep)
    past = sorted(at for at in made if at <= NOW)
    stay = {rules.file_name("s", at) for at in past[-keep:]}
    assert not stay & set(gone)


@pytest.mark.parametrize(
    ("contents", "part"),
    [
        (Contents(damages=("row 3 missing from index",)), "damaged (row 3 missing"),
        (Contents(), "no database of StudyLoop"),
        (Contents(version="0009"), "newer StudyLoop (schema 0009, this one knows 0003)"),
        (Contents(version="0003", broken_references=1), "1 of its rows refers to"),
        (Contents(version="0001", broken_references=2), "2 of its rows refer to"),
    ],
)
def test_what_is_no_use(contents: Contents, part: str) -> None:
    said = rules.flaw(contents, ("0001", "0003"), "0003")
    assert said is not None
    assert part in said


def test_what_is_good() -> None:
    assert rules.flaw(GOOD, ("0001", "0003"), "0003") is None
    assert rules.unlike(GOOD, GOOD) is None


@pytest.mark.parametrize(
    ("copy", "part"),
    [
        (Contents(version="0002", rows=GOOD.rows), "schema is 0002 instead of 0003"),
        (Contents(version="0003", rows={"totals": 1}), "differ in totals"),
        (Contents(version="0003", rows={**GOOD.rows, "more": 0}), "differ in more"),
    ],
)
def test_a_copy_that_is_another(copy: Contents, part: str) -> None:
    said = rules.unlike(copy, GOOD)
    assert said is not None
    assert part in said


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (368_640, "369 kB"),
        (12_345_678, "12.3 MB"),
        (79_186_500_000, "79.2 GB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert rules.size_text(size) == text
