import asyncio
import contextlib
from pathlib import Path

import pytest

from tests.loopcord import InteractionRecord
from tests.wire.audit import audit
from tests.wire.deployment import PATIENCE, TEXT, Deployment, Group, at
from tests.wire.traps import Moment, no_rooms, on_questions, on_reveals, on_rooms

pytestmark = pytest.mark.wire
KINDS = ("blind", "open", "forum")


async def test_killed_around_every_request(tmp_path: Path) -> None:
    """At each step of a day, in each kind of channel: exactly one, and what follows comes.

    With nonces that Discord remembers, and with expired ones, where only the search is left.
    """
    moments: tuple[Moment, ...] = ("before", "after", "marked")
    await asyncio.gather(
        *(
            _day(tmp_path / f"{moment} {nonce:.0f}", moment, nonce)
            for moment in moments
            for nonce in (300.0, 0.0)
        )
    )


async def _day(folder: Path, moment: Moment, nonce_seconds: float) -> None:
    async with Deployment(folder) as deployment:
        deployment.server.nonce_seconds = nonce_seconds
        groups = await deployment.found(*KINDS, members=2)
        confirmed = 0
        for clock, trap_on in (("09:00:05", on_questions), ("09:01", on_rooms), ("12:00:05", on_reveals)):
            trap = trap_on(deployment, groups, moment)
            # A room must not be there before its turn comes, however fast its question was marked.
            early = no_rooms(deployment, groups) if trap_on is on_questions else []
            await deployment.launch(at(0, clock))
            if trap_on is on_rooms:
                confirmed = await _first_answers(deployment, groups[0])
            await trap.sprung()
            for fault in early:
                deployment.server.faults.remove(fault)
        await deployment.start(at(0, "12:01"))
        await deployment.quiet()
        audit(deployment)
        assert deployment.states("drop") == deployment.states("reveal") == ["sent"] * 3
        assert deployment.states("room") == ["sent"] * 2
        (room,) = deployment.server.threads(groups[0].channel)
        head, *answers = deployment.server.messages(room)
        assert "answers:edit" not in str(head.custom_ids), "a room's first message stands above the answers"
        (stored,) = deployment.one("SELECT count(*) FROM answers")
        assert len(answers) == stored >= max(confirmed, 1)


async def _first_answers(deployment: Deployment, group: Group) -> int:
    """Two members answer a hidden question at once, which opens its room; the bot may die meanwhile.

    Return how many of them were told that their answer is saved.
    """
    await deployment.bot.ready()
    await deployment.server.until(lambda: deployment.states("drop") == ["sent"] * 3, PATIENCE)
    question = deployment.question(group)
    button = next(i for i in question.custom_ids if i.startswith("answers:answer:"))
    forms = [await deployment.server.click(member, question, button) for member in group.members]
    sent: list[InteractionRecord] = []
    for member, form in zip(group.members, forms, strict=True):
        with contextlib.suppress(ConnectionError):  # the first answer's room was quick
            sent.append(await deployment.server.submit_form(member, form, {"text": TEXT}, wait=False))
    heard = await asyncio.gather(*(deployment.hear(record) for record in sent))
    return sum(heard)


async def test_killed_before_the_claim(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        groups = await deployment.found(*KINDS, members=1)
        await _ask_before_it_works(deployment, groups)
        assert deployment.states("drop") == ["pending"] * 3
        rooms = [
            deployment.server.faults.deny("POST", f"/channels/{group.channel.id}/*threads")
            for group in groups[:2]
        ]
        await deployment.start(at(0, "08:31"))
        await deployment.server.until(lambda: deployment.states("drop") == ["sent"] * 3)
        hidden = groups[0]
        await deployment.answer(hidden.members[0], deployment.question(hidden))
        await deployment.server.until(lambda: _tried(deployment, "room") == 2)
        deployment.kill()
        assert deployment.states("room") == ["pending"] * 2
        assert deployment.states("answer") == ["pending"]
        for fault in rooms:
            deployment.server.faults.remove(fault)
        await deployment.start(at(0, "08:45"))
        await deployment.quiet()
        deployment.kill()
        assert deployment.states("reveal") == ["pending"] * 3
        # The schedule's own question comes three hours late; its reveal waits an hour for answers.
        await deployment.start(at(0, "12:00:05"))
        await deployment.quiet()
        audit(deployment)
        assert deployment.states("drop") == ["sent"] * 6
        assert deployment.states("reveal") == ["sent"] * 3 + ["pending"] * 3
        assert deployment.states("room") == ["sent"] * 3, "today's hidden question has no answer yet"


def _tried(deployment: Deployment, kind: str) -> int:
    query = "SELECT count(*) FROM posts WHERE kind = ? AND attempts > 0 AND reason = 'no_permission'"
    return deployment.one(query, kind)[0]


async def _ask_before_it_works(deployment: Deployment, groups: list[Group]) -> None:
    """Press Post now as soon as the gateway hears; the bot sends nothing before Discord says ready."""
    await deployment.launch(at(0, "08:30"))
    await deployment.bot.ready()
    panels = {r.guild_id: r.message for r in deployment.server.interactions.values() if r.message is not None}
    await asyncio.gather(
        *(
            deployment.server.click(group.organiser, panels[group.guild.id], f"daily:post_now:v1:{number}")
            for number, group in enumerate(groups, start=1)
        )
    )
    deployment.kill()
