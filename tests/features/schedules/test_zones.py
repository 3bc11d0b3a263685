from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.features.schedules.zones import (
    COMMON_ZONES,
    FIXED,
    MORE_NAMES,
    ZONE_OF_LOCALE,
    find_zone,
    nearest_zones,
    suggest_zones,
    zones,
)

ALL_ZONES = sorted(available_timezones())
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@given(st.sampled_from(ALL_ZONES))
def test_every_zone_is_found_however_it_is_typed(zone: str) -> None:
    assume(zone not in {"localtime", "posixrules", "Factory"} and zone.casefold() not in FIXED)
    assert find_zone(f"  {zone.replace('_', ' ').upper()} ") == zone
    assert find_zone(zone.lower()) == zone


@given(st.sampled_from(zones()))
def test_typing_a_citys_name_offers_it_first(zone: str) -> None:
    city = zone.rpartition("/")[2]
    offered = suggest_zones(city.replace("_", " ").lower())
    assert zone in offered
    assert len(offered) <= 25


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Zürich", "Europe/Zurich"),
        ("zurich", "Europe/Zurich"),
        ("São Paulo", "America/Sao_Paulo"),
        ("SAO  PAULO", "America/Sao_Paulo"),
        ("Bogotá", "America/Bogota"),
        ("Asunción", "America/Asuncion"),
        ("America/São_Paulo", "America/Sao_Paulo"),
        ("St. John's", "America/St_Johns"),
        ("Port au Prince", "America/Port-au-Prince"),
        ("india", "Asia/Kolkata"),
        ("nepal", "Asia/Kathmandu"),
        ("Switzerland", "Europe/Zurich"),
        ("germany", "Europe/Berlin"),
        ("UK", "Europe/London"),
        ("türkiye", "Europe/Istanbul"),
        ("Côte d'Ivoire", "Africa/Abidjan"),
        ("south korea", "Asia/Seoul"),
        ("Korea", "Asia/Seoul"),
        ("Mumbai", "Asia/Kolkata"),
        ("München", "Europe/Berlin"),
        ("san francisco", "America/Los_Angeles"),
        ("JST", "Asia/Tokyo"),
        ("GMT", "GMT"),
        ("utc", "UTC"),
    ],
)
def test_what_can_mean_one_zone_only_is_that_zone(typed: str, zone: str) -> None:
    assert find_zone(typed) == zone
    assert zone == "GMT" or zone in suggest_zones(typed)[:1]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("EST", ["America/New_York", "America/Toronto", "America/Panama"]),
        (" mst ", ["America/Denver", "America/Phoenix"]),
        ("HST", ["Pacific/Honolulu", "America/Adak"]),
        ("PST", ["America/Los_Angeles", "America/Vancouver"]),
        ("IST", ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
        ("usa", ["America/New_York", "America/Chicago", "America/Denver"]),
        ("australia", ["Australia/Sydney", "Australia/Lord_Howe", "Antarctica/Macquarie"]),
        ("Zür", ["Europe/Zurich"]),
        ("Mars/Olympus", []),
        ("", []),
        ("説明", []),
    ],
)
def test_what_can_mean_several_is_asked_about(typed: str, near: list[str]) -> None:
    assert find_zone(typed) is None
    assert nearest_zones(typed) == near


def test_a_name_of_an_hour_that_never_changes_is_no_zone() -> None:
    """Each valid single word without a summer time is refused, but the hour of the world and countries."""
    januaries, julies = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    world = {"GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich", "UCT", "UTC", "Universal", "Zulu"}
    found = {
        zone.casefold()
        for zone in ALL_ZONES
        if zone.isupper()
        and "/" not in zone
        and zone not in world | {"PRC", "ROC", "ROK", "W-SU"}
        and januaries.astimezone(ZoneInfo(zone)).utcoffset() == julies.astimezone(ZoneInfo(zone)).utcoffset()
    }
    assert found == FIXED


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("UTC+5:45", "Asia/Kathmandu"),
        ("utc +05:30", "Asia/Kolkata"),
        ("GMT-5", "America/New_York"),
        ("gmt\N{MINUS SIGN}3", "America/Sao_Paulo"),
        ("+0530", "Asia/Kolkata"),
    ],
)
def test_an_hour_offers_those_who_have_it_now(typed: str, first: str) -> None:
    assert find_zone(typed) is None
    assert suggest_zones(typed, NOW)[0] == first
    hours = {NOW.astimezone(ZoneInfo(zone)).utcoffset() for zone in suggest_zones(typed, NOW)}
    assert len(hours) == 1


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert find_zone(text) is None or find_zone(text) in ALL_ZONES
    for offered in (suggest_zones(text, NOW), suggest_zones(text), nearest_zones(text)):
        assert len(offered) <= 25
        assert set(offered) <= set(zones())


def test_all_zones_that_are_offered_without_typing_or_guessed_exist() -> None:
    assert set(COMMON_ZONES) <= set(zones())
    assert set(ZONE_OF_LOCALE.values()) <= set(zones())
    assert {zone for found in MORE_NAMES.values() for zone in found} <= set(zones())
    assert suggest_zones(" ") == list(COMMON_ZONES)
    assert len(COMMON_ZONES) <= 25
