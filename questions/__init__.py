"""The question bank: what a pack is, how it is read, and what is wrong with it.

Knows no Discord, no database and no clock.
"""

from pathlib import Path
from typing import Final

from questions.lint import lint
from questions.loading import Examination, check_pack, examine_files, examine_pack, load_pack
from questions.mistakes import Mistake, PackError
from questions.models import (
    Category,
    CategoryFile,
    ChoiceOption,
    ChoiceQuestion,
    Difficulty,
    OpenQuestion,
    Pack,
    PackManifest,
    PackQuestion,
    Question,
    Reference,
)

# The pack that comes with the bot.
BUNDLED: Final = Path(__file__).parent / "packs" / "ai-engineer"

__all__ = [
    "BUNDLED",
    "Category",
    "CategoryFile",
    "ChoiceOption",
    "ChoiceQuestion",
    "Difficulty",
    "Examination",
    "Mistake",
    "OpenQuestion",
    "Pack",
    "PackError",
    "PackManifest",
    "PackQuestion",
    "Question",
    "Reference",
    "check_pack",
    "examine_files",
    "examine_pack",
    "lint",
    "load_pack",
]
