"""A room that is deleted when much was said in it: the new one shows all of it."""

from typing import Any

import pytest

from tests.journeys.test_reviews import TEXT, ask, points, review, room, send, shown
from tests.reading import labels, text_of, words
from tests.world import World


async def state_of(world: World, *people: Any) -> dict[str, str]:
    return {who.name: shown(world, who).content for who in people}


@pytest.mark.parametrize("mode", ["blind", "open"])
async def test_answers_come_back_with_what_was_said_of_them(world: World, mode: str) -> None:
    question = await ask(world, mode)
    people = (world.ada, world.ben, world.cem)
    for who in people:
        await world.answer(who, question, f"{who.name} {TEXT}")
    await review(world, world.ben, world.ada, 0, 1, praise="Numbers first")
    await review(world, world.cem, world.ada, 0, 1, 2)
    await world.press(world.cem, shown(world, world.ben), "Upvote")
    before = await state_of(world, *people)
    assert before["ada"].startswith("2 reviews")
    assert before["ben"] == "1 upvote"
    earned = [points(world, who) for who in people]

    world.env.backend.delete_channel(room(world).id)
    await world.answer(world.dia, question, f"dia {TEXT}")
    await world.restart()
    await world.travel(minutes=2)

    assert await state_of(world, *people) == before
    texts = [words(message) for message in world.posted(room(world))]
    for who in (*people, world.dia):
        assert sum(f"{who.name} {TEXT}" in text for text in texts) == 1
    assert [points(world, who) for who in people] == earned
    read = await world.press(world.ada, shown(world, world.ada), "Reviews")
    assert "Numbers first" in words(read.response)


async def test_what_is_said_while_there_is_no_room_is_shown_in_the_new_one(world: World) -> None:
    """A review and a withdrawal, between the deletion and the new room."""
    question = await ask(world, "blind")
    for who in (world.ben, world.cem):
        await world.answer(who, question, f"{who.name} {TEXT}")
    own = await world.answer(world.ada, question, f"ada {TEXT}")
    world.env.backend.delete_channel(room(world).id)
    world.deny(world.daily, "create_private_threads")
    await world.answer(world.dia, question, f"dia {TEXT}")
    assert world.rows("drops")[0]["room_id"] is None
    today = await world.command(world.dia, world.daily, "today")
    button = next(label for label in labels(today) if "eview" in label)
    await send(world, world.dia, await world.press(world.dia, today, button), 0, 1)
    sure = await world.press(world.ada, own, "Withdraw")
    await world.press(world.ada, sure, "Withdraw it")
    world.deny(world.daily)
    await world.travel(minutes=15)
    texts = [words(message) for message in world.posted(room(world))]
    assert [shown(world, who).content[:8] for who in (world.ben, world.cem)] == ["1 review", ""]
    assert not any(f"ada {TEXT}" in text for text in texts)
    assert sum(f"dia {TEXT}" in text for text in texts) == 1


async def test_a_reveal_leads_to_the_answers_of_the_new_room(world: World) -> None:
    question = await ask(world, "blind")
    for who in (world.ada, world.ben, world.cem):
        await world.answer(who, question, f"{who.name} {TEXT}")
    await review(world, world.ben, world.ada, 0, 1, 2)
    await world.travel(hours=24)
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    old = room(world)
    world.env.backend.delete_channel(old.id)
    late = await world.answer(world.dia, world.questions(world.daily)[0], f"dia {TEXT}")
    assert "after the reveal" in text_of(late)
    await world.travel(minutes=2)
    reveal = next(m for m in world.posted(world.daily) if m.id == reveal.id)
    said = words(reveal) + str([button.url for row in reveal.components for button in row.children])
    assert str(old.id) not in said
    assert str(shown(world, world.ada).id) in said
    assert "Join the room" in labels(reveal)
