"""Logging: plain lines for people, JSON lines for machines; never a token or what somebody wrote or chose."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bot.core.console import writes_all

HIDDEN = "[hidden]"
# What LOG_LEVELS takes: the loggers below `studyloop.`, each a part of the bot.
PARTS = (
    "alarm",
    "answers",
    "backups",
    "bank",
    "clicks",
    "daily",
    "db",
    "directory",
    "edits",
    "errors",
    "health",
    "names",
    "outbox",
    "pacer",
    "panels",
    "quiz",
    "servers",
    "start",
)
# In an address these words are followed by an id and a token, with which anybody can write as the bot.
_TOKEN = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/?#\s'\"<>),;]+")
# A shorter text would be cut out of words that have nothing to do with it.
_SHORTEST = 4
# Their INFO is one line a heartbeat, job and migration step: noise for an operator.
_NOISY = ("apscheduler", "alembic", "discord.client", "discord.gateway", "discord.http")


class _Plain(logging.Formatter):
    """`2026-01-31 09:00:00Z INFO daily: text`, with every secret cut out wherever it would stand.

    A record's `private` are texts that must not stand in it, in a traceback neither.
    """

    def __init__(self, secret: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the base's name
        """Return the record's time in UTC to the second."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, traceback included."""
        return self._hide(super().format(record), record)

    def _hide(self, text: str, record: logging.LogRecord) -> str:
        if self._secret:
            text = text.replace(self._secret, HIDDEN)
        private: Iterable[str] = getattr(record, "private", ())
        for word in sorted(_spellings(private), key=len, reverse=True):
            text = text.replace(word, HIDDEN)
        return _TOKEN.sub(rf"\1{HIDDEN}", text)


class _Json(_Plain):
    """One JSON object a line: at, level, logger, message and, where there is one, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as JSON."""
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._hide(record.getMessage(), record),
        }
        if record.exc_info:
            fields["traceback"] = self._hide(self.formatException(record.exc_info), record)
        return json.dumps(fields, ensure_ascii=not writes_all(sys.stderr))


def _spellings(texts: Iterable[str]) -> set[str]:
    """Return the texts, and how repr() and each of their lines would write them."""
    whole = {text for text in texts if text}
    lines = {line.strip() for text in whole for line in text.splitlines()}
    return {
        spelling
        for text in whole | lines
        for spelling in (text, repr(text)[1:-1])
        if len(spelling) >= _SHORTEST
    }


def set_up_logging(
    level: str, style: str, secret: str | None, levels: Mapping[str, str] | None = None
) -> None:
    """Send logs at `level` to standard error; `style` is plain or json; `secret` never appears in them.

    `levels` are other levels for some of PARTS.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(secret) if style == "json" else _Plain(secret))
    number = logging.getLevelNamesMapping()[level]
    # Libraries write down at DEBUG what goes over the wire and into the database: texts, choices, tokens.
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    logging.getLogger("studyloop").setLevel(number)
    for part in PARTS:
        logging.getLogger(f"studyloop.{part}").setLevel((levels or {}).get(part, logging.NOTSET))
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
