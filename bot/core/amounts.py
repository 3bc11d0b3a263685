"""Numbers and lengths of time as sentences say them. Pure."""

from __future__ import annotations

from datetime import timedelta

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


def in_words(number: int) -> str:
    """Return "two" or "five"; from thirteen on digits."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def some(number: int, noun: str) -> str:
    """Return "one point" or "five reviews"."""
    return f"{in_words(number)} {noun if number == 1 else noun + 's'}"


def span(length: timedelta) -> str:
    """Return "half an hour", "two hours", "24 hours", "three days" or "two weeks"."""
    if length == _HOUR / 2:
        return "half an hour"
    if length >= 2 * _DAY and not length % _DAY:
        unit, noun = (_WEEK, "week") if not length % _WEEK else (_DAY, "day")
    elif length % _HOUR:
        unit, noun = (timedelta(seconds=1), "second") if length % _MINUTE else (_MINUTE, "minute")
    else:
        unit, noun = _HOUR, "hour"
    number = round(length / unit)
    return f"{'an' if noun == 'hour' else 'a'} {noun}" if number == 1 else some(number, noun)
