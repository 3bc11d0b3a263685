"""One answer, two, none: a reveal says what fits, without ceremonies and without blame."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journeys.peers.day import REST, Day
from tests.world import labels, text_of, words

# Words that celebrate or blame.
LOUD = re.compile(
    r"best answer|winner|congrat|well done|nobody named|unfortunately|sadly|only one|shame|!", re.IGNORECASE
)


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_no_answer_at_all(day: Day) -> None:
    world = day.world
    await day.to_the_reveal()
    message = day.reveal()
    assert "No answers this time." in message.content
    _is_calm(message)
    assert "Review an answer" not in labels(message)
    assert "Model answer" in words(message)
    assert "You named 1 of" in text_of(await day.look(world.ada, 0)), "who reads it can still learn from it"
    assert not world.rows("ledger")
    late = await world.answer(world.ada, day.question, f"AFTERWARDS-ADA {REST}")
    assert "without points" in text_of(late)
    await day.restart()
    assert "No answers this time." in day.reveal().content, "what is late changes no reveal"
    await day.close()


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_one_answer(day: Day) -> None:
    world = day.world
    await day.answer(world.ada)
    alone = text_of(await world.press(world.ada, day.replies[world.ada.id], "Reveal now"))
    assert "Nobody else has answered so far" in alone
    today = await world.command(world.ada, world.daily, "today")
    assert "Review question 1" not in labels(today)
    await day.to_the_reveal()
    assert "One answer, by ada: 10 points." in day.reveal().content
    _is_calm(day.reveal())
    if day.place == "blind":
        await world.press(world.ben, day.reveal(), "Join the room")
    await day.vote(world.ben, world.ada)
    await day.review(world.ben, world.ada, 0)
    await day.restart()
    content = day.reveal().content
    assert "13 points" in content
    _is_calm(day.reveal())
    assert day.points(world.ada) == 13
    await day.close()


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_two_answers(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    await day.review(world.ada, world.ben, 0)
    await day.review(world.ben, world.ada, 0, 1)
    await day.vote(world.ben, world.ada)
    await day.to_the_reveal()
    content = day.reveal().content
    assert "2 answers" in content
    assert "- ada: 15 points = 10 + 4 rubric + 1 upvote" in content
    assert "- ben: 12 points = 10 + 2 rubric" in content
    assert "best answer" not in content.lower(), "two are no contest"
    await day.restart()
    await day.withdraw(world.ada)
    assert "One answer, by ben: 12 points" in day.reveal().content
    assert "ada" not in day.reveal().content
    await day.close()


def _is_calm(message: Any) -> None:
    content = re.sub(r"<[^>]*>", "", message.content)
    found = LOUD.search(content)
    assert not found, f"{found}: {content}"
