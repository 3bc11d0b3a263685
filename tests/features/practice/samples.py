"""A pack of choice items whose right option says so, to be practised in tests."""

from pathlib import Path

from tests.questions.samples import AGENTS, MANIFEST

RIGHT = "this one is right"
WRONG = ("the first mistake", "the second mistake", "the third mistake")

_ITEM = """\
  - slug: {slug}
    kind: choice
    subject: first-question
    difficulty: {difficulty}
    stem: Which of these four belongs to {slug} of the pack?
    options:
      - text: {wrong[0]}
        right: false
        explanation: The first is wrong because of a reason.
      - text: {right}
        right: true
        explanation: It is right because {slug} says so.
      - text: {wrong[1]}
        right: false
        explanation: The second is wrong because of a reason.
      - text: {wrong[2]}
        right: false
        explanation: The third is wrong because of a reason.
    reference:
      title: The book of {slug}
      url: https://example.org/{slug}
      cited_for: what it says on the matter
"""


def item(slug: str, difficulty: str) -> str:
    return _ITEM.format(slug=slug, difficulty=difficulty, right=RIGHT, wrong=WRONG)


USUAL = {
    "agents": [("agents-hard", "hard"), ("agents-easy", "easy")],
    "training": [("training-medium", "medium"), ("training-easy", "easy")],
}


def write_pack(folder: Path, items: dict[str, list[tuple[str, str]]] | None = None) -> Path:
    """Write a pack with these items by category; it also has a category "empty" without any."""
    items = USUAL if items is None else items
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(
        MANIFEST + '  - key: empty\n    name: Empty so far\n    colour: "#64748B"\n'
    )
    blocks = {key: "".join(item(*one) for one in found) for key, found in items.items()}
    opened = AGENTS.split("questions:\n")[1]
    (folder / "agents.yaml").write_text("category: agents\nquestions:\n" + opened + blocks.get("agents", ""))
    if blocks.get("training"):
        (folder / "training.yaml").write_text("category: training\nquestions:\n" + blocks["training"])
    else:
        (folder / "training.yaml").unlink(missing_ok=True)
    other = opened.replace("first-question", "another-question")
    (folder / "empty.yaml").write_text("category: empty\nquestions:\n" + other)
    return folder
