"""The findings as rows and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.ops.doctor.rules import Finding

COLUMNS = ("", "part", "what is", "what to do")


def rows(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Return one row a finding; a name that somebody chose cannot break it."""
    cells = ((one.level, one.part, one.what, one.todo) for one in findings)
    return [tuple(" ".join(cell.split()) for cell in row) for row in cells]


def is_ill(findings: Sequence[Finding]) -> bool:
    """Return True if anything is wrong; warnings are not."""
    return any(one.level == "problem" for one in findings)


def summary(findings: Sequence[Finding]) -> str:
    """Return the findings counted, in one line."""
    problems = sum(one.level == "problem" for one in findings)
    warnings = sum(one.level == "warning" for one in findings)
    if not problems and not warnings:
        return "All is well."
    counts = [_count(problems, "problem")] if problems else []
    counts += [_count(warnings, "warning")] if warnings else []
    return f"{' and '.join(counts)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(findings: Sequence[Finding], version: str) -> dict[str, Any]:
    """Return all of it for another program."""
    return {
        "version": version,
        "ok": not is_ill(findings),
        "problems": sum(one.level == "problem" for one in findings),
        "warnings": sum(one.level == "warning" for one in findings),
        "findings": [asdict(one) for one in findings],
    }
