"""A day with hidden answers: five members from the question to the reveal and after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import simcord
from simcord.backend.errors import SetupError

from tests.world import World, labels, text_of, words


def secret(member: simcord.MemberActor) -> str:
    """Return what stands in this member's answer and nowhere else."""
    return f"SECRET-OF-{member.name.upper()}"


def thoughts(member: simcord.MemberActor) -> str:
    return f"First I ask how many users there are. {secret(member)}. Then I draw retrieval and ranking."


class Day:
    """The group's question of the day, and who may know whose answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answered: list[simcord.MemberActor] = []
        self.may_read: set[int] = set()

    @property
    def question(self) -> Any:
        return self.world.questions(self.world.daily)[0]

    @property
    def drop(self) -> dict[str, Any]:
        return self.world.rows("drops")[0]

    @property
    def room(self) -> simcord.ChannelHandle:
        return self.world.channel(self.drop["room_id"])

    async def answer(self, member: simcord.MemberActor) -> simcord.InteractionResult:
        reply = await self.world.answer(member, self.question, thoughts(member))
        self.answered.append(member)
        self.may_read.add(member.id)
        self.check()
        return reply

    def check(self) -> None:
        """Search everything that each member was ever shown for everybody's answer."""
        for reader in self.world.home.members:
            seen = self.world.seen_by(reader)
            for author in self.answered:
                if reader.id not in self.may_read:
                    assert secret(author) not in seen, f"{reader.name} reads {author.name}'s answer"
        assert f"{len(self.answered)} answered" in words(self.question)

    def in_room(self, member: simcord.MemberActor) -> Any:
        return next(m for m in self.world.posted(self.room) if secret(member) in words(m))


@pytest.fixture
async def day(world: World) -> Day:
    await world.command(world.olga, world.daily, "setup", kind="open", zone="Europe/Berlin")
    await world.travel(to=datetime(2026, 1, 5, 8, tzinfo=UTC))
    return Day(world)


async def test_nobody_reads_an_answer_before_writing_one_and_everybody_after_the_reveal(day: Day) -> None:
    world = day.world
    day.check()
    reply = await day.answer(world.ada)
    assert text_of(reply).startswith(
        "Your answer is saved. **10 points**. You are the first: your answer opens the room, in a moment."
    )
    assert labels(reply) == ["Go to the room", "Edit", "Withdraw", "Reveal now"]
    assert text_of(await world.press(world.ada, reply, "Go to the room")).startswith("You are in: <#")
    await day.answer(world.ben)
    for author in (world.ada, world.ben):
        assert secret(author) in world.seen_by(world.ada)
        assert secret(author) in world.seen_by(world.ben)
    with pytest.raises(SetupError):
        day.room.history(viewer=world.cem)

    await world.restart()
    day.check()
    await day.answer(world.cem)
    assert secret(world.ada) in world.seen_by(world.cem)
    closed = await world.forge(world.dia, day.question, f"answers:join:v1:{day.drop['id']}")
    assert "when you have answered, and to everybody" in text_of(closed)
    day.check()

    await world.travel(to=datetime(2026, 1, 6, 7, 29, tzinfo=UTC))
    day.check()
    assert "Model answer" not in str([words(m) for m in world.posted(world.daily)])
    await world.travel(minutes=2)
    day.check()
    reveal = world.posted(world.daily)[-1]
    assert reveal.content.startswith("**Reveal · Question 1 · ")
    assert "3 answers. 10 points each: ada, ben and cem." in reveal.content
    assert [e.title for e in reveal.embeds] == ["Model answer", "A good answer"]
    assert reveal.reference is not None
    assert reveal.reference.message_id == day.question.id
    assert labels(reveal)[:3] == ["Join the room", "How did I do?", "Review an answer"]
    assert "Save" in labels(reveal)
    assert labels(day.question) == ["Answer late", "Join the room", "How this works"]
    assert "3 answered" in words(day.question)

    joined = await world.press(world.dia, reveal, "Join the room")
    assert text_of(joined) == f"You are in: <#{day.room.id}>."
    assert secret(world.ada) in world.seen_by(world.dia)
    assert (await world.press(world.dia, day.question, "Join the room")).response is not None
    late = await world.answer(world.eli, day.question, thoughts(world.eli))
    assert "It came after the reveal, so without points." in text_of(late)
    assert "written after the reveal" in words(day.in_room(world.eli))
    assert "4 answered" in words(day.question)

    assert {row["user_id"]: row["points"] for row in world.rows("totals")} == {
        world.ada.id: 10,
        world.ben.id: 10,
        world.cem.id: 10,
    }
    assert [(r["scored"], r["late"]) for r in world.rows("answers")] == [(1, 0)] * 3 + [(0, 1)]


async def test_the_leaderboard_and_today_say_how_one_stands(day: Day) -> None:
    world = day.world
    assert "Nobody has points yet" in text_of(await world.command(world.ada, world.daily, "leaderboard"))
    today = await world.command(world.ada, world.news, "today")
    assert "**You have not answered yet.**" in text_of(today)
    assert labels(today) == ["Answer", "Hint"]
    form = await world.press(world.ada, today, "Answer")
    await world.submit(world.ada, form, thoughts(world.ada))
    day.answered.append(world.ada)
    day.may_read.add(world.ada.id)
    await day.answer(world.ben)

    board = text_of(await world.command(world.ada, world.daily, "leaderboard"))
    assert "`  1.` **ada** · 10 points" in board
    assert "`  1.` ben · 10 points" in board
    assert "You are number 1 of 2." in board
    assert "You have no points yet" in text_of(await world.command(world.cem, world.daily, "leaderboard"))
    standing = text_of(await world.command(world.ada, world.news, "today"))
    assert f"**You have answered** (scored). The room: <#{day.room.id}>." in standing
    assert "2 answered" in standing

    world.guild.remove_member(world.ben)
    await world.travel(hours=20)
    await world.restart()
    assert "somebody who left · 10 points" in text_of(
        await world.command(world.ada, world.daily, "leaderboard")
    )
    await world.travel(to=datetime(2026, 1, 6, 7, 45, tzinfo=UTC))
    assert "No question is open right now." in text_of(await world.command(world.ada, world.news, "today"))


async def test_hints_come_one_at_a_time_and_only_to_the_one_who_asks(day: Day) -> None:
    world = day.world
    first = await world.press(world.ada, day.question, "Hint")
    assert "**Hint 1 of " in text_of(first)
    assert "**Hint 2" not in text_of(first)
    assert labels(first) == ["Next hint", "Answer"]
    await world.restart()
    await world.press(world.ada, first, "Next hint")
    assert "**Hint 2 of " in text_of(first), "the same message shows the next hint"
    again = await world.press(world.ada, day.question, "Hint")
    assert "**Hint 2 of " in text_of(again), "what was seen is shown again, and no more"
    total = int(text_of(first).split("**Hint 1 of ")[1][0])
    for _ in range(total - 2):
        await world.press(world.ada, first, "Next hint")
    assert "That was the last hint" in text_of(first)
    assert labels(first) == ["Answer"]
    assert world.rows("hints_seen") == [{"drop_id": day.drop["id"], "user_id": world.ada.id, "seen": total}]
    hint = text_of(first).split("\n")[1]
    assert hint not in world.seen_by(world.ben)


async def test_reminders_go_to_those_who_have_not_answered(day: Day) -> None:
    world = day.world
    reply = await world.press(world.ada, day.question, "Remind me")
    at = datetime(2026, 1, 6, 5, 30, tzinfo=UTC)
    assert f"I will write to you <t:{int(at.timestamp())}:f>" in text_of(reply)
    await world.press(world.ada, day.question, "Remind me")
    await world.press(world.ben, day.question, "Remind me")
    await world.press(world.cem, day.question, "Remind me")
    world.expected.append("50007")
    await day.answer(world.ben)
    assert "nothing to remind you of" in text_of(await world.press(world.ben, day.question, "Remind me"))

    closed = world.cem.user.dm_channel.id
    world.env.inject_error("POST", f"/channels/{closed}/messages", status=403, code=50007, times=None)
    await world.travel(to=at - timedelta(minutes=1))
    assert not world.direct_messages(world.ada)
    await world.restart(away=timedelta(minutes=2))
    (message,) = world.direct_messages(world.ada)
    assert message.content.startswith("You asked me to remind you: **Question 1 · ")
    assert "in Home. Reveal:" in message.content
    assert labels(message) == ["To the question"]
    assert not world.direct_messages(world.ben)
    states = {r["subject_id"]: (r["state"], r["reason"]) for r in world.rows("posts", kind="reminder")}
    assert list(states.values()) == [
        ("sent", None),
        ("skipped", "answered meanwhile"),
        ("skipped", "direct messages are closed"),
    ]
    late = await world.press(world.dia, day.question, "Remind me")
    assert "too near for a reminder" in text_of(late)


async def test_an_edit_adds_and_the_first_text_stays(day: Day) -> None:
    world = day.world
    reply = await day.answer(world.ada)
    form = await world.press(world.ada, reply, "Edit")
    assert form.modal is not None
    assert form.modal["title"] == "Add to your answer"
    saved = await world.submit(world.ada, form, "And I would measure recall.")
    assert "stands below your answer" in text_of(saved)
    shown = day.in_room(world.ada)
    assert [e.title for e in shown.embeds] == [None, "Added later"]
    assert secret(world.ada) in shown.embeds[0].description
    assert shown.embeds[1].description == "And I would measure recall."

    await world.restart()
    again = await world.press(world.ada, shown, "Edit")
    assert "And I would measure recall." in str(again.modal), "what was added can be changed"
    await world.submit(world.ada, again, "")
    assert [e.title for e in day.in_room(world.ada).embeds] == [None]
    (row,) = world.rows("answers")
    assert row["text"] == thoughts(world.ada)
    assert row["addition"] is None
    assert [r["points"] for r in world.rows("ledger")] == [10]


async def test_withdrawing_takes_the_answer_and_its_points_back_for_good(day: Day) -> None:
    world = day.world
    reply = await day.answer(world.ada)
    await day.answer(world.ben)
    asked = await world.press(world.ada, reply, "Withdraw")
    assert "All its points go, and a new answer brings none." in text_of(asked)
    await world.press(world.ada, asked, "Withdraw it")
    assert "10 points taken back" in text_of(asked)
    assert labels(asked) == []
    assert secret(world.ada) not in world.seen_by(world.ben)
    assert "1 answered" in words(day.question)
    assert secret(world.ada) not in str([words(m) for m in world.posted(day.room)])
    assert "no answer of yours" in text_of(await world.press(world.ada, reply, "Edit"))

    await world.restart()
    second = await world.answer(world.ada, day.question, "A second try. " + thoughts(world.ada))
    assert "A second answer brings no points." in text_of(second)
    assert "written again after a withdrawal, without points" in words(day.in_room(world.ada))
    assert "2 answered" in words(day.question)
    assert [r["points"] for r in world.rows("ledger", user_id=world.ada.id)] == [10, -10]
    assert world.rows("totals", user_id=world.ada.id)[0]["points"] == 0
    await world.travel(hours=24)
    reveal = world.posted(world.daily)[1]
    assert "2 answers. 10 points each: ben." in reveal.content


async def test_a_new_answer_right_after_a_withdrawal_leaves_nothing_of_the_old_one(day: Day) -> None:
    """Discord fails while the old message should go; the new answer comes before it is gone."""
    world = day.world
    reply = await day.answer(world.ada)
    await day.answer(world.ben)
    world.env.inject_error("DELETE", f"/channels/{day.room.id}/messages/*", status=503, times=3)
    asked = await world.press(world.ada, reply, "Withdraw")
    await world.press(world.ada, asked, "Withdraw it")
    new = "Now quite another text, which says much the same in other words than the first one did."
    await world.answer(world.ada, day.question, new)
    await world.travel(minutes=5)
    texts = [words(m) for m in world.posted(day.room)]
    assert not [t for t in texts if secret(world.ada) in t], "the withdrawn text is still there"
    assert len([t for t in texts if new in t]) == 1


async def test_many_answers_at_once_are_all_counted_on_the_question(day: Day) -> None:
    world = day.world
    forms = [await member.click(day.question, label="Answer") for member in world.home.members]
    before = len(world.env.http_requests)
    for member, form in zip(world.home.members, forms, strict=True):
        await member.submit_modal(form, {"text": thoughts(member)})
    await world.rest()
    assert "5 answered" in words(day.question)
    path = f"/channels/{world.daily.id}/messages/{day.question.id}"
    edits = [r for r in world.env.http_requests[before:] if (r.method, r.path) == ("PATCH", path)]
    assert 1 <= len(edits) < 5, "edits of one message are merged"
    assert world.rows("drops")[0]["shown_revision"] == world.rows("drops")[0]["revision"] == 5
