import io
import json
import logging
import sys

import pytest

from bot.core import console
from bot.core.log import set_up_logging

ENCODINGS = ("ascii", "latin-1", "cp1252", "cp437", "cp932", "utf-8")
HARD = "Zürich \N{EN DASH} “a” → 説明 🔒 👩\N{ZERO WIDTH JOINER}💻 é e\N{COMBINING ACUTE ACCENT} ﬁ ß … \udcff"


def stream(monkeypatch: pytest.MonkeyPatch, name: str, encoding: str) -> io.BytesIO:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(raw, encoding=encoding))
    return raw


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("err", [False, True])
def test_whatever_is_said_is_written(monkeypatch: pytest.MonkeyPatch, encoding: str, *, err: bool) -> None:
    raw = stream(monkeypatch, "stderr" if err else "stdout", encoding)
    console.make_writable()
    console.say(HARD, err=err)
    written = raw.getvalue().decode(encoding)
    assert written.endswith("\n")
    assert "rich" in written
    assert written.count("\n") == 1


def test_the_nearest_signs_stand_for_what_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = stream(monkeypatch, "stdout", "ascii")
    console.make_writable()
    console.say(HARD)
    assert raw.getvalue().decode() == 'Zurich - "a" -> ?? ? ?? e e fi ss ... ?\n'


def test_what_the_terminal_has_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = stream(monkeypatch, "stdout", "cp1252")
    console.make_writable()
    console.say("Zürich \N{EN DASH} “a” é … 説")
    assert raw.getvalue().decode("cp1252") == "Zürich \N{EN DASH} “a” é … ?\n"
    raw = stream(monkeypatch, "stdout", "utf-8")
    console.make_writable()
    console.say("説明 🔒")
    assert raw.getvalue().decode() == "説明 🔒\n"


def test_a_stream_of_another_kind_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    console.make_writable()
    console.say("as it is")
    assert not console.writes_all(sys.stdout)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.usefixtures("logging_as_before")
def test_lines_of_the_log(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = stream(monkeypatch, "stderr", encoding)
    console.make_writable()
    set_up_logging("INFO", "plain", None)
    logging.getLogger("studyloop.test").info("in %s", HARD)
    logging.getLogger("studyloop.test").error("failed", exc_info=ValueError(HARD))
    written = raw.getvalue().decode(encoding)
    assert "Logging error" not in written
    assert "UnicodeEncodeError" not in written
    assert "ValueError" in written


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.usefixtures("logging_as_before")
def test_a_log_in_json_loses_nothing(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = stream(monkeypatch, "stderr", encoding)
    console.make_writable()
    set_up_logging("INFO", "json", None)
    logging.getLogger("studyloop.test").info("説明 🔒 Zürich")
    assert json.loads(raw.getvalue().decode(encoding))["message"] == "説明 🔒 Zürich"
