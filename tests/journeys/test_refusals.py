"""What cannot be done is refused with the next step, only to the one who asked, and changes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
import simcord
from simcord.backend.errors import SetupError

from tests.world import World, labels, text_of


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"zone": "Mars/Olympus"}, "I do not know the time zone “Mars/Olympus”"),
        ({"time": "25:00"}, "I cannot read “25:00” as a time"),
        ({"time": "soon"}, "type it as `09:00` or `9 pm`"),
        ({"days": ", ,"}, "No day is chosen"),
        ({"days": "Funday"}, "I cannot read “Funday” as days"),
        ({"reveal": "99"}, "as the reveal's time"),
        ({"categories": "astrology"}, "There is no category “astrology”: choose from `system-design`"),
        ({"categories": "behavioral", "difficulty": "hard"}, "No question is left"),
        ({"time": "@everyone" * 30}, "I cannot read “@everyone"),
    ],
)
async def test_what_is_typed_wrong_is_said_and_nothing_is_saved(
    world: World, options: dict[str, Any], said: str
) -> None:
    reply = await world.command(world.olga, world.daily, "setup", kind="open", **options)
    assert said in text_of(reply)
    assert not world.rows("schedules")

    await world.command(world.olga, world.daily, "setup", kind="open")
    (before,) = world.rows("schedules")
    assert said in text_of(await world.command(world.olga, world.daily, "setup", kind="open", **options))
    edited = await world.command(world.olga, world.daily, "manage schedule edit", **options)
    assert said in text_of(edited)
    assert world.rows("schedules") == [before]


async def test_hidden_answers_in_a_forum_are_refused(world: World) -> None:
    for channel in (world.forum, world.news):
        reply = await world.command(
            world.olga, world.daily, "setup", kind="open", channel=channel, mode="blind"
        )
        assert "choose a text channel, or `mode: open`" in text_of(reply)
    assert not world.rows("schedules")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("send_messages", "Send Messages"),
        ("embed_links", "Embed Links"),
        ("create_private_threads", "Create Private Threads"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("view_channel", "View Channel"),
    ],
)
async def test_a_channel_where_the_bot_may_not_names_the_permission(
    world: World, name: str, label: str
) -> None:
    world.deny(world.daily, name)
    panel = await world.command(world.olga, world.news, "setup", kind="open", channel=world.daily)
    assert f"In <#{world.daily.id}> I am missing:\n- {label}" in text_of(panel)
    with pytest.raises(SetupError, match="disabled"):
        await world.press(world.olga, panel, "Post the first question now")
    await world.press(world.olga, panel, "Check permissions again")
    assert label in text_of(panel), "nothing was mended yet"
    await world.restart()
    world.deny(world.daily)
    await world.press(world.olga, panel, "Check permissions again")
    assert "All there." in text_of(panel)
    await world.press(world.olga, panel, "Post the first question now")
    assert len(world.questions(world.daily)) == 1


async def test_a_place_that_takes_no_question_is_refused(world: World) -> None:
    await world.command(world.olga, world.news, "setup", kind="open")
    await world.travel(hours=2)
    (thread,) = world.news.threads
    reply = await world.command(world.olga, thread, "setup", kind="open")
    assert "A question needs a text, forum or announcement channel: run this there" in text_of(reply)
    assert len(world.rows("schedules")) == 1


async def test_open_mode_asks_for_public_threads_only(world: World) -> None:
    world.deny(world.daily, "create_private_threads")
    reply = await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    assert "All there." in text_of(reply)
    assert world.rows("schedules")[0]["mode"] == "open"


async def test_a_member_is_kept_from_organisers_commands_and_buttons(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    visible = world.ada.available_commands(world.daily)
    assert not [name for name in visible if name.startswith(("setup", "manage"))]
    with pytest.raises(SetupError, match="not visible"):
        await world.ada.slash(world.daily, "manage health")

    # A server can show a command to everybody; the bot itself still refuses.
    for command in await world.bot.tree.fetch_commands():
        if command.name in {"setup", "manage"}:
            world.guild.set_command_permissions(command, {world.guild.default_role: True})
    for name in ("setup", "manage health", "manage schedule remove", "manage schedule post-now"):
        reply = await world.command(world.ada, world.daily, name)
        assert "needs the **Manage Server** permission" in text_of(reply)

    await world.press(world.olga, panel, "Post the first question now")
    (question,) = world.questions(world.daily)
    schedule_id = world.rows("schedules")[0]["id"]
    for action in ("post_now", "panel"):
        reply = await world.forge(world.ada, question, f"daily:{action}:v1:{schedule_id}")
        assert "needs the **Manage Server** permission" in text_of(reply)
    reply = await world.forge(world.ada, question, "daily:try_again:v1:0")
    assert "needs the **Manage Server** permission" in text_of(reply)
    reply = await world.forge(world.ada, question, f"daily:retry:v1:{world.guild.id}")
    assert "for the organisers" in text_of(reply)
    assert len(world.rows("schedules")) == len(world.rows("drops")) == 1


FORGED = (
    "garbage",
    "",
    "answers:answer",
    "answers:answer:v0:1",
    "answers:answer:v2:1",
    "answers:nothing:v1:1",
    "answers:answer:v1:-1",
    "answers:answer:v1:1.5",
    "answers:answer:v1:٣",
    "answers:answer:v1:" + "9" * 80,
    "answers:answer:v1:9223372036854775808",
    "answers:answer:v1:1; DROP TABLE answers",
)
ACTIONS = (
    "answers:answer",
    "answers:again",
    "answers:edit",
    "answers:withdraw",
    "answers:withdraw_yes",
    "answers:hint",
    "answers:next_hint",
    "answers:remind",
    "answers:join",
    "daily:how",
    "daily:post_now",
    "daily:panel",
    "daily:retry",
)


async def test_forged_and_outdated_buttons_get_a_sentence(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    await world.press(world.olga, panel, "Post the first question now")
    (question,) = world.questions(world.daily)

    for custom_id in filter(None, FORGED):
        reply = await world.forge(world.ada, question, custom_id[:100])
        assert "older version or not one of mine" in text_of(reply), custom_id
    for action in ACTIONS:
        for subject in (0, 424242, 2**63 - 1):
            reply = await world.forge(world.olga, question, f"{action}:v1:{subject}")
            assert re.search("not there any more|no answer of yours|I am in", text_of(reply)), action
    assert not world.rows("answers")
    assert not world.rows("ledger")
    assert world.questions(world.daily)[0].content == question.content, "a public message stays what it is"


async def test_another_server_s_question_and_answers_are_out_of_reach(world: World) -> None:
    away = world.found_group("Away")
    for group in (world.home, away):
        panel = await world.command(group.olga, group.daily, "setup", kind="open")
        await world.press(group.olga, panel, "Post the first question now")
    theirs = world.rows("drops", guild_id=away.guild.id)[0]
    (question,) = world.questions(world.daily)
    (their_question,) = world.questions(away.daily)
    await world.answer(away.members[0], their_question, "Their secret. " * 12)
    answer_id = world.rows("answers")[0]["id"]

    for action in ("answer", "hint", "next_hint", "remind", "join"):
        reply = await world.forge(world.ada, question, f"answers:{action}:v1:{theirs['id']}")
        assert "not there any more" in text_of(reply)
    for action in ("edit", "withdraw", "withdraw_yes"):
        reply = await world.forge(world.ada, question, f"answers:{action}:v1:{answer_id}")
        assert "not there any more" in text_of(reply)
    for action in ("post_now", "panel"):
        reply = await world.forge(world.olga, question, f"daily:{action}:v1:{theirs['schedule_id']}")
        assert "not there any more" in text_of(reply)
    reply = await world.forge(world.olga, question, f"daily:retry:v1:{away.guild.id}")
    assert "for the organisers" in text_of(reply)
    assert "Their secret" not in world.seen_by(world.ada)
    assert len(world.rows("drops")) == 2


async def test_somebody_else_s_answer_cannot_be_touched(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    await world.press(world.olga, panel, "Post the first question now")
    (question,) = world.questions(world.daily)
    await world.answer(world.ada, question, "Ada's own thoughts. " * 8)
    await world.answer(world.ben, question, "Ben's own thoughts. " * 8)
    room = world.channel(world.rows("drops")[0]["room_id"])
    shown = next(m for m in world.posted(room) if "Ada's" in str([e.description for e in m.embeds]))
    for label in ("Edit", "Withdraw"):
        assert "somebody else's" in text_of(await world.press(world.ben, shown, label))
    answer_id = world.rows("answers", user_id=world.ada.id)[0]["id"]
    reply = await world.forge(world.ben, shown, f"answers:withdraw_yes:v1:{answer_id}")
    assert isinstance(reply, simcord.InteractionResult)
    assert world.rows("answers", user_id=world.ada.id)[0]["state"] == "live"
    assert {"Edit", "Withdraw"} <= set(labels(shown))


async def test_a_text_that_begins_with_the_bots_name_is_no_command(world: World) -> None:
    """Any member could fill the log with errors of commands that do not exist."""
    errors: list[Exception] = []

    async def on_command_error(_: object, error: Exception) -> None:
        errors.append(error)

    world.bot.add_listener(on_command_error)
    message = await world.say(world.ada, world.daily, "hello")
    for text in ("hello", "help me", "setup", ""):
        message.content = f"<@{world.bot.user.id}> {text}"
        with world.env._bot_scope():
            world.bot.dispatch("message", message)
        await world.rest()
    assert errors == []
