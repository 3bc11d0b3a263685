"""Answering, adding, withdrawing, hints, reminders and entering the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.batches import GATHER_SECONDS
from bot.core.clock import Clock
from bot.db import Connection, Database, columns
from bot.features.answers import lifecycle, rules, store
from bot.features.answers.access import sees_all
from bot.features.answers.forms import AnswerForms, Opening
from bot.features.answers.lifecycle import ADDITION, ANSWER, DIRECT
from bot.features.answers.outcomes import (
    Accepted,
    Added,
    AddForm,
    Addition,
    Again,
    AlreadyAnswered,
    AskWithdraw,
    Author,
    ByButtons,
    Counting,
    HiddenMode,
    Hints,
    MayJoin,
    NoAnswer,
    NoQuestionHere,
    NoReminder,
    NoRoomYet,
    NotYet,
    NotYours,
    ReminderSet,
    Reminding,
    Submission,
    TakenDown,
    TooLateToRemind,
    Unfit,
    Withdrawal,
    Withdrawn,
    WriteForm,
)
from bot.features.answers.peers import Peers
from bot.features.answers.queries import get_written_drop, reader_of
from bot.features.answers.store import Answer, NewAnswer, NewDraft, Source
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle as drop_lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.scores import rules as pays
from bot.features.scores import service as scores
from bot.features.scores.service import Award
from bot.outbox import service as outbox

OLD_TEXT_STANDS = "the withdrawn text is still there"


class AnswersService:
    """What members do with a question; every method opens its own transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bank: BankService,
        peers: Peers,
        gather: float = GATHER_SECONDS,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._peers = peers
        self._forms = AnswerForms(db, bank, gather)

    async def write_form(self, guild_id: int, drop_id: int, user_id: int) -> Opening:
        """Return the form for an answer."""
        return await self._forms.open(guild_id, drop_id, user_id)

    async def submit(self, guild_id: int, drop_id: int, author: Author, text: str) -> Submission:
        """Store an answer, its points and its post in the room, all or nothing."""
        async with self._db.transaction() as tx:
            drop = await self._drop(tx, guild_id, drop_id)
            if isinstance(drop, QuestionGone):
                return drop
            return await self._accept(tx, drop, author, text, "form", None)

    async def count_message(
        self, guild_id: int, place_ids: tuple[int, ...], author: Author, owner_id: int, text: str, url: str
    ) -> Counting:
        """Store a snapshot of a person's own message as their answer; rooms of open mode only.

        `place_ids` are tried in turn: the message it replies to, the thread or channel it stands in.
        """
        if owner_id != author.user_id:
            return NotYours()
        async with self._db.transaction() as tx:
            drop = None
            for place_id in place_ids:
                drop = drop or await drops.find_drop(tx, guild_id, place_id)
            if drop is None or drop.state not in {"open", "revealed"}:
                return NoQuestionHere()
            if drop.kind == "choice":
                return HiddenMode(drop) if drop.state == "open" else ByButtons(drop)
            checked = rules.check(text)
            why = None if isinstance(checked, str) else checked
            if drop.mode == "blind" and drop.state == "open":
                return HiddenMode(drop, why)
            if why is not None:
                return Unfit(why, None)  # the message itself is still there: nothing has to be kept
            return await self._accept(tx, drop, author, text, "message", url)

    async def _accept(
        self, tx: Connection, drop: Drop, author: Author, text: str, source: Source, url: str | None
    ) -> Submission:
        now = self._clock.now()
        earlier = await store.find_answer(tx, drop.id, author.user_id)
        if earlier is not None and (earlier.hidden or earlier.state == "live"):
            return TakenDown(drop) if earlier.hidden else AlreadyAnswered(drop, earlier)
        answer_text = rules.check(text)
        if not isinstance(answer_text, str):
            draft_id = await self._keep(tx, drop.guild_id, author.user_id, ANSWER, drop.id, text)
            return Unfit(answer_text, draft_id)
        late = drop.state == "revealed" or now >= drop.reveal_at
        new = NewAnswer(
            guild_id=drop.guild_id,
            drop_id=drop.id,
            user_id=author.user_id,
            user_name=author.name,
            avatar_url=author.avatar_url,
            text=answer_text,
            source=source,
            source_url=url,
            # One that Discord refused was nobody's to read: the next is the first.
            scored=(
                earlier is None or (earlier.scored and await lifecycle.refusal_of(tx, earlier) is not None)
            )
            and not late
            and await drops.pays(tx, drop),
            late=late,
            created_at=_written_at(earlier, now),
        )
        answer = await self._put(tx, new, earlier)
        points = await self._pay(tx, drop, answer, now)
        await drop_lifecycle.count_answer(tx, drop.id, 1)
        await lifecycle.queue(tx, drop, answer.id, answer.round, now)
        await store.delete_draft(tx, author.user_id, ANSWER, drop.id)
        return Accepted(drop, answer, points)

    async def _put(self, tx: Connection, new: NewAnswer, earlier: Answer | None) -> Answer:
        """Write an answer: a person's first one, or in the place of the one that they withdrew."""
        if earlier is None:
            return Answer(id=await store.add_answer(tx, new), **columns(new))
        new = replace(
            new,
            round=earlier.round + 1,
            # The withdrawn text may still stand in the room: its message is deleted before the new one comes.
            message_id=earlier.message_id,
            revision=earlier.revision + 1,
            shown_revision=earlier.shown_revision,
        )
        await store.set_answer(tx, earlier.id, **columns(new))
        return Answer(id=earlier.id, **columns(new))

    async def _pay(self, tx: Connection, drop: Drop, answer: Answer, now: datetime) -> int:
        """Pay a new answer; return the change. Nobody has said anything of it yet: that is settling's."""
        question = await drops.question_of(tx, self._bank, drop)
        earned = pays.WRITTEN_ANSWER if answer.scored and answer.stands else 0
        reason = f"answered {drop.called}, {question.content.title}"
        award = Award(drop.guild_id, answer.user_id, rules.ANSWER_ACT, answer.id, earned, reason)
        return await scores.award(tx, award, now)

    async def add_form(
        self, guild_id: int, answer_id: int, user_id: int
    ) -> AddForm | NotYours | NoAnswer | QuestionGone:
        """Return the form for an addition."""
        async with self._db.reading() as tx:
            found = await self._own(tx, guild_id, answer_id, user_id)
            if not isinstance(found, AlreadyAnswered):
                return found
            return await self._add_form(tx, found.drop, found.answer)

    async def add(self, guild_id: int, answer_id: int, user_id: int, text: str) -> Addition:
        """Store what is added to an answer; the first text stays what it was. A blank text takes it away."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            found = await self._own(tx, guild_id, answer_id, user_id)
            if not isinstance(found, AlreadyAnswered):
                return found
            drop, answer = found.drop, found.answer
            addition = rules.check(text, shortest=0, longest=rules.LONGEST_ADDITION)
            if not isinstance(addition, str):
                return Unfit(addition, await self._keep(tx, guild_id, user_id, ADDITION, drop.id, text))
            added_at = now if addition else None
            revision = answer.revision + 1
            await store.set_answer(
                tx, answer.id, addition=addition or None, added_at=added_at, revision=revision
            )
            await store.delete_draft(tx, user_id, ADDITION, drop.id)
            if drop.state == "revealed" and not answer.late:
                # It may be the best one, which the reveal quotes.
                await drop_lifecycle.reveal_again(tx, drop)
            return Added(
                drop, replace(answer, addition=addition or None, added_at=added_at, revision=revision)
            )

    async def ask_withdraw(
        self, guild_id: int, answer_id: int, user_id: int
    ) -> AskWithdraw | NotYours | NoAnswer | QuestionGone:
        """Return what withdrawing would mean."""
        async with self._db.reading() as tx:
            found = await self._own(tx, guild_id, answer_id, user_id, hidden_too=True)
            return AskWithdraw(found.drop, found.answer) if isinstance(found, AlreadyAnswered) else found

    async def withdraw(self, guild_id: int, answer_id: int, user_id: int) -> Withdrawal:
        """Take an answer and its points back; its message is deleted."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            found = await self._own(tx, guild_id, answer_id, user_id, hidden_too=True)
            if not isinstance(found, AlreadyAnswered):
                return found
            drop, answer = found.drop, found.answer
            revision = answer.revision + 1
            await store.set_answer(tx, answer.id, state="withdrawn", revision=revision)
            await self._peers.withdrew(tx, drop, user_id)
            changes = await self._peers.settle(tx, drop, now)
            if not answer.hidden:
                await drop_lifecycle.count_answer(tx, drop.id, -1)
            return Withdrawn(drop, changes.get(user_id, 0), answer.hidden)

    async def hint(self, guild_id: int, drop_id: int, user_id: int, *, more: bool) -> Hints | QuestionGone:
        """Return the hints seen so far; the first one, or with `more` the next one, is new."""
        async with self._db.transaction() as tx:
            drop = await self._drop(tx, guild_id, drop_id)
            if isinstance(drop, QuestionGone):
                return drop
            texts = (await drops.question_of(tx, self._bank, drop)).content.hints
            seen = await store.get_seen(tx, drop.id, user_id)
            new = rules.hint_to_show(seen, len(texts)) is not None and (more or seen == 0)
            if new:
                seen += 1
                await store.put_seen(tx, drop.id, user_id, seen)
            answer = await store.find_answer(tx, drop.id, user_id)
            taken_down = answer is not None and answer.hidden
            return Hints(drop, texts[:seen], len(texts), new or seen < len(texts), taken_down)

    async def remind(self, guild_id: int, drop_id: int, user_id: int) -> Reminding:
        """Queue a direct message two hours before the reveal."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            drop = await self._drop(tx, guild_id, drop_id)
            if isinstance(drop, QuestionGone):
                return drop
            answer = await store.find_answer(tx, drop.id, user_id)
            if answer is not None and answer.state == "live":
                return NoReminder(answer)
            at = rules.remind_at(drop.reveal_at, now)
            if drop.state == "revealed" or at is None:
                return TooLateToRemind(drop)
            reminder = await store.put_reminder(tx, drop.id, user_id, at)
            await outbox.queue(
                tx,
                "reminder",
                reminder.id,
                guild_id=guild_id,
                channel_id=DIRECT,
                due_at=reminder.due_at,
                not_after=drop.reveal_at,
            )
            return ReminderSet(drop, reminder.due_at)

    async def join(
        self, guild_id: int, drop_id: int, user_id: int
    ) -> MayJoin | NotYet | NoRoomYet | QuestionGone:
        """Return whether a person may enter the room: after the reveal, or when they have answered."""
        async with self._db.reading() as tx:
            drop = await self._drop(tx, guild_id, drop_id)
            if isinstance(drop, QuestionGone):
                return drop
            reader = await reader_of(tx, drop, user_id, sees_all)
            if not reader.enters_room:
                return NotYet(drop)
            if drop.room_id is None:
                return NoRoomYet(drop, await drop_lifecycle.room_is_held_up(tx, drop))
            return MayJoin(drop, drop.room_id)

    async def keep_draft(self, guild_id: int, user_id: int, action: str, subject_id: int, text: str) -> int:
        """Keep the text of a form that failed; `action` is the form's. Return the draft's id."""
        async with self._db.transaction() as tx:
            if action == ADDITION:
                answer = await store.get_answer(tx, subject_id)
                subject_id = answer.drop_id if answer else subject_id
            return await self._keep(tx, guild_id, user_id, action, subject_id, text)

    async def again(self, guild_id: int, draft_id: int, user_id: int) -> Again:
        """Return the form that a draft belongs to, filled in."""
        async with self._db.reading() as tx:
            draft = await store.get_draft(tx, draft_id)
            if draft is None or draft.guild_id != guild_id:
                return NoAnswer(None)
            if draft.user_id != user_id:
                return NotYours()
            drop = await self._drop(tx, guild_id, draft.subject_id)
            if isinstance(drop, QuestionGone):
                return drop
            answer = await store.find_answer(tx, drop.id, user_id)
            if answer is not None and answer.hidden:
                return TakenDown(drop)
            live = answer is not None and answer.state == "live"
            if draft.purpose == ADDITION:
                return await self._add_form(tx, drop, answer) if answer and live else NoAnswer(drop)
            if answer and live:
                return AlreadyAnswered(drop, answer)
            return await self._write_form(tx, drop, user_id)

    async def mine(self, guild_id: int, drop_ids: list[int], user_id: int) -> dict[int, Answer]:
        """Map drop_id to the person's answer, a withdrawn one included."""
        async with self._db.reading() as tx:
            found = [await store.find_answer(tx, drop_id, user_id) for drop_id in drop_ids]
            own = [answer for answer in found if answer and answer.guild_id == guild_id]
            refused = {answer.id: await lifecycle.refusal_of(tx, answer) for answer in own}
        return {answer.drop_id: replace(answer, refused=refused[answer.id]) for answer in own}

    async def give_addition_back(self, answer: Answer) -> bool:
        """Take back an addition that Discord does not let stand; False where there is none to take back."""
        async with self._db.transaction() as tx:
            now = await store.get_answer(tx, answer.id)
            if now is None or not now.addition or now.addition != answer.addition:
                return False
            await lifecycle.give_addition_back(tx, now, self._clock.now())
            return True

    async def shown(self, answer: Answer) -> None:
        """Record that the answer's message shows `answer.revision`."""
        async with self._db.transaction() as tx:
            await store.set_answer(tx, answer.id, shown_revision=answer.revision)

    async def removed(self, answer: Answer) -> None:
        """Record that the message of a withdrawn text is gone; a new text can take its place now."""
        async with self._db.transaction() as tx:
            await store.forget_message(tx, answer)
            now = await store.get_answer(tx, answer.id)
            post = await outbox.get_post(tx, "answer", answer.id, part=now.round) if now else None
            if post is not None:
                await outbox.retry_waiting(tx, post.channel_id, OLD_TEXT_STANDS, self._clock.now())

    async def list_stale(self) -> list[Answer]:
        """Return the answers whose message has to be edited or deleted."""
        async with self._db.reading() as tx:
            return await store.list_stale(tx)

    async def _drop(self, tx: Connection, guild_id: int, drop_id: int) -> Drop | QuestionGone:
        return await get_written_drop(tx, guild_id, drop_id)

    async def _own(
        self, tx: Connection, guild_id: int, answer_id: int, user_id: int, *, hidden_too: bool = False
    ) -> AlreadyAnswered | NotYours | NoAnswer | QuestionGone:
        """Return a person's own live answer; every other case is a refusal."""
        answer = await store.get_answer(tx, answer_id)
        if answer is None or answer.guild_id != guild_id:
            return QuestionGone()
        if answer.user_id != user_id:
            return NotYours()
        drop = await self._drop(tx, guild_id, answer.drop_id)
        if isinstance(drop, QuestionGone):
            return drop
        if answer.hidden and not hidden_too:
            return TakenDown(drop)
        return AlreadyAnswered(drop, answer) if answer.state == "live" else NoAnswer(drop)

    async def _write_form(self, tx: Connection, drop: Drop, user_id: int) -> WriteForm:
        draft = await store.find_draft(tx, user_id, ANSWER, drop.id)
        earlier = await store.find_answer(tx, drop.id, user_id)
        why = await lifecycle.refusal_of(tx, earlier)
        question = await drops.question_of(tx, self._bank, drop)
        return WriteForm(
            drop, question, draft.text if draft else "", earlier is not None and why is None, why
        )

    async def _add_form(self, tx: Connection, drop: Drop, answer: Answer) -> AddForm:
        draft = await store.find_draft(tx, answer.user_id, ADDITION, drop.id)
        return AddForm(drop, answer, draft.text if draft else answer.addition or "")

    async def _keep(
        self, tx: Connection, guild_id: int, user_id: int, purpose: str, subject_id: int, text: str
    ) -> int:
        draft = NewDraft(
            guild_id=guild_id,
            user_id=user_id,
            purpose=purpose,
            subject_id=subject_id,
            text=text,
            created_at=self._clock.now(),
        )
        return await store.put_draft(tx, draft)


def _written_at(earlier: Answer | None, now: datetime) -> datetime:
    """Return when a text counts as written: reviews tell by it which text they are about, so never twice."""
    return now if earlier is None else max(now, earlier.created_at + timedelta.resolution)
