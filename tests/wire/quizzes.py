"""Live quizzes over the wire: what stands in a channel, what people were told, and what was stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simcord.enums import CallbackType

from questions import letters
from tests.features.quiz.pack import write_pack
from tests.loopcord import Call, InteractionRecord, Member, Message
from tests.wire.deployment import PATIENCE, Deployment, Group

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
WEBHOOK = "/webhooks/{application_id}/{token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
_CHOSE = re.compile(r"You chose \*\*([A-D])\*\*")
_SHOWING = {CallbackType.CHANNEL_MESSAGE_WITH_SOURCE, CallbackType.UPDATE_MESSAGE}
_BUTTON = re.compile(r"quiz:[a-d]:v1:(\d+)")


def quiz_town(folder: Path, **env: str) -> Deployment:
    """A deployment whose questions are choice items."""
    folder.mkdir(parents=True)
    return Deployment(folder, QUESTIONS_DIR=str(write_pack(folder)), **env)


async def start_quiz(
    deployment: Deployment,
    member: Member,
    group: Group,
    *,
    questions: int = 3,
    seconds: int = 10,
    within: float = PATIENCE,
) -> InteractionRecord:
    """/quiz in the group's channel."""
    return await deployment.server.slash(
        member, group.channel, "quiz", within=within, questions=questions, seconds=seconds
    )


async def stop_quiz(deployment: Deployment, member: Member, started: InteractionRecord) -> InteractionRecord:
    """Press Stop on the announcement, and say yes."""
    announcement = started.message
    assert announcement is not None
    (stop,) = announcement.custom_ids
    ask = await deployment.server.click(member, announcement, stop, within=PATIENCE)
    assert ask.message is not None
    (yes,) = ask.message.custom_ids
    return await deployment.server.click(member, ask.message, yes, within=PATIENCE)


def asked(deployment: Deployment, group: Group) -> list[Message]:
    """The questions of quizzes that stand in the channel, oldest first."""
    return [m for m in deployment.server.messages(group.channel) if m.content.startswith("**Question ")]


def open_question(deployment: Deployment, group: Group) -> Message | None:
    """The newest question, if it still has its buttons."""
    questions = asked(deployment, group)
    return questions[-1] if questions and item_of(questions[-1]) is not None else None


async def next_question(deployment: Deployment, group: Group, after: int = 0) -> Message:
    """Wait for the question that follows the `after` first ones, until the bot knows that it stands."""

    def there() -> bool:
        return (
            len(asked(deployment, group)) > after
            and item_state(deployment, asked(deployment, group)[after]) == "open"
        )

    await deployment.server.until(there, PATIENCE)
    return asked(deployment, group)[after]


def item_state(deployment: Deployment, question: Message) -> str | None:
    """The state of the question's item; None where the bot does not know the message."""
    found = deployment.rows("SELECT state FROM quiz_items WHERE message_id = ?", question.id)
    return found[0][0] if found else None


def item_of(message: Message) -> int | None:
    """Which item the buttons A to D of a message are about."""
    return next((int(m[1]) for i in message.custom_ids if (m := _BUTTON.fullmatch(i))), None)


def button(message: Message, letter: str) -> str:
    """The custom_id of a letter's button."""
    return f"quiz:{letter.lower()}:v1:{item_of(message)}"


async def choose(deployment: Deployment, member: Member, message: Message, letter: str) -> InteractionRecord:
    """Press A to D on a question or in a panel."""
    return await deployment.server.click(member, message, button(message, letter), within=PATIENCE)


def running(deployment: Deployment, group: Group) -> int | None:
    """The id of the quiz that runs in the channel."""
    query = "SELECT id FROM quizzes WHERE channel_id = ? AND state = 'running'"
    found = deployment.rows(query, group.channel.id)
    return found[0][0] if found else None


@dataclass(frozen=True)
class Told:
    """Somebody was told "You chose B" about an item; `at` is time.monotonic()."""

    user_id: int
    item_id: int
    letter: str
    at: float


def told(deployment: Deployment) -> list[Told]:
    """Everything that anybody was told about their choice, in order; only what Discord took counts."""
    found: list[Told] = []
    for call in deployment.server.requests:
        if call.status not in {200, 204} or call.body is None:
            continue
        for data in _texts(call):
            chose = _CHOSE.match(data.get("content") or "")
            ids = _BUTTON.search(str(data.get("components")))
            if chose and ids:
                user_id = deployment.server.interactions[call.texts["token"]].user_id
                found.append(Told(user_id, int(ids[1]), chose[1], call.time))
    return found


def _texts(call: Call) -> Iterator[dict[str, Any]]:
    if call.route == CALLBACK and call.body["type"] in _SHOWING:
        yield call.body.get("data") or {}
    elif call.route in {ORIGINAL, WEBHOOK}:
        yield call.body


def stored(deployment: Deployment) -> dict[tuple[int, int], str]:
    """Map (item, user) to the letter that stands in the database."""
    query = (
        "SELECT c.item_id, c.user_id, c.option, i.shuffle FROM quiz_choices c "
        "JOIN quiz_items i ON i.id = c.item_id"
    )
    return {
        (item, user): letters.letter_of(order, option) for item, user, option, order in deployment.rows(query)
    }


def right_letter(deployment: Deployment, item_id: int) -> str:
    """The right option's letter: in these packs it stands first."""
    (order,) = deployment.one("SELECT shuffle FROM quiz_items WHERE id = ?", item_id)
    return letters.letter_of(order, 0)
