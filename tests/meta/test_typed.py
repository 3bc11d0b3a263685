"""What people type is compared with what there is by one function, which minds neither case nor accents."""

import re

from tests.meta.source import under

OWN_WAY = re.compile(r"\.(?:casefold|lower)\(\)")
# What nobody types in Discord: headers, names of settings, our own.
OTHERS = {"core.lines", "ops.health.rules", "ops.health.service", "tryout.world"}


def test_what_is_typed_is_folded() -> None:
    found = {m.name for m in (*under("bot"), *under("cogs")) if OWN_WAY.search(m.text)}
    assert found == {f"bot.{name}" for name in OTHERS}, "compare by bot.core.lines.folded"
