"""Who cannot see a channel is told nothing of what stands in it, whatever they press elsewhere."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.journeys.test_reveals import REVEAL_AT
from tests.journeys.test_reviews import TEXT, ask, shown
from tests.world import World, labels, text_of

WAITS = "1 answer to question 1 waits for a review"


def close_to(world: World, who: Any) -> None:
    """Take a channel from one member's sight, as an organiser may on any day."""
    denied = discord.Permissions(view_channel=True).value
    closed = Overwrite(target_id=who.id, type=OverwriteType.MEMBER, allow=0, deny=denied)
    world.env.backend.set_overwrite(world.daily.id, closed)


async def answered(world: World, mode: str) -> int:
    """Ask a question that Ada and Ben answer; return the id of Ada's answer."""
    question = await ask(world, mode)
    for who in (world.ada, world.ben):
        await world.answer(who, question, f"{who.name.upper()} {TEXT}")
    return world.rows("answers", user_id=world.ada.id)[0]["id"]


@pytest.mark.parametrize("mode", ["open", "blind"])
@pytest.mark.parametrize("revealed", [False, True])
async def test_today_shows_neither_the_question_nor_reviews_to_do(
    world: World, mode: str, *, revealed: bool
) -> None:
    await answered(world, mode)
    if revealed:
        await world.travel(to=REVEAL_AT)
    assert WAITS in text_of(await world.command(world.ben, world.news, "today"))
    close_to(world, world.ben)
    seen = await world.command(world.ben, world.news, "today")
    assert WAITS not in text_of(seen)
    assert "Question 1" not in text_of(seen)
    assert not [label for label in labels(seen) if label.startswith("Review")]
    assert WAITS in text_of(await world.command(world.ada, world.news, "today"))


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_an_answer_is_neither_shown_nor_reviewed_by_an_old_button(world: World, mode: str) -> None:
    """Ben, who answered, has private messages with buttons from before the channel was closed to him."""
    answer_id = await answered(world, mode)
    drop_id = world.rows("drops")[0]["id"]
    await world.travel(to=REVEAL_AT)
    with world.env._bot_scope():
        elsewhere: Any = world.bot.get_channel(world.news.id)
        standing = await elsewhere.send("something that Ben still sees")
    buttons = [
        f"reviews:review:v1:{answer_id}",
        f"reviews:read:v1:{answer_id}",
        f"reviews:vote:v1:{answer_id}",
        f"reviews:another:v1:{drop_id}",
        f"moderation:report:v1:{answer_id}",
        f"keeping:save:v1:{answer_id}",
        f"keeping:save_model:v1:{drop_id}",
        f"keeping:past:v1:{drop_id}",
    ]
    close_to(world, world.ben)
    for custom_id in buttons:
        reply = await world.forge(world.ben, standing, custom_id)
        assert reply.modal is None, custom_id
        assert "not there" in text_of(reply), custom_id
        assert "ADA" not in text_of(reply), custom_id
    assert not world.rows("votes")
    assert not world.rows("saved")


async def test_what_was_saved_is_not_read_any_more(world: World) -> None:
    answer_id = await answered(world, "open")
    await world.forge(world.ben, shown(world, world.ada), f"keeping:save:v1:{answer_id}")
    listed = await world.command(world.ben, world.news, "me saved", search="ADA")
    assert "ada" in text_of(listed)
    close_to(world, world.ben)
    assert "ADA" not in text_of(await world.command(world.ben, world.news, "me saved"))
    found = text_of(await world.command(world.ben, world.news, "me saved", search="thousand"))
    assert "ada" not in found
