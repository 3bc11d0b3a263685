"""Logging: plain lines for people, JSON lines for machines, never the token."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

HIDDEN = "[hidden]"


class _Plain(logging.Formatter):
    """`2026-01-31 09:00:00Z INFO daily: text`, with the token cut out wherever it would stand."""

    def __init__(self, secret: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the base's name
        """Return the record's time in UTC to the second."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, traceback included."""
        return self._hide(super().format(record))

    def _hide(self, text: str) -> str:
        return text.replace(self._secret, HIDDEN) if self._secret else text


class _Json(_Plain):
    """One JSON object a line: at, level, logger, message and, where there is one, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as JSON."""
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return self._hide(json.dumps(fields, ensure_ascii=False))


def set_up_logging(level: str, style: str, secret: str | None) -> None:
    """Send logs at `level` to standard error; `style` is plain or json; `secret` never appears in them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(secret) if style == "json" else _Plain(secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Their INFO is one line a heartbeat, job and migration step: noise for an operator.
    for name in ("apscheduler", "alembic", "discord.client", "discord.gateway", "discord.http"):
        logging.getLogger(name).setLevel(max(logging.getLevelNamesMapping()[level], logging.WARNING))
