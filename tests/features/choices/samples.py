"""Choice items to render: those of the bundled pack, and the longest that a pack may have."""

from bot.features.bank.service import BankItem, Category
from questions import ChoiceQuestion, Difficulty, Reference, limits
from questions.models import ChoiceOption
from tests.bundled import bundled_pack
from tests.features.drops.samples import filled


def bundled_items() -> list[BankItem]:
    """Return all choice items of the pack that comes with the bot."""
    pack = bundled_pack()
    categories = {
        c.key: Category(c.key, c.name, int(c.colour.removeprefix("#"), 16)) for c in pack.manifest.categories
    }
    return [
        BankItem(number, number, categories[entry.category], entry.question)
        for number, entry in enumerate(pack.questions, start=1)
        if isinstance(entry.question, ChoiceQuestion)
    ]


def longest_item(stem: str = "") -> BankItem:
    """Return an item with everything as long as a pack may have it."""
    options = tuple(
        ChoiceOption(
            text=filled(limits.OPTION_TEXT.high - 2) + f" {number}",
            right=number == 1,
            explanation=f"Reason {number}: {filled(limits.EXPLANATION.high - 10)}",
        )
        for number in range(4)
    )
    reference = Reference(
        title=filled(limits.REFERENCE_TITLE.high),
        url="https://example.org/".ljust(limits.URL.high, "a"),
        cited_for=filled(limits.CITED_FOR.high),
    )
    content = ChoiceQuestion(
        slug="longest",
        kind="choice",
        subject="longest",
        difficulty=Difficulty.MEDIUM,
        stem=stem or filled(limits.STEM.high),
        options=options,
        reference=reference,
    )
    return BankItem(1, 1, Category("x" * 60, filled(limits.CATEGORY_NAME.high), 0x10B981), content)


def items() -> list[BankItem]:
    """Return what is rendered in tests."""
    return [*bundled_items(), longest_item()]
