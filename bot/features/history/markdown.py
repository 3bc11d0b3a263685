"""A month as Markdown. What members wrote stands in fences that nothing in it can close. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.features.answers.messages import ADDED, state_line
from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.store import Drop
from bot.features.history.dates import Month, short_day
from bot.features.history.outcomes import File
from bot.features.saved.outcomes import Result
from bot.ui import text
from questions.letters import LETTERS

# Discord takes 10 MiB a file; a reader's editor is happier with less.
FILE_BYTES = 2_000_000
MOST_FILES = 8
SHORTEST_FENCE = 3
# An order for where no drop has fixed one: the item's own.
UNSHUFFLED = "0123"
_RUN = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the month: `answers` and `result` are those that may be handed over."""

    drop: Drop
    asked: BankQuestion | BankItem
    day: date
    answers: tuple[Answer, ...]
    result: Result | None
    said: Mapping[int, Judged] = field(default_factory=dict[int, Judged])


def fenced(words: str) -> str:
    """Return a block that shows a text as it is: its fence is longer than any row of backticks in it."""
    plain = _plain(words)
    longest = max((len(run) for run in _RUN.findall(plain)), default=0)
    fence = "`" * max(SHORTEST_FENCE, longest + 1)
    return f"{fence}text\n{plain}\n{fence}"


def quoted(words: str) -> str:
    """Return a question's own text as a quotation: whatever is left open in it ends with the quotation."""
    return "\n".join(f"> {line}".rstrip() for line in _plain(words).split("\n"))


def _plain(words: str) -> str:
    """Take out what would end a line unseen or turn it around."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in lines if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )


def _line(words: str) -> str:
    """Return a name or title on one line that formats nothing."""
    return text.name(_plain(words)).replace("&", "&amp;")


def pieces(entry: Asked, zone: ZoneInfo) -> list[str]:
    """Return one question with everything that may be told of it: what was asked, then each answer."""
    drop, asked = entry.drop, entry.asked
    revealed = drop.state == "revealed"
    level = asked.content.difficulty.value
    parts = [
        f"## {_heading(entry)}",
        f"Asked {short_day(entry.day)} · {_line(asked.category.name)} · {level} · {_closing(drop, zone)}",
    ]
    if isinstance(asked, BankItem):
        parts += _choice(asked, drop.shuffle or UNSHUFFLED, entry.result if revealed else None)
        return [_joined(parts)]
    parts += ["### Question", quoted(asked.content.prompt)]
    if not revealed:
        return [_joined(parts)]
    found = len(entry.answers)
    parts += [*_model(asked), f"### {text.count(found, 'answer') if found else 'No answers'}"]
    return [_joined(parts), *(_joined(_answer(entry, answer, zone)) for answer in entry.answers)]


def _heading(entry: Asked) -> str:
    asked = entry.asked
    title = items.headline(asked.content) if isinstance(asked, BankItem) else asked.content.title
    return f"{entry.drop.called.capitalize()} · {_line(title)}"


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _closing(drop: Drop, zone: ZoneInfo) -> str:
    if drop.state == "revealed":
        return f"revealed {_moment(drop.revealed_at or drop.reveal_at, zone)}"
    if drop.state == "skipped":
        return "ended without a reveal, so without answers here"
    return "not revealed yet, so without answers here"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{short_day(local.date())}, {local:%H:%M} ({_line(zone.key)})"


def _model(asked: BankQuestion) -> list[str]:
    content = asked.content
    references = [f"- {_line(r.title)}: {_line(r.cited_for)} <{r.url}>" for r in content.references]
    return [
        "### Model answer",
        quoted(content.model_answer),
        "### Rubric",
        "\n".join(f"- {_line(point)}" for point in content.rubric),
        "### Follow-up questions",
        "\n".join(f"- {_line(line)}" for line in content.follow_ups),
        "### References",
        "\n".join(references),
    ]


def _answer(entry: Asked, answer: Answer, zone: ZoneInfo) -> list[str]:
    note = " · after the reveal" if answer.late else "" if answer.scored else " · without points"
    parts = [
        f"#### {_line(answer.user_name) or 'somebody'} · {_moment(answer.created_at, zone)}{note}",
        fenced(answer.text),
    ]
    if answer.addition:
        added = f", {_moment(answer.added_at, zone)}" if answer.added_at else ""
        parts += [f"{ADDED}{added}:", fenced(answer.addition)]
    said = entry.said.get(answer.id)
    if said is not None and isinstance(entry.asked, BankQuestion):
        parts += [line] if (line := state_line(said, len(entry.asked.content.rubric))) else []
    return parts


def _choice(item: BankItem, order: str, result: Result | None) -> list[str]:
    content = item.content
    rows: list[str] = []
    for letter, digit in zip(LETTERS, order, strict=True):
        option = content.options[int(digit)]
        row = f"- **{letter}** {_line(option.text)}"
        if result is not None:
            chose = text.count(result.counts.get(int(digit), 0), "person", "people")
            row += f" · {'**right**' if option.right else 'wrong'} · chosen by {chose}"
            row += f"\n  {_line(option.explanation)}"
        rows.append(row)
    parts = ["### Question", quoted(content.stem), "### Options", "\n".join(rows)]
    if result is not None:
        source = content.reference
        parts += ["### Reference", f"{_line(source.title)}: {_line(source.cited_for)} <{source.url}>"]
    return parts


def files(
    month: Month, server: str, entries: Sequence[Asked], zone: ZoneInfo, exported_at: datetime
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """Return a month's files, and the questions (as they are called) for which there was not enough room.

    One month is one file unless it is very long; no answer is cut in two.
    """
    packer = _Packer(_head(month, server, entries, zone, exported_at))
    left_out: list[str] = []
    for entry in entries:
        again = f"## {_heading(entry)} (continued)\n"
        fits = not left_out and all(
            packer.add(piece, again if number else None) for number, piece in enumerate(pieces(entry, zone))
        )
        if not fits:
            left_out.append(entry.drop.called)
    written = packer.written()
    named = [File(_name(month, part, len(written)), data) for part, data in enumerate(written, start=1)]
    return tuple(named), tuple(left_out)


class _Packer:
    """Puts pieces into files of limited size, each with the same head."""

    def __init__(self, head: str) -> None:
        self._head = head
        self._bodies: list[list[str]] = [[]]
        self._room = FILE_BYTES - len(head.encode())

    def add(self, piece: str, again: str | None) -> bool:
        """Add a piece; where it begins a new file, below `again`. False where there is no room in any."""
        length = len(piece.encode()) + 1
        if length > self._room and self._bodies[-1]:
            if len(self._bodies) == MOST_FILES:
                return False
            self._bodies.append([again] if again else [])
            self._room = FILE_BYTES - len(self._head.encode())
        self._bodies[-1].append(piece)
        self._room -= length
        return True

    def written(self) -> list[bytes]:
        """Return the files' contents."""
        return ["\n".join([self._head, *body]).encode() for body in self._bodies]


def _name(month: Month, part: int, parts: int) -> str:
    return f"studyloop-{month}.md" if parts == 1 else f"studyloop-{month}-part-{part}-of-{parts}.md"


def _head(month: Month, server: str, entries: Sequence[Asked], zone: ZoneInfo, exported_at: datetime) -> str:
    answers = text.count(sum(len(entry.answers) for entry in entries), "answer")
    return (
        f"# {month.name} · {_line(server)}\n\n"
        f"{text.count(len(entries), 'question')}, {answers}. Written {_moment(exported_at, zone)}. "
        "Answers that were withdrawn or hidden are left out.\n"
    )
