"""The points of answers and reviewers are those of what stands, in whatever order it came."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.explored import amount
from tests.features.reviews.services import Reckoning, ReviewServices, Text, ask, open_services

pytestmark = pytest.mark.sampled

AUTHORS = (1, 2, 3, 4)
PEOPLE = (1, 2, 3, 4, 5, 6, 7)
# Two questions with four answers each: answers 0 to 3 and 4 to 7; the second question is blind.
ANSWERS = range(8)
Act = tuple[Any, ...]
# A story is read as it was found: making it shorter would take minutes, since each one plays on a file.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)

someone = st.sampled_from(PEOPLE)
# Some of what is said is about one answer, so that its reviews are compared.
answer = st.one_of(st.just(0), st.sampled_from(ANSWERS), st.sampled_from(ANSWERS))
ticks = st.frozensets(st.integers(0, 3), max_size=4)
acts = st.one_of(
    st.tuples(st.just("review"), someone, answer, ticks),
    st.tuples(st.just("review"), someone, answer, ticks),
    st.tuples(st.just("review"), st.sampled_from((1, 5)), answer, ticks),
    st.tuples(st.just("withdraw review"), someone, answer),
    st.tuples(st.just("withdraw one"), st.integers(0, 50)),
    st.tuples(st.just("vote"), someone, answer),
    st.tuples(st.just("withdraw"), answer),
    st.tuples(st.just("write again"), answer),
    st.tuples(st.just("hide"), answer),
    st.tuples(st.just("unhide"), answer),
    st.tuples(st.just("reveal"), st.sampled_from((0, 1))),
    st.tuples(st.just("sleep"), st.sampled_from((1, 5, 9, 25))),
)


class Play:
    """Acts done to the bot and to the second reckoning at once."""

    def __init__(self, services: ReviewServices) -> None:
        self.services = services
        self.drops: list[int] = []
        self.ids: list[int] = []
        self.reckoning = Reckoning({}, "UTC", frozenset())

    async def begin(self) -> None:
        for number, mode in enumerate(("open", "blind")):
            drop = await ask(self.services, mode, 10 + number)
            self.drops.append(drop.id)
            self.ids += [(await self.services.write(drop.id, author)).id for author in AUTHORS]
        ((zone,),) = await self.services.rows("SELECT zone FROM guilds")
        texts = {id_: Text(self.drops[place // 4], AUTHORS[place % 4]) for place, id_ in enumerate(self.ids)}
        self.reckoning = Reckoning(texts, zone, frozenset({self.drops[1]}))

    async def do(self, act: Act) -> None:
        services, rest = self.services, act[1:]
        match act[0]:
            case "review":
                who, id_, ticked = rest[0], self.ids[rest[1]], rest[2]
                await services.review(who, id_, *ticked)
                self.reckoning.review(who, id_, ticked, services.clock.now())
            case "withdraw review":
                who, id_ = rest[0], self.ids[rest[1]]
                await services.withdraw_review(who, id_)
                self.reckoning.withdraw_review(who, id_, services.clock.now())
            case "withdraw one":
                said = [(who, id_) for id_, text in self.reckoning.answers.items() for who in text.reviews]
                for who, id_ in said[rest[0] % max(1, len(said)) :][:1]:
                    await services.withdraw_review(who, id_)
                    self.reckoning.withdraw_review(who, id_, services.clock.now())
            case "vote":
                await services.vote(rest[0], self.ids[rest[1]])
                self.reckoning.vote(rest[0], self.ids[rest[1]])
            case "reveal":
                drop = self.drops[rest[0]]
                if drop not in self.reckoning.revealed:
                    await services.reveal_now(drop)
                    self.reckoning.revealed[drop] = services.clock.now()
            case "sleep":
                services.clock.shift(timedelta(hours=rest[0]))
            case name:
                await self._to_answer(name, self.ids[rest[0]])

    async def _to_answer(self, name: str, id_: int) -> None:
        known = self.reckoning.answers[id_]
        match name:
            case "withdraw":
                await self.services.withdraw_answer(known.author, id_)
                known.withdrawn = True
            case "write again" if known.stands is False and not known.hidden:
                await self.services.write(known.drop, known.author)
                known.withdrawn, known.scored, known.text = False, False, known.text + 1
            case "hide" | "unhide":
                await self.services.hide(id_, hidden=name == "hide")
                known.hidden = name == "hide"
            case _:
                return

    async def check(self) -> None:
        assert await self.services.all_points() == self.reckoning.points()


def played(prepared: Path, story: Callable[[Play], Awaitable[Any]]) -> Any:
    """Run a story on a file of its own."""

    async def run() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            async with open_services(prepared, Path(folder)) as services:
                play = Play(services)
                await play.begin()
                return await story(play)

    return asyncio.run(run())


@settings(max_examples=amount(8, 40, 150), phases=QUICK)
@given(story=st.lists(acts, min_size=15, max_size=45), late=st.lists(acts, max_size=10))
def test_points_are_those_of_what_stands_whatever_happened(
    prepared: Path, story: list[Act], late: list[Act]
) -> None:
    async def told(play: Play) -> None:
        for act in story:
            await play.do(act)
        await play.check()
        for act in (("reveal", 0), ("sleep", 25), *late):
            await play.do(act)
        await play.check()

    played(prepared, told)


@settings(max_examples=amount(4, 15, 60), phases=QUICK)
@given(
    pairs=st.dictionaries(
        st.tuples(someone, answer),
        st.lists(st.one_of(ticks, st.just("withdraw review"), st.just("vote")), min_size=1, max_size=3),
        min_size=5,
        max_size=12,
    ),
    hidden=st.sets(answer, max_size=2),
    seeds=st.tuples(st.integers(), st.integers()),
)
def test_acts_that_do_not_depend_on_each_other_can_come_in_any_order(
    prepared: Path,
    pairs: dict[tuple[int, int], list[Any]],
    hidden: set[int],
    seeds: tuple[int, int],
) -> None:
    # Of one person's reviews of a day five are paid, the first ones: nobody has more here. Who has not
    # answered can review from the reveal on, and see the blind question's answers: here they only vote.
    few = {
        (who, place): said if who in AUTHORS else ["vote" for _ in said]
        for (who, place), said in pairs.items()
        if [p[0] for p in pairs].count(who) <= 5 and (who in AUTHORS or place < 4)
    }

    async def told(play: Play, seed: int) -> dict[int, int]:
        chance = random.Random(seed)  # noqa: S311 an order, no secret
        strands: list[list[Act]] = [[_act(*pair, what) for what in said] for pair, said in few.items()]
        strands.append([("reveal", 0)])
        while strands:
            strand = chance.choice(strands)
            await play.do(strand.pop(0))
            strands = [left for left in strands if left]
        for place in chance.sample(sorted(hidden), len(hidden)):
            await play.do(("hide", place))
        await play.check()
        return await play.services.all_points()

    first, second = (played(prepared, lambda play, seed=seed: told(play, seed)) for seed in seeds)
    assert first == second


def _act(who: int, place: int, what: Any) -> Act:
    return (what, who, place) if isinstance(what, str) else ("review", who, place, what)


OWN = st.sampled_from(("review", "vote", "withdraw review", "withdraw", "write again"))


@settings(max_examples=amount(4, 15, 60), phases=QUICK)
@given(
    before=st.lists(acts.filter(lambda act: act[0] != "sleep"), max_size=20),
    author=st.sampled_from(AUTHORS),
    own=st.lists(st.tuples(OWN, st.sampled_from((0, 1)), ticks), min_size=3, max_size=8),
)
def test_nobody_gains_by_acts_on_their_own_answer(
    prepared: Path, before: list[Act], author: int, own: list[tuple[str, int, frozenset[int]]]
) -> None:
    async def told(play: Play) -> None:
        for act in before:
            await play.do(act)
        for name, number, ticked in own:
            had = (await play.services.all_points()).get(author, 0)
            place = 4 * number + AUTHORS.index(author)
            if name == "review":
                await play.do(("review", author, place, ticked))
            elif name in {"vote", "withdraw review"}:
                await play.do((name, author, place))
            else:
                await play.do((name, place))
            assert (await play.services.all_points()).get(author, 0) <= had, name
        await play.check()

    played(prepared, told)
