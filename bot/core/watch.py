"""What the house tells whoever measures it. Without HEALTH_PORT nobody listens, and it costs a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp

OK = "ok"
REFUSED = "refused"
UNKNOWN = "unknown"
ERROR = "error"
DISCORD = "discord"
TOO_LATE = "too_late"


class Watch:
    """Hears what happens and does nothing with it; health/metrics.py counts.

    No call may raise or wait. `kind` of an interaction is command, click, form or autocomplete.
    """

    def trace(self) -> aiohttp.TraceConfig | None:
        """Return what listens to the requests to Discord, or None."""
        return None

    def arrived(self, kind: str, interaction_id: int) -> None:
        """Take note that an interaction has come."""

    def handled(self, kind: str, feature: str, outcome: str) -> None:
        """Take note that it has come to its end: `outcome` is one of the words above."""

    def posted(self, kind: str, outcome: str, delay: float | None = None) -> None:
        """Take note of a post: sent (`delay` seconds after it was due), found, skipped and so on."""

    def edited(self, outcome: str) -> None:
        """Take note of how an edit of one of the bot's messages ended: done, failed or refused."""

    def transacted(self, kind: str, waited: float, seconds: float) -> None:
        """Take note of a transaction (read or write) of `seconds`, of which it waited for a connection."""

    def database_failed(self, error: BaseException) -> None:
        """Take note that a transaction raised this error of the database."""

    def looked(self, *, failed: bool) -> None:
        """Take note that the alarm has looked for what is due."""

    def backed_up(self, *, failed: bool) -> None:
        """Take note that an automatic backup has ended."""


QUIET = Watch()
