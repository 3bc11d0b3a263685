"""A pack of choice items whose right option says so: what quizzes in tests ask."""

from __future__ import annotations

from pathlib import Path

from tests.questions.samples import AGENTS, MANIFEST

LEVELS = ("easy", "medium", "hard")
# The other category has one item only: too few for any quiz.
AGENT_ITEMS = 12


def item(number: int) -> str:
    """Return one item as YAML; every third is easy, medium, hard."""
    return f"""\
  - slug: item-{number:02}
    kind: choice
    subject: first-question
    difficulty: {LEVELS[number % 3]}
    stem: What is the answer to the question with number {number:02}?
    options:
      - text: right {number:02}
        right: true
        explanation: This one is right because number {number:02} says so.
      - text: wrong {number:02} a
        right: false
        explanation: This mistakes the number {number:02} for its successor.
      - text: wrong {number:02} b
        right: false
        explanation: This mistakes the number {number:02} for its predecessor.
      - text: wrong {number:02} c
        right: false
        explanation: This mistakes the number {number:02} for a letter.
    reference:
      title: The book of numbers
      url: https://example.org/numbers/{number:02}
      cited_for: what the number {number:02} stands for
"""


def write_pack(folder: Path, items: int = AGENT_ITEMS) -> Path:
    """Write a pack with so many items in the category `agents` and one in `training`."""
    directory = folder / "pack"
    directory.mkdir()
    agents = AGENTS + "".join(item(number) for number in range(1, items + 1))
    training = "category: training\nquestions:\n" + item(99)
    for name, content in (("pack", MANIFEST), ("agents", agents), ("training", training)):
        (directory / f"{name}.yaml").write_text(content, encoding="utf-8")
    return directory
