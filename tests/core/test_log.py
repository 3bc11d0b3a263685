import json
import logging
import re
import sys
from datetime import datetime

import pytest

from bot.core.log import HIDDEN, PARTS, set_up_logging
from tests.meta.source import modules

SECRET = "MTIz.Gabc.secret-part"  # noqa: S105 not a token
log = logging.getLogger("studyloop.test")


pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture(params=["plain", "json"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fail() -> None:
    raise ConnectionError(f"401 for Authorization: Bot {SECRET}")


def break_off(text: str) -> None:
    raise ConnectionError(text)


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


def test_the_tokens_of_interactions_are_cut_out_of_addresses(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("INFO", style, SECRET)
    token = "aW50ZXJhY3Rpb246MTIzOkFiQ2Q-_x"  # noqa: S105 not a token
    log.info("POST https://discord.com/api/v10/interactions/123/%s/callback failed", token)
    log.info("PATCH /api/v10/webhooks/9/%s/messages/@original?wait=true", token)
    log.info("url='http://127.0.0.1/api/webhooks/9/%s'", token)
    try:
        break_off(f"https://discord.com/api/v10/webhooks/9/{token}: reset")
    except ConnectionError:
        log.exception("no answer")
    output = capsys.readouterr().err
    assert token not in output
    assert output.count(HIDDEN) >= 4
    assert f"/interactions/123/{HIDDEN}/callback" in output
    assert f"/webhooks/9/{HIDDEN}/messages/@original" in output


@pytest.mark.parametrize(
    "text", ["a long thought of mine", "two\nlines of it", 'with "quotes" and ünïcode\t✅']
)
def test_what_is_private_is_cut_out_of_message_and_traceback(
    style: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("INFO", style, None)
    try:
        break_off(f"cannot store {text!r}")
    except ConnectionError:
        log.exception("it was: %s", text, extra={"private": (text,)})
    output = capsys.readouterr().err
    for line in text.splitlines():
        assert line not in output
        assert json.dumps(line)[1:-1] not in output
    assert "ConnectionError: cannot store" in output


def test_a_short_private_text_does_not_tear_the_line_apart(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "plain", None)
    log.info("a line that stays whole", extra={"private": ("a", "", "in")})
    assert "a line that stays whole" in capsys.readouterr().err


def test_libraries_never_say_at_debug_what_they_carry(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("DEBUG", "plain", None)
    log.debug("a detail of ours")
    for name in ("aiosqlite", "discord.webhook.async_", "sqlalchemy.engine", "asyncio", "some.other"):
        logging.getLogger(name).debug("a detail of %s", name)
    assert re.findall("a detail.*", capsys.readouterr().err) == ["a detail of ours"]


def test_a_part_has_its_own_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "plain", None, {"outbox": "DEBUG", "quiz": "ERROR"})
    for part in ("outbox", "quiz", "daily"):
        for level in (logging.DEBUG, logging.INFO, logging.ERROR):
            logging.getLogger(f"studyloop.{part}").log(level, "line")
    lines = [line.split(" ", 2)[2] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "DEBUG studyloop.outbox: line",
        "INFO studyloop.outbox: line",
        "ERROR studyloop.outbox: line",
        "ERROR studyloop.quiz: line",
        "INFO studyloop.daily: line",
        "ERROR studyloop.daily: line",
    ]
    set_up_logging("INFO", "plain", None)
    logging.getLogger("studyloop.outbox").debug("as before")
    assert capsys.readouterr().err == ""


def test_the_parts_are_the_loggers_that_exist() -> None:
    found = {
        name
        for module in modules()
        for name in re.findall(r'getLogger\("studyloop\.([\w.]+)"\)', module.text)
    }
    assert found == set(PARTS)
    assert "getLogger(__name__)" not in "".join(m.text for m in modules() if ".tryout" not in m.name)
