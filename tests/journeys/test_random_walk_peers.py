"""Random days in which people also review, vote, report, hide, reveal early and discuss.

A failing seed is a story of its own: the steps stand in the assertion's message.
"""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import Any

import pytest
import simcord
from simcord.backend.access import channel_accessible

from tests.explored import amount
from tests.journeys.peers.day import log_channel
from tests.journeys.test_random_walk import Walk
from tests.journeys.test_reviews import ticks_key
from tests.simcord_parts import WireHttp
from tests.world import World, labels, words

pytestmark = pytest.mark.sampled

ASKED = re.compile(r"(<@&\d+> )?(Question|Discussion) \d+ · ")
DECISIONS = {"Hide", "Dismiss", "Show again"}
# The kinds of channel that differ most first.
WALKS = [(10, "daily"), (13, "forum"), (12, "news"), (11, "daily")]
WALKS += [(seed, ("daily", "news", "forum")[seed % 3]) for seed in range(40, 52)]


class PeerWalk(Walk):
    """A group that reads each other's answers, and an organiser who is asked to look at some."""

    def __init__(self, world: World, seed: int, channel: simcord.ChannelHandle) -> None:
        super().__init__(world, seed, channel)
        self.log = log_channel(world)

    def questions(self) -> list[Any]:
        """Return the messages of questions and discussions, oldest first."""
        forum = self.channel.id == self.world.forum.id
        places = self.channel.threads if forum else [self.channel]
        return [m for place in places for m in self.world.posted(place) if ASKED.match(m.content)]

    def question(self) -> Any | None:
        open_ones = [q for q in self.questions()[-3:] if labels(q)]
        return self.random.choice(open_ones) if open_ones else None

    def card(self) -> tuple[Any, Any] | None:
        """Return a member and an answer's message that this member can see."""
        backend, member = self.world.env.backend, self.random.choice(self.world.home.members)
        rooms = [t for t in self.channel.threads if channel_accessible(backend, t.id, member.id)]
        cards = [m for room in rooms[-3:] for m in self.world.posted(room) if "Upvote" in labels(m)]
        return (member, self.random.choice(cards)) if cards else None

    # -- what people do

    async def press_card(self, label: str) -> tuple[Any, simcord.InteractionResult] | None:
        """Press a button of an answer; return who did and what came, where there was one."""
        found = self.card()
        if found is None or label not in labels(found[1]):
            return None
        return found[0], await self.world.press(*found, label)

    async def vote(self) -> None:
        await self.press_card("Upvote")

    async def read(self) -> None:
        await self.press_card("Reviews")

    async def review(self) -> None:
        pressed = await self.press_card("Review")
        if pressed and pressed[1].modal is not None:
            member, form = pressed
            ticks = [str(tick) for tick in range(4) if self.random.random() < 0.5]
            await self.world._done(await member.submit_modal(form, {ticks_key(form): ticks}))

    async def unreview(self) -> None:
        """Take back a review, or try to."""
        answers, question = self.world.rows("answers"), self.question()
        if answers and question is not None:
            member, answer = self.random.choice(self.world.home.members), self.random.choice(answers)
            await self.world.forge(member, question, f"reviews:withdraw:v1:{answer['id']}")

    async def report(self) -> None:
        pressed = await self.press_card("Report")
        if pressed and pressed[1].modal is not None:
            member, form = pressed
            await self.world._done(await member.submit_modal(form, {"reason": "It is not kind"}))

    async def decide(self) -> None:
        waiting = [m for m in self.world.posted(self.log) if DECISIONS & set(labels(m))]
        if waiting:
            message = self.random.choice(waiting)
            label = self.random.choice(sorted(DECISIONS & set(labels(message))))
            self.story.append(label)
            await self.world.press(self.world.olga, message, label)

    async def reveal_early(self) -> None:
        """Have some who have answered agree, or an organiser decide."""
        world = self.world
        if self.random.random() < 0.3:
            today = await world.command(world.olga, world.news, "today")
            buttons = [label for label in labels(today) if label.startswith("Reveal ")]
            if buttons:
                asked = await world.press(world.olga, today, self.random.choice(buttons))
                if "Reveal it" in labels(asked):
                    await world.press(world.olga, asked, "Reveal it")
            return
        for member in world.home.members:
            reply = self.replies.get(member.id)
            if reply is not None and reply.response and "Reveal now" in labels(reply):
                await world.press(member, reply, "Reveal now")

    async def discuss(self) -> None:
        questions = self.world.rows("questions", kind="open")
        number = self.random.choice(questions)["id"]
        member = self.random.choice(self.world.home.members)
        await self.world.command(
            member, self.world.daily, "discuss", question=str(number), channel=self.channel
        )

    async def take_a_step(self) -> None:
        steps = {
            self.answer: 9,
            self.talk: 2,
            self.change: 3,
            self.vote: 6,
            self.review: 8,
            self.read: 1,
            self.unreview: 2,
            self.report: 3,
            self.decide: 4,
            self.reveal_early: 2,
            self.discuss: 1,
            self.organise: 1,
            self.break_something: 2,
            self.lose_an_answer: 1,
            self.permit: 1,
            self.wait: 3,
            self.restart: 2,
        }
        (step,) = self.random.choices(list(steps), list(steps.values()))
        self.story.append(step.__name__)
        await step()
        self.check_secrets()
        self.check_points()

    # -- what must hold

    def check_points(self) -> None:
        """Totals are the ledger's sums, and every answer has what its reviews and votes say now."""
        world = self.world
        ledger, sums, best = Counter[tuple[str, int]](), Counter[int](), Counter[int]()
        for entry in world.rows("ledger"):
            sums[entry["user_id"]] += entry["points"]
            ledger[entry["act"], entry["subject_id"]] += entry["points"]
            best[entry["subject_id"]] += entry["points"] if entry["act"] == "best" else 0
        assert {t["user_id"]: t["points"] for t in world.rows("totals")} == dict(sums), self.story
        wanted = Counter[tuple[str, int]]()
        for answer in world.rows("answers"):
            self._want(answer, wanted)
        paid = {key: points for key, points in ledger.items() if points and key[0] not in {"best", "review"}}
        assert paid == {key: points for key, points in wanted.items() if points}, self.story
        revealed = {d["id"] for d in world.rows("drops", state="revealed")}
        assert all(points in {0, 10} for points in best.values()), self.story
        assert {drop for drop, points in best.items() if points} <= revealed, self.story
        live = {r["id"] for r in world.rows("reviews", state="live")}
        pay = {subject: points for (act, subject), points in ledger.items() if act == "review" and points}
        assert set(pay) <= live, self.story
        assert set(pay.values()) <= {3}, self.story

    def _want(self, answer: dict[str, Any], wanted: Counter[tuple[str, int]]) -> None:
        if answer["state"] != "live" or answer["hidden"] or not answer["scored"]:
            return
        number, written = answer["id"], answer["created_at"]
        wanted["answer", number] = 10
        wanted["votes", number] = min(10, len(self.world.rows("votes", answer_id=number, text_at=written)))
        said = self.world.rows("reviews", answer_id=number, state="live", text_at=written)
        for point in range(10):
            ticks = [float(str(point) in review["ticks"].split()) for review in said]
            if ticks and median(ticks) > 0.5:
                wanted[f"rubric:{point}", number] = 2

    async def check_rooms(self) -> None:
        """When all is mended each text that stands is shown once, no other is; each reveal is out once."""
        world = self.world
        world.env.backend.faults.clear()
        WireHttp.losses.clear()
        world.deny(self.channel)
        await world.travel(hours=30)
        await world.env.advance_time(700)
        await world.wake()
        places = [self.channel, *self.channel.threads]
        posted = [words(m) for place in places if place.id != world.forum.id for m in world.posted(place)]
        everything = "\n".join(posted)
        questions = {q.id: words(q) for q in self.questions()}
        for drop in world.rows("drops"):
            answers = world.rows("answers", drop_id=drop["id"])
            live = [a for a in answers if a["state"] == "live" and not a["hidden"]]
            for answer in answers:
                if answer not in live:
                    assert answer["text"].split(" ")[0] not in everything, self.story
            if drop["message_id"] is None or drop["message_id"] not in questions:
                continue
            assert f"{len(live)} answered" in questions[drop["message_id"]], self.story
            called = f"Question {drop['number']}" if drop["number"] else f"Discussion {drop['discussion']}"
            out = sum(text.startswith(f"**Reveal · {called} ·") for text in posted)
            assert out == (drop["state"] == "revealed"), (called, self.story)
            if drop["room_id"] is None:
                assert not live, self.story
                continue
            shown = "\n".join(
                words(m) for m in world.posted(world.channel(drop["room_id"])) if "Upvote" in labels(m)
            )
            assert sorted(re.findall(r"TEXT-\d+-END", shown)) == sorted(
                a["text"].split(" ")[0] for a in live
            ), self.story
        assert not [p for p in world.rows("posts") if p["state"] == "sending"], self.story


@pytest.mark.parametrize(("seed", "kind"), WALKS[: amount(1, 4, 16)])
async def test_what_must_hold_holds_among_peers(world: World, seed: int, kind: str) -> None:
    world.expected.append("503|Connection reset")
    walk = PeerWalk(world, seed, getattr(world, kind))
    await world.command(world.olga, world.daily, "manage log", channel=walk.log)
    await world.command(world.olga, world.daily, "setup", kind="open", channel=walk.channel)
    await world.travel(hours=2)
    for _ in range(60):
        await walk.take_a_step()
    await walk.check_rooms()
    walk.check_points()
