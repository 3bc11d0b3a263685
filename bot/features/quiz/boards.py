"""What a quiz's messages show: questions, results, standings, the end. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.quiz import rules, store
from bot.features.quiz.outcomes import Ending, Line, Result, Shown
from bot.features.quiz.rules import Round
from bot.features.quiz.store import Choice, Item, Quiz
from bot.features.scores import rules as pays
from bot.outbox import service as outbox
from questions.letters import right_option


class Boards:
    """Puts together what is shown, from the rows as they are."""

    def __init__(self, db: Database, bank: BankService) -> None:
        self._db = db
        self._bank = bank

    async def list_stale(self) -> list[Shown]:
        """Return the questions whose message has to be edited, as they are now."""
        async with self._db.reading() as tx:
            shown = [await self.shown_as(tx, item) for item in await store.list_stale(tx)]
        return [one for one in shown if one is not None]

    async def mark_shown(self, item: Item) -> None:
        """Write down that the item's message shows `item.revision`."""
        async with self._db.transaction() as tx:
            await store.mark_shown(tx, item.id, item.revision)

    async def choices_on(self, item: Item) -> list[Choice]:
        """Return everybody's choice on an item."""
        async with self._db.reading() as tx:
            return await store.list_choices(tx, item.id)

    async def shown_as(self, tx: Connection, item: Item) -> Shown | None:
        """Return an item with its quiz and, once it is closed, its result."""
        quiz = await store.get_quiz(tx, item.quiz_id)
        if quiz is None:
            return None
        asked = await self._bank.get_item(tx, item.version_id)
        result = await self._result(tx, quiz, item) if item.state == "closed" else None
        return Shown(quiz, item, asked, result)

    async def _result(self, tx: Connection, quiz: Quiz, item: Item) -> Result:
        items = [one for one in await store.list_items(tx, quiz.id) if one.position <= item.position]
        choices = await store.list_all_choices(tx, quiz.id)
        rounds = [
            await self._round(tx, one, choices.get(one.id, ())) for one in items if one.state == "closed"
        ]
        after = await store.get_item_at(tx, quiz.id, item.position + 1)
        post = (
            await outbox.get_post(tx, "quiz_item", after.id) if after and after.state == "planned" else None
        )
        running = quiz.state == "running" and post is not None
        return Result(
            Counter(c.option for c in choices.get(item.id, ())),
            rules.standings(rounds),
            _names(choices),
            post.due_at if running and post else None,
        )

    async def _round(self, tx: Connection, item: Item, choices: Sequence[Choice]) -> Round:
        content = (await self._bank.get_item(tx, item.version_id)).content
        right = right_option(content)
        return Round(
            pays.QUIZ_RIGHT[content.difficulty.value],
            frozenset(c.user_id for c in choices if c.option == right),
            frozenset(c.user_id for c in choices),
        )

    async def ending(self, tx: Connection, quiz_id: int) -> Ending | None:
        """Return what the last message of a quiz shows."""
        quiz = await store.get_quiz(tx, quiz_id)
        if quiz is None or quiz.state != "ended":
            return None
        choices = await store.list_all_choices(tx, quiz.id)
        lines: list[Line] = []
        rounds: list[Round] = []
        for item in await store.list_items(tx, quiz.id):
            if item.state == "closed":
                one = await self._round(tx, item, choices.get(item.id, ()))
                asked = await self._bank.get_item(tx, item.version_id)
                rounds.append(one)
                lines.append(Line(item, asked, len(one.right), len(one.chose)))
        index = rules.hardest(rounds)
        categories = await self._bank.list_categories(tx, quiz.guild_id)
        return Ending(
            quiz,
            next((c for c in categories if c.key == quiz.category), None),
            rules.standings(rounds),
            _names(choices),
            lines,
            None if index is None else lines[index],
        )


def _names(choices: Mapping[int, Sequence[Choice]]) -> dict[int, str]:
    """Return what everybody was called last."""
    ordered = sorted((c for each in choices.values() for c in each), key=lambda c: c.chosen_at)
    return {c.user_id: c.name for c in ordered}
