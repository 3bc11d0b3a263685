from zoneinfo import ZoneInfo

import pytest

from bot.core.zones import known_zone


def test_a_zone_by_its_name() -> None:
    assert known_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "../etc/passwd", "/etc", "Europe", "x" * 5000, "a\0b"])
def test_what_is_no_zone_here_is_none(name: str) -> None:
    assert known_zone(name) is None
