from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.features.schedules.recurrence import (
    EVERY_DAY,
    WEEKDAYS,
    Occurrence,
    Recurrence,
    due_between,
    moment,
    next_occurrence,
    next_wall_time,
    occurrences,
    parse_days,
    parse_time,
    show_days,
    show_time,
)
from bot.features.schedules.rules import plan

DAY = timedelta(days=1)
WINDOW = timedelta(days=9)
STEP = timedelta(minutes=15)
MINUTES = st.integers(0, 24 * 60 - 1)
DAYS = st.integers(1, 127)
ALL_ZONES = sorted(available_timezones())


def changes(zone: str, year: int) -> list[datetime]:
    """Return the days of a year, in UTC, on which a zone's clocks were changed."""
    info = ZoneInfo(zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + n * DAY for n in range(366)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    return [day for day, (before, after) in zip(days, pairwise(offsets), strict=False) if before != after]


@st.composite
def starts(draw: st.DrawFn, zone: str) -> datetime:
    """Draw a moment, mostly near a change of the zone's clocks where its year has one."""
    year = draw(st.integers(1970, 2037))
    offset = draw(st.timedeltas(-3 * DAY, 3 * DAY))
    found = changes(zone, year)
    if found and draw(st.integers(0, 3)):
        return draw(st.sampled_from(found)) + offset
    return datetime(year, 1, 1, tzinfo=UTC) + draw(st.timedeltas(timedelta(), 365 * DAY))


@st.composite
def specs(draw: st.DrawFn) -> tuple[Recurrence, datetime]:
    zone = draw(st.sampled_from(ALL_ZONES))
    return Recurrence(draw(MINUTES), zone, draw(DAYS)), draw(starts(zone))


class Calendar:
    """What a zone's clocks showed in the days after a moment: seen by looking, not by computing."""

    def __init__(self, zone: str, start: datetime) -> None:
        self._zone = ZoneInfo(zone)
        looks = [start - 2 * DAY + n * STEP for n in range((WINDOW + 4 * DAY) // STEP)]
        shown = [look.astimezone(self._zone) for look in looks]
        self.dates = sorted({at.date() for at in shown})
        self._offsets = {at.utcoffset() or timedelta() for at in shown}

    def showing(self, wall: datetime) -> list[datetime]:
        """Return the moments at which the clocks showed this local time: none in a gap, two in autumn."""
        found = [wall - offset for offset in self._offsets]
        utc = [at.replace(tzinfo=UTC) for at in found]
        return sorted(at for at in utc if at.astimezone(self._zone).replace(tzinfo=None) == wall)

    def in_gap(self, wall: datetime) -> datetime:
        """Return the moment of a time that was left out, by the clocks as they were some hours before."""
        first = min(wall - offset for offset in self._offsets).replace(tzinfo=UTC)
        before = (first - 3 * timedelta(hours=1)).astimezone(self._zone).utcoffset()
        return (wall - (before or timedelta())).replace(tzinfo=UTC)


def expected(spec: Recurrence, start: datetime) -> list[Occurrence]:
    calendar = Calendar(spec.zone, start)
    wall_time = time(spec.minutes // 60, spec.minutes % 60)
    found: list[Occurrence] = []
    for day in calendar.dates:
        if spec.days >> day.weekday() & 1:
            wall = datetime.combine(day, wall_time)
            shown = calendar.showing(wall)
            found.append(Occurrence(day, shown[0] if shown else calendar.in_gap(wall)))
    return [o for o in found if start < o.at <= start + WINDOW]


def berlin(minutes: int, start: datetime, days: int = EVERY_DAY) -> tuple[Recurrence, datetime]:
    return Recurrence(minutes, "Europe/Berlin", days), start


@given(specs())
@example(berlin(2 * 60 + 30, datetime(2026, 3, 27, tzinfo=UTC)))
@example(berlin(2 * 60 + 30, datetime(2026, 10, 23, tzinfo=UTC)))
@example((Recurrence(9 * 60, "Pacific/Apia", EVERY_DAY), datetime(2011, 12, 28, tzinfo=UTC)))
@example((Recurrence(9 * 60, "Pacific/Kwajalein", EVERY_DAY), datetime(1993, 8, 19, tzinfo=UTC)))
@example((Recurrence(30, "America/Sao_Paulo", EVERY_DAY), datetime(2018, 11, 2, tzinfo=UTC)))
@example((Recurrence(15, "Africa/Monrovia", EVERY_DAY), datetime(1972, 1, 5, tzinfo=UTC)))
@example((Recurrence(2 * 60 + 15, "Antarctica/Troll", EVERY_DAY), datetime(2026, 3, 27, tzinfo=UTC)))
def test_each_date_that_is_due_and_exists_has_its_one_moment(case: tuple[Recurrence, datetime]) -> None:
    spec, start = case
    assert due_between(spec, start + timedelta(microseconds=1), start + WINDOW) == expected(spec, start)


@given(specs(), st.lists(st.timedeltas(timedelta(), 4 * DAY), min_size=1, max_size=12))
def test_stepping_from_any_moment_skips_nothing_and_repeats_nothing(
    case: tuple[Recurrence, datetime], pauses: list[timedelta]
) -> None:
    """A schedule remembers only its next run; whenever it is looked at, all that came is handled once."""
    spec, start = case
    now, next_run = start, next_occurrence(spec, start).at
    handled: list[Occurrence] = []
    for pause in pauses:
        now += pause
        decision = plan(spec, next_run, 12, now)
        handled += [*decision.missed, *([decision.post] if decision.post else [])]
        next_run = decision.next_at
        assert next_run > now
    assert handled == due_between(spec, start + timedelta(microseconds=1), now)
    assert next_run == next_occurrence(spec, now).at


@given(specs())
def test_occurrences_are_in_order_of_date_and_moment(case: tuple[Recurrence, datetime]) -> None:
    spec, start = case
    coming = list(islice(occurrences(spec, start), 30))
    assert coming[0].at > start
    assert all(one.at < two.at and one.local_date < two.local_date for one, two in pairwise(coming))


def test_a_time_in_the_spring_gap_comes_as_far_after_midnight_as_before_the_change() -> None:
    assert moment(date(2026, 3, 29), 150, "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_in_autumn_is_the_first() -> None:
    assert moment(date(2026, 10, 25), 150, "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_date_that_was_left_out_has_no_moment() -> None:
    assert moment(date(2011, 12, 30), 540, "Pacific/Apia") is None
    friday = Recurrence(540, "Pacific/Apia", 1 << 4)
    after = datetime(2011, 12, 25, tzinfo=UTC)
    assert next_occurrence(friday, after).local_date == date(2012, 1, 6)


@given(MINUTES, st.sampled_from(ALL_ZONES), st.datetimes(datetime(1970, 1, 2), datetime(2037, 1, 1)))  # noqa: DTZ001 hypothesis wants them so
def test_the_next_wall_time_is_within_two_days_and_after_now(minutes: int, zone: str, now: datetime) -> None:
    at = next_wall_time(minutes, zone, now.replace(tzinfo=UTC))
    assert timedelta() < at - now.replace(tzinfo=UTC) <= 2 * DAY + timedelta(hours=3)


# What people type


@given(MINUTES)
def test_a_shown_time_reads_back(minutes: int) -> None:
    assert parse_time(show_time(minutes)) == minutes


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("9:00", 540),
        ("09.00", 540),
        ("9", 540),
        (" 9 pm ", 1260),
        ("9PM", 1260),
        ("21h30", 1290),
        ("12 am", 0),
        ("12:30 pm", 750),
        ("0:00", 0),
        ("23:59", 1439),
    ],
)
def test_times_that_can_be_read(typed: str, minutes: int) -> None:
    assert parse_time(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", "24:00", "9:60", "13 pm", "0 am", "-1", "9:5", "9:000", "nine", "9:00 Uhr", "9:00\n10:00"]
)
def test_times_that_cannot(typed: str) -> None:
    assert parse_time(typed) is None


@given(DAYS)
def test_shown_days_read_back(days: int) -> None:
    assert parse_days(show_days(days).replace(" to ", "-")) == days


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("every day", EVERY_DAY),
        (" Weekdays ", WEEKDAYS),
        ("Mon-Fri", WEEKDAYS),
        ("Mon \N{EN DASH} Fri", WEEKDAYS),
        ("mon, wed,fri", 0b0010101),
        ("Saturday/Sunday", 0b1100000),
        ("sat-mon", 0b1100001),
        ("Tu Th", 0b0001010),
        ("tue; tue", 0b0000010),
        ("", 0),
        (" , ", 0),
    ],
)
def test_days_that_can_be_read(typed: str, days: int) -> None:
    assert parse_days(typed) == days


@pytest.mark.parametrize("typed", ["t", "S", "someday", "mon-", "-", "mon-wed-fri", "mondays", "1", "Mo,x"])
def test_days_that_cannot(typed: str) -> None:
    assert parse_days(typed) is None


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    minutes, days = parse_time(text), parse_days(text)
    assert minutes is None or 0 <= minutes < 24 * 60
    assert days is None or 0 <= days <= EVERY_DAY
