"""What happens to an answer beside its author's acts, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.db import Connection
from bot.features.answers import store
from bot.features.answers.peers import Peers
from bot.features.answers.store import Answer, NewDraft
from bot.features.drops import lifecycle as drop_lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.outbox import service as outbox
from bot.ui import refusals
from bot.ui.refusals import Refusal

# Shown to a group who waits: an answer that could not be posted for a week will not be missed in the room.
ANSWER_NOT_AFTER = timedelta(days=7)
# Why a post that was given back did not go out; Discord's code follows.
GIVEN_BACK = "the text was refused: "
# What drafts are for.
ANSWER, ADDITION = "answer", "addition"
DIRECT = 0


async def queue(tx: Connection, drop: Drop, answer_id: int, part: int, now: datetime) -> None:
    """Queue an answer's message, and before it the room that it opens; `part` is the answer's round."""
    await drop_lifecycle.answered(tx, drop, now)
    await outbox.queue(
        tx,
        "answer",
        answer_id,
        part=part,
        guild_id=drop.guild_id,
        channel_id=drop.room_id or drop.channel_id,
        due_at=now,
        not_after=now + ANSWER_NOT_AFTER,
    )


async def give_back(
    tx: Connection, peers: Peers, drop: Drop, answer: Answer, code: int, now: datetime
) -> None:
    """Take an answer back that Discord does not let stand: its text is kept as a draft, its author is told.

    `code` is Discord's. It was nobody's to read, so the next text is scored as the first one was.
    """
    text = "\n\n".join(part for part in (answer.text, answer.addition) if part)
    await _keep(tx, answer, ANSWER, text, now)
    await outbox.skip(tx, "answer", answer.id, f"{GIVEN_BACK}{code}")
    await store.set_answer(tx, answer.id, state="withdrawn", addition=None, revision=answer.revision + 1)
    await peers.withdrew(tx, drop, answer.user_id)
    await peers.settle(tx, drop, now)
    if not answer.hidden:
        await drop_lifecycle.count_answer(tx, drop.id, -1)
    await _tell(tx, answer, now)


async def give_addition_back(tx: Connection, answer: Answer, now: datetime) -> None:
    """Take back what was added to an answer: Discord does not let it stand; kept and told as above."""
    await _keep(tx, answer, ADDITION, answer.addition or "", now)
    await store.set_answer(tx, answer.id, addition=None, added_at=None, revision=answer.revision + 1)
    await _tell(tx, answer, now)


async def refusal_of(tx: Connection, answer: Answer | None) -> Refusal | None:
    """Return why an answer was given back to its author; None where it stands or they withdrew it."""
    if answer is None or answer.state == "live":
        return None
    post = await outbox.get_post(tx, "answer", answer.id, part=answer.round)
    reason = post.reason or "" if post is not None else ""
    return refusals.read(reason.removeprefix(GIVEN_BACK)) if reason.startswith(GIVEN_BACK) else None


async def _keep(tx: Connection, answer: Answer, purpose: str, text: str, now: datetime) -> None:
    draft = NewDraft(
        guild_id=answer.guild_id,
        user_id=answer.user_id,
        purpose=purpose,
        subject_id=answer.drop_id,
        text=text,
        created_at=now,
    )
    await store.put_draft(tx, draft)


async def _tell(tx: Connection, answer: Answer, now: datetime) -> None:
    """Queue the direct message that says that something was given back."""
    await outbox.queue(
        tx,
        "given_back",
        answer.id,
        part=await outbox.next_part(tx, "given_back", answer.id),
        guild_id=answer.guild_id,
        channel_id=DIRECT,
        due_at=now,
        not_after=now + ANSWER_NOT_AFTER,
    )


async def posted(tx: Connection, answer_id: int, message_id: int) -> None:
    """Record an answer's message in the room; a reveal that leads to it is edited."""
    await store.set_answer(tx, answer_id, message_id=message_id)
    answer = await store.get_answer(tx, answer_id)
    drop = None if answer is None or answer.late else await drops.get_drop(tx, answer.drop_id)
    if drop is not None and drop.state == "revealed":
        await drop_lifecycle.reveal_again(tx, drop)


async def show_state(tx: Connection, answer: Answer) -> None:
    """Have an answer's message edited: what is said of it has changed."""
    await store.show_again(tx, answer.id)


async def hide(tx: Connection, peers: Peers, drop: Drop, answer: Answer, now: datetime) -> int:
    """Hide an answer: its message says so, its points go. Return what that did to its author's points."""
    return await _set_hidden(tx, peers, drop, answer, now, hidden=True)


async def show_again(tx: Connection, peers: Peers, drop: Drop, answer: Answer, now: datetime) -> int:
    """Undo all that hiding did; return what that did to the author's points."""
    change = await _set_hidden(tx, peers, drop, answer, now, hidden=False)
    if answer.state == "live":
        await _post_again(tx, drop, answer, now)
    return change


async def _set_hidden(
    tx: Connection, peers: Peers, drop: Drop, answer: Answer, now: datetime, *, hidden: bool
) -> int:
    if answer.hidden == hidden:
        return 0
    await store.set_answer(tx, answer.id, hidden=hidden, revision=answer.revision + 1)
    if answer.state == "live":
        await drop_lifecycle.count_answer(tx, drop.id, -1 if hidden else 1)
    changes = await peers.settle(tx, drop, now)
    return changes.get(answer.user_id, 0)


async def _post_again(tx: Connection, drop: Drop, answer: Answer, now: datetime) -> None:
    """Queue an answer whose message was left out while it was hidden; one that stands there is edited."""
    post = await outbox.get_post(tx, "answer", answer.id, part=answer.round)
    if post is not None and post.state in {"pending", "sending", "sent"}:
        return
    await store.set_answer(tx, answer.id, round=answer.round + 1)
    await queue(tx, drop, answer.id, answer.round + 1, now)
