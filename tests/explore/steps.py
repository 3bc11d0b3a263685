"""What journeys are made of: each function returns a step, one person's act or time that passes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import discord
import simcord

from tests.explore.explorer import Step
from tests.explore.pack import RIGHT
from tests.explore.play import TEXT, Play
from tests.world import labels, words

_VOTED = r"your upvote for .* counts"
_REPORTED = "organisers will look at|you have reported this answer"


def hours(number: float) -> Step:
    """Time passes, to so many hours after the beginning."""

    async def wait(play: Play) -> None:
        await play.until(timedelta(hours=number))

    return wait


async def restart(play: Play) -> None:
    """The operator starts the bot again: a start has points of its own."""
    await play.world.restart()


def sets_up(channel: str = "daily", **options: Any) -> Step:
    """The organiser types /setup."""

    async def act(play: Play) -> None:
        await play.sets_up(channel=getattr(play.world, channel), **options)

    return act


def answers(name: str, *, again: str = "", late: bool = False, channel: str = "daily") -> Step:
    """Somebody answers the question."""

    async def act(play: Play) -> None:
        label = "Answer late" if late else "Answer"
        place = getattr(play.world, channel)
        await play.answers(getattr(play.world, name), again=again, label=label, channel=place)

    return act


def counts(name: str) -> Step:
    """Somebody writes a message and has it counted as their answer."""

    async def act(play: Play) -> None:
        world, who = play.world, getattr(play.world, name)
        room = await play.room()
        mine = [m for m in room.history() if m.author.id == who.id]
        message = mine[0] if mine else await world.say(who, room, f"{name.upper()} {TEXT}")
        wanted = "answer is saved|you have answered"
        await play.told(who, "counts", wanted, lambda: world.count(who, room, message))

    return act


def votes(name: str, whose: str) -> Step:
    """Somebody upvotes an answer; pressed once more it would be taken back."""

    async def act(play: Play) -> None:
        author = getattr(play.world, whose)
        await play.presses(getattr(play.world, name), "Upvote", _VOTED, lambda: play.shown(author))

    return act


def reviews(name: str, whose: str, *ticks: int) -> Step:
    """Somebody reviews an answer."""

    async def act(play: Play) -> None:
        world, who, author = play.world, getattr(play.world, name), getattr(play.world, whose)

        async def send() -> simcord.InteractionResult:
            form = await play.press(who, lambda: play.shown(author), "Review")
            boxes = re.search(r"'custom_id': '(ticks[^']*)'", str(form.modal))
            assert boxes is not None, form
            values = {boxes[1]: [str(tick) for tick in ticks], "praise": "", "advice": ""}
            return await world._done(await who.submit_modal(form, values))

        await play.told(who, f"reviews {whose}", "your review is (saved|changed)", send)

    return act


def reports(name: str, whose: str) -> Step:
    """Somebody reports an answer."""

    async def act(play: Play) -> None:
        world, who, author = play.world, getattr(play.world, name), getattr(play.world, whose)

        async def send() -> simcord.InteractionResult:
            form = await play.press(who, lambda: play.shown(author), "Report")
            if form.modal is None:
                return form
            return await world._done(await who.submit_modal(form, {"reason": "It is an advertisement"}))

        await play.told(who, "reports", _REPORTED, send)

    return act


def decides(label: str, wanted: str, beginning: str = "**Report") -> Step:
    """The organiser presses a button on a report, unless it shows already that it worked."""

    async def act(play: Play) -> None:
        world = play.world

        def there() -> Any:
            return next((m for m in world.posted(play.kept["log"]) if m.content.startswith(beginning)), None)

        async def look() -> Any:
            return await play.find("the report", there)

        await play.presses(
            world.olga, label, wanted, look, seen=lambda: there() and label not in labels(there())
        )

    return act


async def makes_a_log(play: Play) -> None:
    """The organiser makes a channel for reports, which only they and the bot see, and chooses it."""
    world = play.world
    if "log" not in play.kept:
        seen = discord.PermissionOverwrite(view_channel=True)
        allowed = {
            world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.guild.me: seen,
            world.olga: seen,
        }
        play.kept["log"] = world.guild.create_text_channel("log", overwrites=allowed)
    await play.told(
        world.olga,
        "log",
        "reports go to",
        lambda: world.command(world.olga, world.daily, "manage log", channel=play.kept["log"]),
    )


def presses(name: str, label: str, wanted: str, *, sure: str = "", on: str = "") -> Step:
    """Somebody presses a button on the question, or on the message that begins with `on`.

    Where the button has gone meanwhile, they see that it worked.
    """

    async def act(play: Play) -> None:
        who = getattr(play.world, name)

        def standing() -> Any:
            messages = play.world.posted(play.world.daily)
            return next((m for m in messages if m.content.startswith(on or "Question")), None)

        await play.presses(
            who,
            label,
            wanted,
            lambda: play.find(on or "the question", standing),
            sure=sure,
            seen=lambda: standing() and label not in labels(standing()),
        )

    return act


def withdraws(name: str) -> Step:
    """Somebody withdraws their answer; once it is gone there is no button any more."""

    async def act(play: Play) -> None:
        who = getattr(play.world, name)
        await play.presses(
            who,
            "Withdraw",
            "points taken back",
            lambda: play.shown(who),
            sure="Withdraw it",
            seen=lambda: not any(who.name.upper() in words(m) for m in play.in_room()),
        )

    return act


def chooses(name: str, option: str = RIGHT) -> Step:
    """Somebody taps an option of the day's choice question."""

    async def act(play: Play) -> None:
        world, who = play.world, getattr(play.world, name)

        async def tap() -> simcord.InteractionResult:
            question = await play.question()
            return await world.press(who, question, letter(question, option))

        await play.told(who, option, f"you chose .*{option}", tap)

    return act


def letter(message: Any, option: str) -> str:
    """Return the letter under which an option is shown."""
    found = re.search(rf"\*\*([A-D])\*\*  {re.escape(option)}", words(message))
    assert found is not None, words(message)
    return found[1]


def types(name: str, command: str, wanted: str, **options: Any) -> Step:
    """Somebody types a command until the reply says what is wanted."""

    async def act(play: Play) -> None:
        world, who = play.world, getattr(play.world, name)
        await play.told(
            who, f"{command} {options}", wanted, lambda: world.command(who, world.daily, command, **options)
        )

    return act


async def discusses(play: Play) -> None:
    """Ada begins a discussion; who got no reply looks whether it came."""
    world = play.world
    question = next(row for row in world.rows("questions") if row["slug"] == "question-1")
    await play.told(
        world.ada,
        "discusses",
        "on its way",
        lambda: world.command(world.ada, world.daily, "discuss", question=str(question["id"])),
        seen=lambda: any(m.content.startswith("Discussion 1") for m in world.posted(world.daily)),
    )


# -- practice


async def practises(play: Play) -> None:
    """Ada opens her practice; the private message stays on her screen."""
    world = play.world

    async def act() -> simcord.InteractionResult:
        play.kept["panel"] = await world.command(world.ada, world.daily, "practice")
        return play.kept["panel"]

    await play.told(world.ada, "practises", r"\*\*(New|Where you left off)\*\*", act)
    if "panel" not in play.kept:
        # Shown, but the script was cut off before it could keep it.
        play.kept["panel"] = simcord.InteractionResult(
            world.env, list(world.env.backend.interactions.values())[-1]
        )


def solves(number: int) -> Step:
    """Ada taps the right option of what she practises."""

    async def act(play: Play) -> None:
        world, panel = play.world, play.kept["panel"]

        async def tap() -> simcord.InteractionResult:
            return await world.press(world.ada, panel, letter(panel.response, RIGHT))

        await play.told(world.ada, f"solves {number}", r"✅ \*\*Right", tap)

    return act


def goes_on(number: int) -> Step:
    """Ada presses Next."""

    async def act(play: Play) -> None:
        world, panel = play.world, play.kept["panel"]
        await play.told(
            world.ada, f"goes on {number}", r"\*\*New\*\*", lambda: world.press(world.ada, panel, "Next")
        )

    return act


# -- quizzes


async def starts_a_quiz(play: Play) -> None:
    """Ada types /quiz."""
    world = play.world
    await play.told(
        world.ada,
        "quiz",
        "Quiz: |is running a quiz",
        lambda: world.command(world.ada, world.daily, "quiz", questions=3, seconds=20),
    )


def plays(number: int, *names: str) -> Step:
    """Everybody taps the right option of a quiz's question; then it closes."""

    async def act(play: Play) -> None:
        world = play.world

        def question() -> Any:
            asked = [m for m in world.posted(world.daily) if m.content.startswith("**Question ")]
            return asked[number] if len(asked) > number else None

        def tap(who: Any) -> Any:
            return lambda: world.press(who, question(), letter(question(), RIGHT))

        await play.find(f"question {number} of the quiz", question, seconds=2)
        for name in names:
            who = getattr(world, name)
            await play.told(who, f"chooses {number}", r"You chose \*\*[A-D]\*\*: ", tap(who))
        await play.find("its end", lambda: not labels(question()), seconds=2)

    return act
