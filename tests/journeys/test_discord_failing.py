"""Discord itself fails: every post goes out once, and one group's trouble is not another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.world import World, text_of, words

TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
Wanted = Callable[[str, str], bool]


async def test_503_several_times_while_another_group_goes_on(world: World) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    path = f"/channels/{world.daily.id}/messages"
    world.env.inject_error("POST", path, status=503, times=4)
    await world.travel(to=NINE)
    assert len(world.questions(other.daily)) == 1
    assert world.rows("drops", guild_id=other.guild.id)[0]["opened_at"] == NINE, "at the same moment"
    assert not world.questions(world.daily)
    await world.travel(minutes=1)
    health = text_of(await world.command(world.olga, world.news, "manage health"))
    assert "1 post waiting" in health
    await world.restart()
    await world.travel(minutes=20)
    assert len(world.questions(world.daily)) == 1
    assert not world.direct_messages(world.olga), "nobody in the group can mend that"
    (row,) = world.rows("posts", kind="drop", guild_id=world.guild.id)
    assert (row["state"], row["attempts"]) == ("sent", 5)


async def test_discord_down_for_an_hour_also_for_reading(world: World) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    world.expected.append("failed|HTTPException|503")
    for method in ("GET", "POST", "PATCH"):
        world.env.inject_error(method, f"/channels/{world.daily.id}*", status=503, times=None)
    await world.travel(to=NINE + timedelta(hours=1))
    assert len(world.questions(other.daily)) == 1
    looks = [r for r in world.env.http_requests if r.path.startswith(f"/channels/{world.daily.id}")]
    assert len(looks) < 40, "a failing Discord is asked less and less often"
    world.env.backend.faults.clear()
    await world.travel(minutes=11)
    assert len(world.questions(world.daily)) == 1
    assert world.rows("drops", guild_id=world.guild.id)[0]["state"] == "open"


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("question", lambda method, path: method == "POST" and path.endswith("/messages")),
        ("room", lambda method, path: method == "POST" and path.endswith("/threads")),
    ],
)
async def test_an_answer_of_discord_s_that_was_lost_makes_no_twin(
    world: World, what: str, wanted: Wanted
) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    loss = world.lose(wanted)
    await world.travel(to=NINE + timedelta(minutes=2))
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert loss.times == 0, what
    await world.travel(minutes=2)
    assert len(world.questions(world.daily)) == 1
    assert len(world.daily.threads) == 1
    assert TEXT in world.seen_by(world.ada)
    assert {p["state"] for p in world.rows("posts") if p["kind"] != "reveal"} == {"sent"}


@pytest.mark.parametrize("kind", ["daily", "news", "forum"])
async def test_every_first_answer_of_discord_s_is_lost_all_day(world: World, kind: str) -> None:
    channel = getattr(world, kind)
    await world.command(world.olga, world.daily, "setup", kind="open", channel=channel)
    seen: set[str] = set()

    def first(method: str, path: str) -> bool:
        if method != "POST" or not path.endswith(("/messages", "/threads")) or f"{method} {path}" in seen:
            return False
        seen.add(f"{method} {path}")
        return True

    world.lose(first, 99)
    await world.travel(to=NINE + timedelta(minutes=5))
    await world.answer(world.ada, world.questions(channel)[0], TEXT)
    await world.travel(to=NINE + timedelta(hours=23, minutes=50))
    assert len(world.questions(channel)) == 1
    rooms = channel.threads
    assert len(rooms) == 1
    assert len([m for m in world.posted(rooms[0]) if TEXT in words(m)]) == 1
    reveals = [m for c in (channel, *rooms) for m in world.posted(c) if m.content.startswith("**Reveal")]
    assert len(reveals) == 1
    assert {p["state"] for p in world.rows("posts")} == {"sent"}


async def test_a_lost_answer_and_then_a_kill(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.lose(lambda method, path: method == "POST" and path.endswith("/messages"))
    await world.travel(to=NINE)
    (row,) = world.rows("posts", kind="drop")
    assert row["state"] == "sending"
    await world.restart(away=timedelta(minutes=1))
    assert len(world.questions(world.daily)) == 1
    assert world.rows("posts", kind="drop")[0]["state"] == "sent"


async def test_a_failing_reply_does_not_undo_the_act(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    form = await world.press(world.ada, question, "Answer")
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=1)
    await world.submit(world.ada, form, TEXT)
    (row,) = world.rows("answers")
    assert row["state"] == "live"
    assert "You have answered this question" in text_of(await world.press(world.ada, question, "Answer"))
    assert world.rows("totals")[0]["points"] == 10


async def test_a_room_into_which_nobody_can_be_let_keeps_the_answer_for_later(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=503, times=2)
    await world.answer(world.ada, question, TEXT)
    await world.travel(minutes=2)
    (room,) = world.daily.threads
    assert len([m for m in world.posted(room) if TEXT in words(m)]) == 1
    assert TEXT in world.seen_by(world.ada)
