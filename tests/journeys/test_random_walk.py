"""Days in which anything happens in any order; what must hold always is checked at every step.

A failing seed is a story of its own: the steps stand in the assertion's message.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import simcord

from tests.explored import amount
from tests.simcord_parts import WireHttp
from tests.world import World, labels, words

pytestmark = pytest.mark.sampled

Step = Callable[[], Awaitable[None]]
FILLER = " I would start from the load, then draw the parts, and say what each of them costs."

# One in each kind of channel first.
WALKS = [(0, "daily"), (3, "news"), (4, "forum"), (1, "daily"), (2, "daily"), (5, "forum")]
WALKS += [(seed, ("daily", "news", "forum")[seed % 3]) for seed in range(20, 38)]


class Walk:
    """A group in which members and organiser do things at random, and Discord fails now and then."""

    def __init__(self, world: World, seed: int, channel: simcord.ChannelHandle) -> None:
        self.world = world
        self.channel = channel
        self.random = random.Random(seed)  # noqa: S311 a story, no secret
        self.count = 0
        self.story: list[str] = []
        self.replies: dict[int, simcord.InteractionResult] = {}

    def question(self) -> Any | None:
        """Return one of the last questions that still has an Answer button."""
        open_ones = [q for q in self.world.questions(self.channel)[-2:] if labels(q)]
        return self.random.choice(open_ones) if open_ones else None

    async def answer(self) -> None:
        member, question = self.random.choice(self.world.home.members), self.question()
        if question is None:
            return
        label = "Answer" if "Answer" in labels(question) else "Answer late"
        form = await self.world.press(member, question, label)
        if form.modal is not None:
            self.count += 1
            self.replies[member.id] = await self.world.submit(member, form, f"TEXT-{self.count}-END {FILLER}")

    async def talk(self) -> None:
        """Answer by a message: a reply with the ping on, or one that is counted."""
        member, question = self.random.choice(self.world.home.members), self.question()
        if question is None:
            return
        self.count += 1
        text = f"TEXT-{self.count}-END {FILLER}"
        place = self.world.channel(question.channel.id)
        if self.random.random() < 0.5:
            await self.world.say(member, place, text, reply_to=question)
        else:
            message = await self.world.say(member, place, text)
            self.replies[member.id] = await self.world.count(member, place, message)

    async def change(self) -> None:
        """Edit or withdraw one's last answer."""
        member = self.random.choice(self.world.home.members)
        reply = self.replies.get(member.id)
        if reply is None or "Edit" not in labels(reply):
            return
        asked = await self.world.press(member, reply, self.random.choice(("Edit", "Withdraw")))
        if asked.modal is not None:
            await self.world.submit(member, asked, f"added at {self.world.clock.now():%H:%M}")
        elif "Withdraw it" in labels(asked):
            await self.world.press(member, asked, "Withdraw it")

    async def ask(self) -> None:
        member, question = self.random.choice(self.world.home.members), self.question()
        if question is not None:
            links = ("Answer", "Answer late", "Open the room")
            others = [label for label in labels(question) if label not in links]
            await self.world.press(member, question, self.random.choice(others))

    async def organise(self) -> None:
        name = self.random.choice(("post-now", "pause", "resume", "skip", "list", "edit"))
        options = {"time": f"{self.random.randrange(24)}:30"} if name == "edit" else {}
        self.story.append(name)
        await self.world.command(self.world.olga, self.world.news, f"manage schedule {name}", **options)

    async def break_something(self) -> None:
        method, path = self.random.choice(
            (
                ("POST", "/channels/*/messages"),
                ("POST", "/channels/*/threads"),
                ("PATCH", "/channels/*/messages/*"),
                ("DELETE", "/channels/*/messages/*"),
                ("PUT", "/channels/*/thread-members/*"),
            )
        )
        self.story.append(f"503 on {method} {path}")
        times = self.random.randint(1, 3)
        self.world.env.inject_error(method, path, status=503, times=times)

    async def lose_an_answer(self) -> None:
        ending = self.random.choice(("/messages", "/threads"))
        self.story.append(f"the answer to POST {ending} is lost")
        self.world.lose(lambda method, path: method == "POST" and path.endswith(ending))

    async def permit(self) -> None:
        self.world.deny(self.channel, *self.random.choice(((), (), ("send_messages",))))
        await self.world.rest()

    async def wait(self) -> None:
        await self.world.travel(minutes=self.random.choice((1, 30, 300, 800)))

    async def restart(self) -> None:
        await self.world.restart(away=timedelta(minutes=self.random.choice((0, 1, 400))))

    async def take_a_step(self) -> None:
        steps = {
            self.answer: 8,
            self.talk: 3,
            self.change: 6,
            self.ask: 2,
            self.organise: 2,
            self.break_something: 2,
            self.lose_an_answer: 1,
            self.permit: 1,
            self.wait: 4,
            self.restart: 2,
        }
        (step,) = self.random.choices(list(steps), list(steps.values()))
        self.story.append(step.__name__)
        await step()
        self.check_secrets()
        self.check_points()

    def check_secrets(self) -> None:
        """Nobody reads an answer to a question before its reveal without having answered it."""
        drops = {d["id"]: d for d in self.world.rows("drops", mode="blind", state="open")}
        answers = [a for a in self.world.rows("answers") if a["drop_id"] in drops]
        insiders = {(a["drop_id"], a["user_id"]) for a in answers}
        for member in self.world.home.members:
            seen = self.world.seen_by(member)
            for answer in answers:
                if (answer["drop_id"], member.id) not in insiders:
                    assert answer["text"].split(" ")[0] not in seen, self.story

    def check_points(self) -> None:
        """Totals are the ledger's sum, and each live scored answer brings ten points."""
        ledger = Counter[int]()
        for entry in self.world.rows("ledger"):
            ledger[entry["user_id"]] += entry["points"]
        totals = {t["user_id"]: t["points"] for t in self.world.rows("totals")}
        assert totals == {user: ledger[user] for user in totals}, self.story
        scored = Counter(a["user_id"] for a in self.world.rows("answers", state="live", scored=1))
        assert all(ledger[user] == 10 * scored[user] for user in ledger), self.story

    async def check_rooms(self) -> None:
        """When all is mended there is one message, room and reveal a question, and each live text once."""
        world = self.world
        world.env.backend.faults.clear()
        WireHttp.losses.clear()
        world.deny(self.channel)
        await world.travel(hours=30)
        places = [self.channel, *self.channel.threads]
        posted = [words(m) for place in places for m in world.posted(place)]
        questions = {q.id: words(q) for q in world.questions(self.channel)}
        for drop in world.rows("drops"):
            if drop["message_id"] is None:
                continue
            live = world.rows("answers", drop_id=drop["id"], state="live")
            assert f"{len(live)} answered" in questions[drop["message_id"]], self.story
            assert sum(text.startswith(f"**Reveal · Question {drop['number']} ·") for text in posted) == (
                drop["state"] == "revealed"
            ), self.story
            rooms = [t for t in self.channel.threads if (t.name or "").startswith(f"{drop['number']} · ")]
            opened = [] if drop["room_id"] is None else [drop["room_id"]]
            assert [r.id for r in rooms] == opened, self.story
            if not rooms:
                assert not live, self.story
                continue
            shown = "\n".join(words(m) for m in world.posted(rooms[0]))
            assert sorted(re.findall(r"TEXT-\d+-END", shown)) == sorted(
                a["text"].split(" ")[0] for a in live
            ), self.story
        assert len(questions) == len({d["message_id"] for d in world.rows("drops")} - {None}), self.story


@pytest.mark.parametrize(("seed", "kind"), WALKS[: amount(2, 6, 24)])
async def test_what_must_hold_holds_whatever_happens(world: World, seed: int, kind: str) -> None:
    world.expected.append("503|Connection reset")
    walk = Walk(world, seed, getattr(world, kind))
    await world.command(world.olga, world.daily, "setup", kind="open", channel=walk.channel)
    await world.travel(hours=2)
    for _ in range(40):
        await walk.take_a_step()
    await walk.check_rooms()
    assert len(world.rows("drops", state="revealed")) > 0
