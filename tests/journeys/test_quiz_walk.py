"""Quizzes in which anything happens in any order; what must hold always is checked at every step.

A failing seed is a story of its own: the steps stand in the assertion's message.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from bot.features.quiz.outcomes import Locked
from bot.features.quiz.taps import Choosing, QuizTaps, Tap
from bot.gateway.edits import REFUSED_PAUSE
from tests.explored import amount
from tests.features.quiz.channel import QuizChannel, at_once, check_points, custom_ids, quiz_world
from tests.simcord_parts import WireHttp
from tests.world import World, labels

pytestmark = pytest.mark.sampled

STEPS = 40
WORTH = {"easy": 1, "medium": 2, "hard": 3}


class Walk:
    """Two channels in which members and organiser do things at random, and Discord fails now and then."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.tables = (QuizChannel(world), QuizChannel(world, world.news))
        self.random = random.Random(seed)  # noqa: S311 a story, no secret
        self.story: list[str] = []
        self.confirmed: dict[tuple[int, int], int] = {}
        self.panels: list[object] = []

    def tell(self, what: object) -> None:
        self.story.append(f"{self.world.clock.now():%H:%M:%S} {what}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Remember every choice that was confirmed, in the order in which they were made."""
        choose = QuizTaps.choose

        async def listen(choices: QuizTaps, tap: Tap) -> Choosing:
            outcome = await choose(choices, tap)
            if isinstance(outcome, Locked):
                self.confirmed[tap.item_id, tap.user_id] = outcome.option
            return outcome

        with mock.patch.object(QuizTaps, "choose", listen):
            yield

    # -- what people do

    async def choose(self) -> None:
        """Press some buttons at once under an open question, for which people wait where a quiz runs."""
        table = self.random.choice(self.tables)
        for _ in range(16):
            open_ones = [q for q in table.questions()[-2:] if "A" in labels(q)]
            if open_ones or not self.world.rows("quizzes", state="running", channel_id=table.channel.id):
                break
            await table.wait(1)
        if not open_ones:
            return
        presses = [
            (
                self.random.choice(self.world.home.members),
                self.random.choice(open_ones),
                self.random.choice("ABCD"),
            )
            for _ in range(self.random.randint(1, 6))
        ]
        self.tell([(who.name, label) for who, _, label in presses])
        self.panels += await at_once(self.world, presses)

    async def press_late(self) -> None:
        """Press what stands no more on a message, or on a panel of long ago."""
        table = self.random.choice(self.tables)
        if not table.questions():
            return
        items = [item["id"] for item in self.world.rows("quiz_items")]
        forged = f"quiz:{self.random.choice('abcd')}:v1:{self.random.choice(items)}"
        self.tell(forged)
        await self.world.forge(self.random.choice(self.world.home.members), table.questions()[-1], forged)

    async def start(self) -> None:
        table = self.random.choice(self.tables)
        who = self.random.choice(self.world.home.members)
        self.tell(f"{who.name} in {table.channel.name}")
        if table.ends() and self.random.random() < 0.5:
            await self.world.press(who, table.ends()[-1], "Rematch")
        else:
            await table.type(who, seconds=self.random.choice((10, 20)), questions=self.random.choice((3, 4)))

    async def stop(self) -> None:
        table = self.random.choice(self.tables)
        for question in table.questions()[-1:]:
            if "Stop" in labels(question):
                who = self.random.choice((self.world.olga, *self.world.home.members))
                asked = await self.world.press(who, question, "Stop")
                if "Stop the quiz" in labels(asked):
                    await self.world.press(who, asked, "Stop the quiz")

    async def wait(self) -> None:
        seconds = self.random.choice((1, 2, 3, 10, 20, 40))
        self.tell(f"{seconds} s")
        await self.world.travel(minutes=seconds / 60)

    async def restart(self) -> None:
        away = timedelta(seconds=self.random.choice((0, 1, 7, 60, 590, 900)))
        self.tell(away)
        await self.world.restart(away=away)

    async def break_something(self) -> None:
        method, path = self.random.choice(
            (
                ("POST", "/channels/*/messages"),
                ("PATCH", "/channels/*/messages/*"),
                ("POST", "/channels/*/messages/*/threads"),
            )
        )
        self.tell(f"503 on {method} {path}")
        self.world.env.inject_error(method, path, status=503, times=self.random.randint(1, 3))

    async def lose_an_answer(self) -> None:
        self.world.lose(lambda method, path: method == "POST" and path.endswith("/messages"))

    async def permit(self) -> None:
        table = self.random.choice(self.tables)
        self.world.deny(table.channel, *self.random.choice(((), (), ("send_messages",), ("view_channel",))))
        await self.world.rest()

    async def take_a_step(self) -> None:
        steps = {
            self.choose: 20,
            self.wait: 6,
            self.start: 5,
            self.press_late: 2,
            self.restart: 2,
            self.stop: 1,
            self.break_something: 1,
            self.lose_an_answer: 1,
            self.permit: 1,
        }
        (step,) = self.random.choices(list(steps), list(steps.values()))
        self.tell(step.__name__)
        await step()
        self.check()

    # -- what must hold

    def check(self) -> None:
        world = self.world
        running = Counter(quiz["channel_id"] for quiz in world.rows("quizzes", state="running"))
        assert set(running.values()) <= {1}, self.story
        stored = {(c["item_id"], c["user_id"]): c["option"] for c in world.rows("quiz_choices")}
        assert stored == self.confirmed, self.story
        for item in world.rows("quiz_items", state="open"):
            chose = sum(item_id == item["id"] for item_id, _ in stored)
            assert item["answered"] == chose, self.story
        check_points(world)
        self.check_pay()

    def check_pay(self) -> None:
        """Each right choice on a closed question pays, the first time that somebody has the item right."""
        world = self.world
        levels = {q["id"]: WORTH[q["difficulty"]] for q in world.rows("questions")}
        closed = sorted(
            world.rows("quiz_items", state="closed"), key=lambda item: (item["closed_at"], item["id"])
        )
        paid: set[tuple[int, int]] = set()
        expected = Counter[int]()
        for item in closed:
            for (item_id, user_id), option in self.confirmed.items():
                if item_id == item["id"] and option == 0 and (user_id, item["question_id"]) not in paid:
                    paid.add((user_id, item["question_id"]))
                    expected[user_id] += levels[item["question_id"]]
        ledger = Counter[int]()
        for entry in world.rows("ledger"):
            ledger[entry["user_id"]] += entry["points"]
        assert ledger == expected, self.story

    async def come_to_rest(self) -> None:
        """When all is mended everything has ended, each question stands once, and the channels are free."""
        world = self.world
        world.env.backend.faults.clear()
        WireHttp.losses.clear()
        for table in self.tables:
            world.deny(table.channel)
        await world.travel(minutes=40)
        # An edit that was refused is tried again after ten minutes of the timers.
        await world.env.advance_time(REFUSED_PAUSE)
        await world.wake()
        self.check()
        assert not world.rows("quizzes", state="running"), self.story
        assert not [p for p in world.rows("posts") if p["state"] in {"pending", "sending"}], self.story
        quizzes = world.rows("quizzes")
        for table in self.tables:
            here = {quiz["id"] for quiz in quizzes if quiz["channel_id"] == table.channel.id}
            items = [item for item in world.rows("quiz_items") if item["quiz_id"] in here]
            stands = Counter(question.id for question in table.questions())
            assert stands == Counter(i["message_id"] for i in items if i["message_id"]), self.story
            assert not [q for q in table.questions() if custom_ids(q)], self.story
            ends = [q for q in quizzes if q["id"] in here and q["state"] == "ended" and q["end_message_id"]]
            assert sorted(e.id for e in table.ends()) == sorted(e["end_message_id"] for e in ends), self.story
            await table.begin(world.olga)


@pytest.mark.parametrize("seed", range(amount(1, 10, 30)))
async def test_what_must_hold_holds_whatever_happens(tmp_path: Path, seed: int) -> None:
    async with quiz_world(tmp_path) as world:
        world.expected.append("503|Connection reset")
        walk = Walk(world, seed)
        with walk.listening():
            await walk.start()
            for _ in range(STEPS):
                await walk.take_a_step()
            await walk.come_to_rest()
