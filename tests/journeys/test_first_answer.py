"""The first answer to a hidden question opens its room, whatever comes between the two."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.features.answers.outcomes import Author
from bot.gateway.directory import DiscordDirectory
from tests.journeys.hidden import NINE, TEXT, asked
from tests.reading import labels, text_of, words
from tests.world import World


def shown(world: World) -> list[str]:
    """Return who has an answer in the one room, below its first message."""
    (room,) = world.daily.threads
    first, *answers = world.posted(room)
    assert "Upvote" not in labels(first), "a room's first message stands above the answers"
    return [words(message).partition(f" {TEXT}")[0].split()[-1] for message in answers]


def states(world: World, kind: str) -> list[str]:
    return [row["state"] for row in world.rows("posts", kind=kind)]


async def test_two_first_answers_at_once_open_one_room(world: World) -> None:
    await asked(world)
    people = (world.ada, world.ben)
    submit = world.bot.services.answers.submit
    await asyncio.gather(
        *(
            submit(world.guild.id, 1, Author(who.id, who.name, None), f"{who.name.upper()} {TEXT}")
            for who in people
        )
    )
    await world.rest()
    assert sorted(shown(world)) == ["ADA", "BEN"]
    assert states(world, "room") == states(world, "intro") == ["sent"]
    for who in people:
        assert TEXT in world.seen_by(who)
    assert TEXT not in world.seen_by(world.cem)


async def test_withdrawn_before_the_room_opens_the_next_answer_stands_alone_in_it(world: World) -> None:
    question = await asked(world)
    world.deny(world.daily, "create_private_threads")
    saved = await world.answer(world.ada, question, f"ADA {TEXT}")
    sure = await world.press(world.ada, saved, "Withdraw")
    assert "withdrawn" in text_of(await world.press(world.ada, sure, "Withdraw it"))
    await world.travel(minutes=11)
    world.deny(world.daily)
    await world.rest()
    assert shown(world) == []
    await world.answer(world.ben, question, f"BEN {TEXT}")
    assert shown(world) == ["BEN"]
    assert f"BEN {TEXT}" not in world.seen_by(world.ada), "nobody is inside without an answer"


async def test_a_schedule_removed_before_the_room_opens_leaves_no_room(world: World) -> None:
    question = await asked(world)
    world.deny(world.daily, "create_private_threads")
    await world.answer(world.ada, question, TEXT)
    await world.command(world.olga, world.daily, "manage schedule remove")
    world.deny(world.daily)
    await world.travel(minutes=30)
    assert world.daily.threads == []
    assert states(world, "room") == states(world, "answer") == ["skipped"]


async def test_a_room_of_which_no_word_came_goes_with_its_removed_schedule(world: World) -> None:
    """It stands in Discord and the bot does not know yet: nobody would ever read it or take it away."""
    question = await asked(world)
    world.lose(lambda method, path: method == "POST" and path.endswith("/threads"))
    await world.answer(world.ada, question, TEXT)
    assert len(world.daily.threads) == 1
    await world.command(world.olga, world.daily, "manage schedule remove")
    await world.travel(minutes=1)
    assert world.daily.threads == []
    assert states(world, "room") == ["skipped"]


@pytest.mark.parametrize("mode", ["blind", "open"])
async def test_a_room_that_was_given_up_opens_for_the_next_answer(world: World, mode: str) -> None:
    world.deny(world.daily, "create_private_threads", "create_public_threads")
    question = await asked(world, mode=mode, days="Mon")
    await world.answer(world.ada, question, f"ADA {TEXT}")
    await world.restart(away=timedelta(days=18))
    assert states(world, "room") == states(world, "answer") == ["failed"]
    world.deny(world.daily)
    await world.answer(world.ben, world.questions(world.daily)[0], f"BEN {TEXT}")
    await world.rest()
    assert states(world, "room") == ["failed", "sent"]
    room = world.channel(world.rows("drops")[0]["room_id"])
    assert any(f"BEN {TEXT}" in words(message) for message in world.posted(room))


async def test_the_first_answer_after_the_reveal_opens_the_room_to_all(world: World) -> None:
    question = await asked(world, reveal="10:00", days="Mon")
    await world.travel(hours=2)
    (reveal,) = (m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "Join the room" not in labels(question) + labels(reveal), "there is none"
    assert world.daily.threads == []
    question = world.questions(world.daily)[0]
    await world.answer(world.ada, question, f"ADA {TEXT}")
    await world.travel(minutes=1)
    assert shown(world) == ["ADA"]
    joined = await world.press(world.cem, world.questions(world.daily)[0], "Join the room")
    assert "You are in" in text_of(joined)
    assert f"ADA {TEXT}" in world.seen_by(world.cem)


async def test_a_room_that_an_older_version_has_queued_opens_once(world: World) -> None:
    """It was queued with the question, and nobody had answered when the bot was upgraded."""
    question = await asked(world)
    (drop,) = world.rows("drops")
    columns = "guild_id, kind, subject_id, part, channel_id, due_at, not_after, next_try_at, state, attempts"
    world.execute(
        f"INSERT INTO posts ({columns}) SELECT guild_id, 'room', {drop['id']}, 0, channel_id, "  # noqa: S608 our own
        "due_at, not_after + 600000000000, due_at, 'pending', 0 FROM posts WHERE kind = 'drop'"
    )
    await world.restart()
    await world.travel(minutes=1)
    assert shown(world) == []
    await world.answer(world.ada, question, f"ADA {TEXT}")
    assert shown(world) == ["ADA"]
    assert states(world, "room") == states(world, "intro") == ["sent"]


async def test_a_full_list_of_threads_is_told_once_until_a_room_opens(world: World) -> None:
    """The next day's question goes out without a thread: that shows nothing about rooms."""
    await asked(world)
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=160006, times=None)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(to=NINE + timedelta(days=1, minutes=1))
    (_, today) = world.questions(world.daily)
    health = await world.command(world.olga, world.news, "manage health")
    assert "Something needs you" in text_of(health)
    saved = await world.answer(world.ben, today, TEXT)
    assert "cannot open the room yet" in text_of(await world.press(world.ben, saved, "Go to the room"))
    told = [m for m in world.direct_messages(world.olga) if "active threads" in words(m)]
    assert len(told) == 1
    world.env.backend.faults.clear()
    await world.travel(minutes=11)
    assert len(world.daily.threads) == 2
    assert all(row["resolved_at"] for row in world.rows("problems"))
    assert "You are in" in text_of(await world.press(world.ben, saved, "Go to the room"))


@pytest.mark.parametrize("what", ["intro", "reveal"])
async def test_what_was_sent_without_a_word_goes_with_its_removed_schedule(world: World, what: str) -> None:
    """It stands there and the bot does not know yet: a message that nobody would ever edit or take away."""
    question = await asked(world, reveal="10:00")
    home = f"/channels/{world.daily.id}/messages"
    world.lose(
        lambda method, path: (
            method == "POST" and path.endswith("/messages") and (path == home) == (what == "reveal")
        )
    )
    if what == "intro":
        await world.answer(world.ada, question, TEXT)
    else:
        await world.travel(to=NINE + timedelta(hours=1))
    before = {message.id for place in (world.daily, *world.daily.threads) for message in world.posted(place)}
    await world.command(world.olga, world.daily, "manage schedule remove")
    await world.travel(minutes=1)
    posts = world.rows("posts")
    left = {message.id for place in (world.daily, *world.daily.threads) for message in world.posted(place)}
    assert [post["state"] for post in posts if post["kind"] == what] == ["skipped"]
    assert len(before - left) == 1
    assert left <= {post["message_id"] for post in posts if post["state"] == "sent"}


async def test_what_its_room_will_need_is_told_with_the_question_and_not_when_somebody_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event told the bot; the question itself goes out without that permission."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    lacking = ("create_private_threads",)
    missing = DiscordDirectory.missing

    def less(self: DiscordDirectory, guild_id: int, channel_id: int, names: Any) -> Any:
        wanted = tuple(names)
        found = missing(self, guild_id, channel_id, wanted)
        return found if found is None else tuple(n for n in wanted if n in (*found, *lacking))

    monkeypatch.setattr(DiscordDirectory, "missing", less)
    monkeypatch.setattr(world.bot.services.servers, "check", lambda _: None)
    await world.travel(to=NINE)
    assert len(world.questions(world.daily)) == 1
    (told,) = world.direct_messages(world.olga)
    assert "Create Private Threads" in words(told)
