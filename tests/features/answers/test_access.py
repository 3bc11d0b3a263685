"""Who may see which answer, rubric and model answer, written out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.features.answers import queries, store
from bot.features.answers.access import (
    REVIEW_AFTER_REVEAL,
    Reader,
    Sight,
    is_exported,
    sees_all,
    sight_of_answer,
    sight_of_model,
    takes_reviews,
)
from tests.features.answers.samples import answer
from tests.features.drops.samples import NOW, drop

# Whether they see the channel (None: it was deleted), and how their own answer stands: an "author" asks about
# their own answer, everybody else about another person's.
ROLES: dict[str, tuple[bool | None, str | None]] = {
    "author": (True, "live"),
    "answered": (True, "live"),
    "withdrew": (True, "withdrawn"),
    "stranger": (True, None),
    "kept out": (False, None),
    "author, kept out": (False, "live"),
    "gone: author": (None, "live"),
    "gone: answered": (None, "live"),
    "gone: withdrew": (None, "withdrawn"),
    "gone: stranger": (None, None),
}

QUESTION, REACH, ROOM, ANSWERS, RUBRIC, REPORT = (
    "finds_question",
    "reaches_answers",
    "enters_room",
    "reads_answers",
    "reads_rubric",
    "reports_answers",
)
COLUMNS = (QUESTION, REACH, ROOM, ANSWERS, RUBRIC, REPORT)

# One letter a column, as above: q question, c reaches what its channel holds, r room, a answers, p points of
# the rubric, t tells organisers; a dot is no. What the room shows (r, a, p, t) is asked apart from whether
# somebody gets that far (q, c): a person who is kept out fails at the first.
MAY = """
                    blind               open
                    open      revealed  open      revealed
author              qcrapt    qcrapt    qcrapt    qcrapt
answered            qcrapt    qcrapt    qcrapt    qcrapt
withdrew            qc...t    qcrapt    qc.a.t    qcrapt
stranger            qc....    qcrapt    qc.a.t    qcrapt
kept out            ......    ..rapt    ...a.t    ..rapt
author, kept out    ......    ..rapt    ...a.t    ..rapt
gone: author        qcrapt    qcrapt    qcrapt    qcrapt
gone: answered      qcrapt    qcrapt    qcrapt    qcrapt
gone: withdrew      q....t    q.rapt    q..a.t    q.rapt
gone: stranger      q.....    q.rapt    q..a.t    q.rapt
"""

# An answer that is live: R can be read, C is closed (one's own answer or the reveal opens it), A is away.
LIVE = """
                    blind               open
                    open      revealed  open      revealed
author              R         R         R         R
answered            R         R         R         R
withdrew            C         R         R         R
stranger            C         R         R         R
kept out            A         A         A         A
author, kept out    R         R         R         R
gone: author        R         R         R         R
gone: answered      R         R         R         R
gone: withdrew      A         A         A         A
gone: stranger      A         A         A         A
"""

# The model answer, and a choice question's solution: it waits for the reveal, whoever has answered.
MODEL = """
                    blind               open
                    open      revealed  open      revealed
author              C         R         C         R
answered            C         R         C         R
withdrew            C         R         C         R
stranger            C         R         C         R
kept out            A         A         A         A
author, kept out    A         A         A         A
gone: author        C         R         C         R
gone: answered      C         R         C         R
gone: withdrew      C         R         C         R
gone: stranger      C         R         C         R
"""

SIGHTS = {"R": Sight.READABLE, "C": Sight.CLOSED, "A": Sight.AWAY}
Cell = tuple[str, str, str, str]


def cells(table: str) -> list[Cell]:
    """Return (role, mode, state, what stands there). A question that was skipped is as one that is open."""
    columns = (("blind", "open"), ("blind", "revealed"), ("open", "open"), ("open", "revealed"))
    found: list[Cell] = []
    for line in table.strip("\n").splitlines()[2:]:
        role, written = line[:20].strip(), line[20:].split()
        for (mode, state), cell in zip(columns, written, strict=True):
            found.append((role, mode, state, cell))
            if state == "open":
                found.append((role, mode, "skipped", cell))
    assert {role for role, *_ in found} == set(ROLES), "every role has its line"
    return found


async def reader(
    monkeypatch: pytest.MonkeyPatch, role: str, mode: str, state: str, kind: str = "open"
) -> Reader:
    """Return how somebody stands with a question, as other features are told."""
    sees, own = ROLES[role]

    async def find_answer(*_: object) -> Any:
        return None if own is None else answer(state=own)

    monkeypatch.setattr(store, "find_answer", find_answer)
    asked = drop(mode=mode, state=state, kind=kind)
    return await queries.reader_of(None, asked, 1, lambda _: sees)  # type: ignore[arg-type]


@pytest.mark.parametrize(("role", "mode", "state", "may"), cells(MAY))
async def test_what_a_person_may(
    monkeypatch: pytest.MonkeyPatch, role: str, mode: str, state: str, may: str
) -> None:
    found = await reader(monkeypatch, role, mode, state)
    assert {name: getattr(found, name) for name in COLUMNS} == {
        name: letter != "." for name, letter in zip(COLUMNS, may, strict=True)
    }


@pytest.mark.parametrize(("role", "mode", "state", "sight"), cells(LIVE))
async def test_one_answer(
    monkeypatch: pytest.MonkeyPatch, role: str, mode: str, state: str, sight: str
) -> None:
    found = await reader(monkeypatch, role, mode, state)
    own = "author" in role
    assert sight_of_answer(found, live=True, hidden=False, own=own) is SIGHTS[sight]
    # Its author's and the organisers' word counts before everything else, and for everybody.
    assert sight_of_answer(found, live=False, hidden=False, own=own) is Sight.WITHDRAWN
    assert sight_of_answer(found, live=True, hidden=True, own=own) is Sight.HIDDEN
    assert sight_of_answer(found, live=False, hidden=True, own=own) is Sight.WITHDRAWN


@pytest.mark.parametrize(("role", "mode", "state", "sight"), cells(MODEL))
async def test_the_model_answer(
    monkeypatch: pytest.MonkeyPatch, role: str, mode: str, state: str, sight: str
) -> None:
    assert sight_of_model(await reader(monkeypatch, role, mode, state)) is SIGHTS[sight]


async def test_a_choice_question_has_no_answers_to_be_inside_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for state in ("open", "revealed"):
        found = await reader(monkeypatch, "answered", "open", state, kind="choice")
        assert (found.inside, found.was_inside) == (False, False)


def test_the_table_has_a_line_for_every_way_to_stand() -> None:
    # An answer that is live was one all along.
    assert {(sees, own) for sees, own in ROLES.values()} == {
        (True, "live"),
        (True, "withdrawn"),
        (True, None),
        (False, None),
        (False, "live"),
        (None, "live"),
        (None, "withdrawn"),
        (None, None),
    }


@pytest.mark.parametrize(
    ("state", "hidden", "exported"),
    [
        ("planned", False, False),
        ("open", False, False),
        ("open", True, False),
        ("skipped", False, False),
        ("revealed", False, True),
        ("revealed", True, False),
    ],
)
def test_an_export_holds_what_is_revealed_and_not_hidden(state: str, hidden: bool, exported: bool) -> None:  # noqa: FBT001 a table
    assert is_exported(state, hidden=hidden) is exported


@pytest.mark.parametrize(
    ("since_reveal", "taken"),
    [
        (None, True),
        (timedelta(), True),
        (timedelta(hours=24) - timedelta(microseconds=1), True),
        (timedelta(hours=24), False),
        (timedelta(days=30), False),
    ],
)
def test_reviews_are_taken_until_a_day_after_the_reveal(since_reveal: timedelta | None, taken: bool) -> None:  # noqa: FBT001 a table
    revealed_at = None if since_reveal is None else NOW - since_reveal
    assert takes_reviews(revealed_at, NOW) is taken
    assert timedelta(hours=24) == REVIEW_AFTER_REVEAL


def test_who_sees_all_sees_all() -> None:
    assert sees_all(0) is True
