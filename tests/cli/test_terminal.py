import io
import sys

import pytest

from bot.cli import terminal


def test_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.write_tabs([("a", "b c"), ("d", "")])
    assert capsys.readouterr().out == "a\tb c\nd\t\n"


def test_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    slug = "a-slug-that-is-long-" + "x" * 60
    terminal.draw_table(
        "A [b]title[/b]", ("slug", "n"), [(slug, "7"), ("[red]a[/red]", "100")], numbers=("n",)
    )
    drawn = capsys.readouterr().out
    assert "A [b]title[/b]" in drawn
    assert "[red]a[/red]" in drawn
    assert "   7 " in drawn
    # Folded and not cut.
    assert "…" not in drawn
    assert max(map(len, drawn.splitlines())) <= 60


def test_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not terminal.is_person_reading()
