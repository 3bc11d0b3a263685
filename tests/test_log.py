import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.log import HIDDEN, set_up_logging

SECRET = "MTIz.Gabc.secret-part"  # noqa: S105 not a token
log = logging.getLogger("studyloop.test")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    noisy = {name: logging.getLogger(name).level for name in ("apscheduler", "alembic", "discord.client")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in noisy.items():
        logging.getLogger(name).setLevel(was)


@pytest.fixture(params=["plain", "json"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fail() -> None:
    raise ConnectionError(f"401 for Authorization: Bot {SECRET}")


def test_the_token_is_hidden_wherever_it_stands(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", style, SECRET)
    log.info("token=%s", SECRET)
    log.info("%s in the text, %r in an object", SECRET, {"token": SECRET})
    try:
        fail()
    except ConnectionError:
        log.exception("cannot start with %s", SECRET)
    output = capsys.readouterr().err
    assert SECRET not in output
    assert output.count(HIDDEN) >= 5
    assert "ConnectionError" in output
    assert "in fail" in output  # the traceback is there


def test_without_a_token_nothing_is_hidden(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    for nothing in (None, ""):
        set_up_logging("INFO", style, nothing)
        log.info("a plain line")
    output = capsys.readouterr().err
    assert output.count("a plain line") == 2
    assert HIDDEN not in output


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "json", SECRET)
    log.info('two\nlines and "quotes", ünïcode %s', "✅")
    try:
        fail()
    except ConnectionError:
        log.exception("it failed")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["message"] == 'two\nlines and "quotes", ünïcode ✅'
    assert (first["level"], first["logger"]) == ("INFO", "studyloop.test")
    assert datetime.fromisoformat(first["at"]).utcoffset() is not None
    assert "traceback" not in first
    assert second["traceback"].startswith("Traceback (most recent call last):")
    assert HIDDEN in second["traceback"]


def test_plain_lines_carry_the_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "plain", SECRET)
    record = logging.LogRecord("x", logging.INFO, "", 0, "hello", (), None)
    record.created = 0.0
    logging.getLogger().handle(record)
    assert capsys.readouterr().err == "1970-01-01 00:00:00Z INFO x: hello\n"


def test_the_level_holds_and_noisy_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "plain", None)
    log.debug("a detail")
    logging.getLogger("apscheduler").info("a job was added")
    logging.getLogger("apscheduler").warning("a job was missed")
    set_up_logging("ERROR", "plain", None)
    logging.getLogger("apscheduler").warning("another was missed")
    output = capsys.readouterr().err
    assert "a detail" not in output
    assert "added" not in output
    assert "a job was missed" in output
    assert "another was missed" not in output


def test_there_is_one_handler_however_often_it_is_set_up() -> None:
    for _ in range(3):
        set_up_logging("INFO", "plain", None)
    handlers = [h for h in logging.getLogger().handlers if getattr(h, "stream", None) is sys.stderr]
    assert len(handlers) == 1
