"""Time zones as people type them: by city, country, abbreviation or name, with or without accents. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from bot.core.lines import folded

# Valid names of hours that never change, which nearly everybody who types them does not mean: New York is an
# hour ahead of EST all summer.
FIXED = frozenset({"est", "mst", "hst"})
MOST_OFFERED, MOST_NAMED = 25, 3
# Keep the hours of the country around them: nobody there would ask for another zone.
ENCLAVES = frozenset({"Europe/Busingen"})
_OFFSET = re.compile(r"(?:utc|gmt)? ?([-+\N{MINUS SIGN}]) ?(\d{1,2})(?::?([0-5]\d))?", re.ASCII)


@cache
def zones() -> tuple[str, ...]:
    """Return the IANA zones a person may choose, sorted; `Etc/` and the old single words are left out."""
    left_out = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    named = sorted(z for z in available_timezones() if "/" in z and not z.startswith(left_out))
    return (*named, "UTC")


@cache
def _all_zones() -> Mapping[str, str]:
    """Map all that is valid, folded, to its name; files that are not zones are in some systems' folders."""
    strange = ("posix/", "right/", "SystemV/")
    plain = {"localtime", "posixrules", "Factory"}
    known = sorted(z for z in available_timezones() if z not in plain and not z.startswith(strange))
    return {folded(zone): zone for zone in known}


def find_zone(typed: str) -> str | None:
    """Return the zone that is meant by its name, its city, or a country that has only one.

    None where there is none, where several could be meant, and for the names in FIXED.
    """
    wanted = " ".join(folded(typed).split())
    if wanted in FIXED:
        return None
    found = _all_zones().get(wanted.replace(" ", "_"))
    named = _places().get(_words(typed), ())
    return found or (named[0] if len(named) == 1 else None)


def suggest_zones(typed: str, now: datetime | None = None) -> list[str]:
    """Return the zones that may be meant by what has been typed so far, best first.

    An hour such as UTC+5:45 is one of a moment: with `now` the zones are offered that have it then.
    """
    wanted = _words(typed)
    if now is not None and (offset := _offset(typed)) is not None:
        return [z for z in _in_order(_listed()) if now.astimezone(ZoneInfo(z)).utcoffset() == offset][
            :MOST_OFFERED
        ]
    if not wanted:
        return list(COMMON_ZONES)
    cities = [(_words(zone.rpartition("/")[2]), zone) for zone in zones()]
    found = [
        *_places().get(wanted, ()),
        *(zone for city, zone in cities if city.startswith(wanted)),
        *(zone for name, there in _places().items() if name.startswith(wanted) for zone in there),
        *(zone for zone in zones() if wanted in _words(zone)),
        *(zone for name, there in _places().items() if wanted in name for zone in there),
    ]
    return list(dict.fromkeys(found))[:MOST_OFFERED]


def nearest_zones(typed: str) -> list[str]:
    """Return the zones of what was typed whole, else the best suggestions: few enough for a sentence."""
    if not (wanted := _words(typed)):
        return []
    return [*(_places().get(wanted) or suggest_zones(typed))][:MOST_NAMED]


def _words(text: str) -> str:
    """Return the folded words of a text or of a zone's name, one blank between them; St. John's is two."""
    return " ".join(re.findall(r"[^\W_]+", re.sub("['\N{RIGHT SINGLE QUOTATION MARK}]", "", folded(text))))


def _offset(typed: str) -> timedelta | None:
    """Read UTC+5:45, GMT-3 or +0530; None for anything else."""
    found = _OFFSET.fullmatch(" ".join(folded(typed).split()))
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return ahead if found[1] == "+" else -ahead


def _in_order(found: Iterable[str]) -> list[str]:
    """Put the zones that many people live in first."""
    places = {zone: place for place, zone in enumerate(COMMON_ZONES)}
    return sorted(found, key=lambda zone: places.get(zone, len(places)))


@cache
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """Map the codes of countries to the zones that they have."""
    known, found = frozenset(zones()), dict[str, list[str]]()
    for country, _, zone, *_ in _rows("zone.tab"):
        if zone in known:
            found.setdefault(country, []).append(zone)
    return {country: tuple(there) for country, there in found.items()}


@cache
def _listed() -> frozenset[str]:
    """Return the zones of countries: the others are old names of these."""
    return frozenset(zone for there in _by_country().values() for zone in there)


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    """Map cities, countries and abbreviations, folded, to the zones that they have, the likeliest first."""
    names: dict[str, dict[str, None]] = {}
    for zone in sorted(zones(), key=lambda zone: zone not in _listed()):
        there = names.setdefault(_words(zone.rpartition("/")[2]), {})
        if zone in _listed() or not there:
            there[zone] = None
    for name, found in _countries():
        names.setdefault(_words(name), {}).update(dict.fromkeys(_in_order(found)))
    for name, found in MORE_NAMES.items():
        names[_words(name)] = dict.fromkeys(zone for zone in found if zone in zones())
    return {name: tuple(there) for name, there in names.items() if name and there}


def _countries() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each name of each country with its zones."""
    for code, name in _rows("iso3166.tab"):
        found = tuple(zone for zone in _by_country().get(code, ()) if zone not in ENCLAVES)
        for one in (name, name.partition(" (")[0], *MORE_COUNTRIES.get(code, ())):
            # Both Koreas are one word without what is in brackets.
            if one != "Korea":
                yield one, found
    # Whoever says Korea means the one that Discord can be used in.
    yield "Korea", _by_country().get("KR", ())


def _rows(table: str) -> Iterator[list[str]]:
    """Yield the rows of one of the tables that come with the zones."""
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


# What the table of countries calls otherwise.
MORE_COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "AE": ("UAE", "Emirates"),
    "AT": ("Österreich",),
    "BR": ("Brasil",),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast",),
    "CZ": ("Czechia",),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "GB": ("UK", "United Kingdom", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "IT": ("Italia",),
    "KP": ("North Korea",),
    "KR": ("South Korea",),
    "MM": ("Burma",),
    "NL": ("Holland", "Nederland"),
    "PL": ("Polska",),
    "TR": ("Türkiye",),
    "US": ("USA", "America", "United States of America"),
    "VN": ("Viet Nam",),
}
_WEST, _EAST, _MIDDLE = "America/Los_Angeles", "America/New_York", "America/Chicago"
# Large cities that have no zone of their own name, and abbreviations, of which many mean several places.
MORE_NAMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("San Francisco", "San Jose", "San Diego", "Seattle", "Portland", "Las Vegas"), (_WEST,)),
    **dict.fromkeys(("Boston", "Washington", "Atlanta", "Miami", "Philadelphia", "Pittsburgh"), (_EAST,)),
    **dict.fromkeys(("Austin", "Dallas", "Houston", "Minneapolis"), (_MIDDLE,)),
    **dict.fromkeys(("Salt Lake City", "Boulder"), ("America/Denver",)),
    **dict.fromkeys(("Montreal", "Montréal", "Ottawa"), ("America/Toronto",)),
    **dict.fromkeys(("Rio de Janeiro", "Brasília"), ("America/Sao_Paulo",)),
    **dict.fromkeys(("Mumbai", "Delhi", "New Delhi", "Bangalore", "Bengaluru", "Chennai"), ("Asia/Kolkata",)),
    **dict.fromkeys(("Hyderabad", "Pune"), ("Asia/Kolkata",)),
    **dict.fromkeys(("Islamabad", "Lahore"), ("Asia/Karachi",)),
    **dict.fromkeys(("Beijing", "Shenzhen", "Guangzhou", "Hangzhou"), ("Asia/Shanghai",)),
    **dict.fromkeys(("Osaka", "Kyoto"), ("Asia/Tokyo",)),
    **dict.fromkeys(("Hanoi", "Saigon"), ("Asia/Ho_Chi_Minh",)),
    **dict.fromkeys(("Tel Aviv", "Haifa"), ("Asia/Jerusalem",)),
    **dict.fromkeys(("Abu Dhabi", "GST"), ("Asia/Dubai",)),
    **dict.fromkeys(("Munich", "München", "Hamburg", "Cologne", "Köln", "Frankfurt"), ("Europe/Berlin",)),
    **dict.fromkeys(("Geneva", "Genève", "Basel", "Bern", "Lausanne"), ("Europe/Zurich",)),
    **dict.fromkeys(("Barcelona", "Valencia"), ("Europe/Madrid",)),
    **dict.fromkeys(("Milan", "Milano", "Roma", "Turin"), ("Europe/Rome",)),
    **dict.fromkeys(("Lyon", "Toulouse"), ("Europe/Paris",)),
    **dict.fromkeys(("Manchester", "Edinburgh", "Cambridge", "Oxford"), ("Europe/London",)),
    **dict.fromkeys(("Kraków", "Wroclaw"), ("Europe/Warsaw",)),
    **dict.fromkeys(("Abuja", "WAT"), ("Africa/Lagos",)),
    **dict.fromkeys(("Cape Town", "SAST"), ("Africa/Johannesburg",)),
    "Canberra": ("Australia/Sydney",),
    "Wellington": ("Pacific/Auckland",),
    **dict.fromkeys(("EST", "EDT", "ET"), (_EAST, "America/Toronto", "America/Panama")),
    **dict.fromkeys(("CST", "CDT", "CT"), (_MIDDLE, "America/Mexico_City", "Asia/Shanghai")),
    **dict.fromkeys(("MST", "MDT"), ("America/Denver", "America/Phoenix")),
    **dict.fromkeys(("PST", "PDT", "PT"), (_WEST, "America/Vancouver")),
    **dict.fromkeys(("AKST", "AKDT"), ("America/Anchorage",)),
    **dict.fromkeys(("HST", "HDT"), ("Pacific/Honolulu", "America/Adak")),
    **dict.fromkeys(("AST", "ADT"), ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh")),
    "BRT": ("America/Sao_Paulo",),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    **dict.fromkeys(("CEST", "MESZ", "MEZ"), ("Europe/Berlin", "Europe/Paris", "Europe/Rome")),
    "EEST": ("Europe/Athens", "Europe/Kyiv", "Europe/Helsinki"),
    "MSK": ("Europe/Moscow",),
    "PKT": ("Asia/Karachi",),
    "NPT": ("Asia/Kathmandu",),
    "SGT": ("Asia/Singapore",),
    "HKT": ("Asia/Hong_Kong",),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "EAT": ("Africa/Nairobi",),
    "AWST": ("Australia/Perth",),
    **dict.fromkeys(("ACST", "ACDT"), ("Australia/Adelaide", "Australia/Darwin")),
    **dict.fromkeys(("AEST", "AEDT"), ("Australia/Sydney", "Australia/Brisbane", "Australia/Melbourne")),
    **dict.fromkeys(("NZST", "NZDT"), ("Pacific/Auckland",)),
}
COMMON_ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Sao_Paulo",
    "America/Bogota",
    "America/Mexico_City",
)
# Discord tells a server's language, not its place: a first guess, shown to the organiser as one.
ZONE_OF_LOCALE = {
    "en-GB": "Europe/London",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "es-ES": "Europe/Madrid",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw",
    "uk": "Europe/Kyiv",
    "tr": "Europe/Istanbul",
    "sv-SE": "Europe/Stockholm",
    "da": "Europe/Copenhagen",
    "fi": "Europe/Helsinki",
    "no": "Europe/Oslo",
    "cs": "Europe/Prague",
    "ro": "Europe/Bucharest",
    "hu": "Europe/Budapest",
    "el": "Europe/Athens",
    "bg": "Europe/Sofia",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "zh-CN": "Asia/Shanghai",
    "zh-TW": "Asia/Taipei",
    "hi": "Asia/Kolkata",
    "th": "Asia/Bangkok",
    "vi": "Asia/Ho_Chi_Minh",
    "id": "Asia/Jakarta",
    "pt-BR": "America/Sao_Paulo",
}


def guess_zone(languages: Iterable[str]) -> str:
    """Return the zone of the first language that tells one, such as de or pt-BR; else UTC."""
    return next((zone for one in languages if (zone := ZONE_OF_LOCALE.get(one)) is not None), "UTC")
