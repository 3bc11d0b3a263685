"""/discuss with reviews, votes and reports, in text and forum, hidden and open, to each kind of reveal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.peers.day import Day, Place, check_points
from tests.journeys.peers.recorder import text_of_member
from tests.journeys.test_discuss import discuss, discussions, question_of
from tests.world import World, labels, text_of, words


class Talk(Day):
    """A day whose question a member has brought up."""

    async def begin(self) -> None:
        """Have a member begin it; nobody has set anything up besides reports."""
        world = self.world
        await world.command(world.olga, world.daily, "manage log", channel=self.log)
        mode = {} if self.place == "forum" else {"mode": self.place}
        number = question_of(world)["id"]
        self.begun = await discuss(world, world.ada, world.daily, number, channel=self.channel, **mode)
        assert "On its way" in text_of(self.begun)
        assert len(discussions(world, self.channel)) == 1
        self.recorder.check()


@pytest.fixture
async def talk(world: World, place: Place) -> Talk:
    begun = Talk(world, place)
    await begun.begin()
    return begun


async def _said(talk: Talk) -> None:
    """Four answer, review, vote; one is hidden and shown again."""
    world = talk.world
    await talk.answer(world.ben, world.cem)
    for who in (world.dia, world.eli):
        said = text_of(
            await world.forge(who, talk.question, f"reviews:review:v1:{talk.answer_of(world.ben)['id']}")
        )
        assert "with an answer of your own" in said
    await talk.restart()
    await talk.answer(world.dia, world.ada)
    await talk.review(world.cem, world.ben, 0, 1)
    await talk.vote(world.dia, world.ben)
    await talk.review(world.ben, world.cem, 0)
    await talk.report(world.dia, world.cem)
    await talk.restart()
    await talk.decide("Hide")
    assert text_of_member(world.cem) not in "\n".join(words(m) for m in world.posted(talk.room))
    hidden = await world.command(world.cem, world.news, "today")
    assert "An organiser has hidden your answer" in words(hidden.response)
    assert "Reveal now" not in labels(hidden)
    for asked in (talk.replies[world.cem.id], discussions(world, talk.channel)[0]):
        needless = text_of(await world.press(world.cem, asked, "Reveal now"))
        assert needless.startswith("An organiser has hidden your answer, so your agreement is not needed.")
    assert not world.rows("reveal_wishes")
    await talk.decide("Show again")
    today = await world.command(world.ada, world.news, "today")
    assert "to discussion 1" in text_of(today)


def _is_told(talk: Talk) -> None:
    world = talk.world
    message = talk.reveal()
    assert "4 answers" in message.content
    assert "- ben: 25 points = 10 + 4 rubric + 1 upvote + 10 best answer" in message.content
    assert "Best answer · ben" in words(message)
    assert talk.points(world.ben) == 25 + 3
    check_points(world)


@pytest.mark.parametrize("place", ["blind", "open", "forum"])
async def test_a_discussion_that_its_starter_reveals(talk: Talk) -> None:
    world = talk.world
    await _said(talk)
    asked = await world.press(world.ada, talk.begun, "Reveal now")
    await talk.restart()
    await world.press(world.ada, asked, "Reveal it")
    talk.recorder.check()
    _is_told(talk)
    await _afterwards(talk)


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_a_discussion_that_ends_with_its_day(talk: Talk) -> None:
    world = talk.world
    await _said(talk)
    await world.travel(hours=23.9)
    talk.recorder.check()
    assert not talk.reveals()
    await talk.restart()
    await world.travel(minutes=10)
    talk.recorder.check()
    _is_told(talk)
    await _afterwards(talk)


async def _afterwards(talk: Talk) -> None:
    world = talk.world
    if talk.place == "blind":
        await world.press(world.eli, talk.reveal(), "Join the room")
    await talk.review(world.eli, world.dia, 0, 1, 2)
    assert "Best answer · dia" in words(talk.reveal())
    assert "You named 0 of" in text_of(await talk.look(world.eli))
    looked: Any = await world.command(world.eli, world.news, "today", date="discussion 1")
    pages = [text_of(looked)]
    while "Next ▶" in labels(looked) and len(pages) < 12:
        await world.press(world.eli, looked, "Next ▶")
        pages.append(text_of(looked))
    assert text_of_member(world.ben) in "\n".join(pages)
    await talk.close()
