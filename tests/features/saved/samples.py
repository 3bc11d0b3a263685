"""What is kept and looked back at, in every shape."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.features.answers.access import Reader, Sight
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.history.markdown import Asked
from bot.features.history.outcomes import Past
from bot.features.saved.outcomes import Entry, Result, Thing
from tests.features.answers.samples import answer
from tests.features.choices.samples import longest_item
from tests.features.drops.samples import NOW, drop, longest

MAXIMAL = longest()
ITEM = longest_item()
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 1, 5)
CHOICE = drop(kind="choice", shuffle="2031", mode="open", state="revealed", revealed_at=NOW)
REVEALED = drop(state="revealed", revealed_at=NOW)
COUNTS = Result({0: 3, 1: 12, 3: 1}, 1)


def thing(sight: Sight = Sight.READABLE, **changes: Any) -> Thing:
    """Return a saved answer to the longest question."""
    return replace(Thing(REVEALED, MAXIMAL, answer(), sight), **changes)


def every_thing() -> list[Thing]:
    """Return what can be saved, readable or not."""
    long = answer(text="*" * 3500, addition="z" * 1500, user_name="_" * 32)
    return [
        thing(sight, drop=where, answer=kept)
        for sight in Sight
        for where in (REVEALED, drop(), drop(state="skipped"), drop(room_id=None, reveal_message_id=None))
        for kept in (long, None)
    ] + [thing(sight, drop=CHOICE, asked=ITEM, answer=None) for sight in Sight]


def entries(things: list[Thing]) -> tuple[Entry, ...]:
    return tuple(Entry(2**62 + number, one) for number, one in enumerate(things))


def past(**changes: Any) -> Past:
    reader = Reader(sees=True, inside=True, was_inside=True, revealed=True, blind=True)
    return replace(Past(REVEALED, MAXIMAL, (answer(),), {}, 0, reader, None), **changes)


def asked(question: BankQuestion | BankItem = MAXIMAL, **changes: Any) -> Asked:
    where = CHOICE if isinstance(question, BankItem) else REVEALED
    usual = Asked(where, question, DAY, () if isinstance(question, BankItem) else (answer(),), None)
    return replace(usual, **changes)
