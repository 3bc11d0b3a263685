"""Opening the form to answer: those who press at the same time are read for together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.batches import GATHER_SECONDS, Batches
from bot.db import Connection, Database
from bot.features.answers import lifecycle, store
from bot.features.answers.lifecycle import ANSWER
from bot.features.answers.outcomes import AlreadyAnswered, TakenDown, WriteForm
from bot.features.answers.queries import get_written_drop
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop

Opening = WriteForm | AlreadyAnswered | QuestionGone


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody who wants to answer."""

    guild_id: int
    drop_id: int
    user_id: int


class AnswerForms:
    """Gives everybody their form, with what they had begun to write."""

    def __init__(self, db: Database, bank: BankService, gather: float = GATHER_SECONDS) -> None:
        self._db = db
        self._bank = bank
        self._presses: Batches[Press, Opening] = Batches(self._read, gather)

    async def open(self, guild_id: int, drop_id: int, user_id: int) -> Opening:
        """Return the form for an answer to a question."""
        return await self._presses.add(Press(guild_id, drop_id, user_id))

    async def _read(self, presses: Sequence[Press]) -> list[Opening]:
        found: dict[tuple[int, int], Mapping[int, Opening] | QuestionGone] = {}
        async with self._db.reading() as tx:
            for key in dict.fromkeys((press.guild_id, press.drop_id) for press in presses):
                drop = await get_written_drop(tx, *key)
                users = [p.user_id for p in presses if (p.guild_id, p.drop_id) == key]
                found[key] = drop if isinstance(drop, QuestionGone) else await self._forms(tx, drop, users)
        outcomes: list[Opening] = []
        for press in presses:
            each = found[press.guild_id, press.drop_id]
            outcomes.append(each if isinstance(each, QuestionGone) else each[press.user_id])
        return outcomes

    async def _forms(self, tx: Connection, drop: Drop, users: Sequence[int]) -> dict[int, Opening]:
        question = await drops.question_of(tx, self._bank, drop)
        answers = await store.list_of(tx, drop.id, users)
        drafts = await store.list_drafts(tx, ANSWER, drop.id, users)
        refused = {user_id: await lifecycle.refusal_of(tx, answer) for user_id, answer in answers.items()}

        def opening(user_id: int, answer: Answer | None) -> Opening:
            if answer is not None and answer.hidden:
                return TakenDown(drop)
            if answer is not None and answer.state == "live":
                return AlreadyAnswered(drop, answer)
            why = refused.get(user_id)
            return WriteForm(drop, question, drafts.get(user_id, ""), answer is not None and why is None, why)

        return {user_id: opening(user_id, answers.get(user_id)) for user_id in users}
