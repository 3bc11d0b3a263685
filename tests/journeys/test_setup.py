"""An organiser types one command and the group runs; another changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord

from tests.world import World, labels, text_of


async def test_one_command_sets_a_group_up_and_two_presses_post_one_question(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")

    shown = text_of(panel)
    assert f"**Where** <#{world.daily.id}>" in shown
    assert "every day at 09:00 UTC" in shown
    assert "(44 to choose from)" in shown
    assert "All there." in shown
    assert "Preview: " in shown
    assert f"<t:{int(datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp())}:F>" in shown
    assert labels(panel) == ["Post the first question now"]
    (schedule,) = world.rows("schedules")
    assert (schedule["guild_id"], schedule["channel_id"]) == (world.guild.id, world.daily.id)
    assert (schedule["minutes"], schedule["mode"], schedule["created_by"]) == (540, "blind", world.olga.id)
    assert not world.rows("drops")

    first = await world.press(world.olga, panel, "Post the first question now")
    again = await world.press(world.olga, panel, "Post the first question now")
    assert text_of(first) == f"On its way: look in <#{world.daily.id}>."
    assert "a moment ago" in text_of(again)
    (question,) = world.questions(world.daily)
    assert question.content.startswith("Question 1 · ")
    assert labels(question) == ["Answer", "Hint", "Remind me", "How this works"]
    (drop,) = world.rows("drops")
    assert (drop["state"], drop["message_id"], drop["number"]) == ("open", question.id, 1)

    await world.restart()
    third = await world.press(world.olga, panel, "Post the first question now")
    assert "a moment ago" in text_of(third), "the panel of before the restart still works"
    await world.travel(hours=2)
    assert [q.content.split(" · ")[0] for q in world.questions(world.daily)] == ["Question 1", "Question 2"]
    kinds = [post["kind"] for post in world.rows("posts", state="sent")]
    assert sorted(kinds) == ["drop", "drop", "reveal"]


async def test_how_this_works_names_the_group_s_own_rules(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.news, "setup", kind="open")
    await world.travel(hours=2)

    (hidden,) = world.questions(world.daily)
    (visible,) = world.questions(world.news)
    assert "Hidden at first" in text_of(await world.press(world.ada, hidden, "How this works"))
    assert "Count as my answer" in text_of(await world.press(world.ada, visible, "How this works"))


async def test_help_is_one_screen_for_each_role(world: World) -> None:
    member = text_of(await world.command(world.ada, world.daily, "help"))
    organiser = text_of(await world.command(world.olga, world.daily, "help"))
    assert "/setup" not in member
    assert organiser.startswith(member)
    assert "`/manage health`" in organiser


async def test_setup_again_changes_what_is_named_and_nothing_else(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(
        world.olga, world.daily, "setup", kind="open", zone="Europe/Berlin", time="8:30", ping_role=role
    )
    await world.restart()
    panel = await world.command(
        world.olga, world.daily, "setup", kind="open", days="Mon, Wed, Fri", reveal="20:00"
    )

    (schedule,) = world.rows("schedules")
    assert (schedule["minutes"], schedule["zone"], schedule["role_id"]) == (510, "Europe/Berlin", role.id)
    assert (schedule["days"], schedule["reveal_minutes"]) == (0b0010101, 20 * 60)
    assert "Mon, Wed, Fri at 08:30 Europe/Berlin" in text_of(panel)
    assert "**Reveal** at 20:00" in text_of(panel)
    assert f"**Pings** <@&{role.id}>" in text_of(panel)


async def test_every_option_is_kept_shown_and_used(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    panel = await world.command(
        world.olga,
        world.daily,
        "setup",
        channel=world.forum,
        time="9 pm",
        zone="asia/kolkata",
        days="weekdays",
        mode="open",
        ping_role=role,
        reveal="8:00",
        categories="llm-fundamentals, Agents & Tool Use",
        difficulty="hard",
        late_hours=3,
    )
    shown = text_of(panel)
    assert "LLM Fundamentals & Advanced Usage, Agents & Tool Use, hard (" in shown
    assert "Mon to Fri at 21:00 Asia/Kolkata" in shown
    assert "posted up to 3 hours late" in shown

    await world.travel(hours=9)
    (question,) = world.questions(world.forum)
    assert question.content.startswith(f"<@&{role.id}> Question 1")
    (drop,) = world.rows("drops")
    assert drop["due_at"] == datetime(2026, 1, 5, 15, 30, tzinfo=UTC)
    assert drop["reveal_at"] == datetime(2026, 1, 6, 2, 30, tzinfo=UTC)
    assert drop["room_id"] == drop["message_id"] == question.channel.id
    assert drop["category"] in {"llm-fundamentals", "agents"}
    assert role.id in world.env.backend.messages[question.channel.id][question.id].ping_role_ids


async def test_autocomplete_helps_with_everything_that_has_a_name(world: World) -> None:
    async def offered(option: str, typed: str, command: str = "setup") -> list[str]:
        found = await world.olga.autocomplete(world.daily, command, option, typed)
        return [choice["name"] for choice in found]

    assert (await offered("zone", "new yo"))[0] == "America/New_York"
    assert "weekdays" in await offered("days", "")
    assert await offered("categories", "nothing like this") == []
    first = (await offered("categories", ""))[1]
    assert any(choice.startswith(first) for choice in await offered("categories", f"{first}, "))
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.news, "setup", kind="open")
    assert await offered("schedule", "news", "manage schedule edit") == ["#news: every day at 09:00 UTC"]


async def test_a_permission_lost_after_setup_disables_posting_until_it_is_checked_again(world: World) -> None:
    panel = await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "create_private_threads")
    await world.rest()
    lacking = await world.command(world.olga, world.daily, "manage schedule list")
    assert str(world.daily.id) in text_of(lacking)

    changed = await world.command(world.olga, world.news, "manage schedule edit", time="10:00")
    assert "Create Private Threads" in text_of(changed)
    assert labels(changed) == ["Check permissions again", "Post the first question now"]
    world.deny(world.daily)
    await world.press(world.olga, changed, "Check permissions again")
    assert "All there." in text_of(changed)
    assert labels(changed) == ["Post the first question now"]
    await world.press(world.olga, changed, "Post the first question now")
    assert len(world.questions(world.daily)) == 1
    assert panel.response is not None


async def test_a_role_that_will_not_ring_is_said(world: World) -> None:
    role = world.guild.create_role("quiet")
    bot_role = next(r for r in world.env.backend.guilds[world.guild.id].roles.values() if r.managed)
    permissions = discord.Permissions(bot_role.permissions)
    permissions.mention_everyone = False
    world.env.backend.edit_role(world.guild.id, bot_role.id, {"permissions": permissions.value})
    panel = await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    assert f"<@&{role.id}> will not ring" in text_of(panel)


async def test_the_first_question_waits_for_its_time_over_a_restart(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", time="09:00")
    await world.travel(minutes=119)
    assert not world.questions(world.daily)
    await world.restart(away=timedelta(minutes=1))
    assert len(world.questions(world.daily)) == 1
    assert world.rows("drops")[0]["opened_at"] == datetime(2026, 1, 5, 9, tzinfo=UTC)
