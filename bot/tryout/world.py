"""The group that a try-out plays in: a server, three channels, an organiser and three members."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
import simcord
from PIL import Image, ImageDraw, ImageFont

from bot.tryout.simcord_bridge import Faces, MemberActor, WorldClock, set_face, vary_ids

FOUNDED = datetime(2025, 9, 1, 9, tzinfo=UTC)
"""When the group and its people came to be: the same in every run, and so are their ids."""
BOT_COLOUR = "#5865f2"


@dataclass(frozen=True)
class Person:
    """Somebody one can act as."""

    actor: MemberActor
    name: str
    organiser: bool
    colour: str

    @property
    def id(self) -> int:
        """The user id, the same in every run."""
        return self.actor.id


@dataclass(frozen=True)
class World:
    """The group: `people` starts with the organiser."""

    env: simcord.Env
    guild: simcord.GuildHandle
    daily: simcord.ChannelHandle
    people: tuple[Person, ...]
    faces: Faces

    @property
    def organiser(self) -> Person:
        """The one with Manage Server, who is also the server's owner."""
        return self.people[0]

    def person(self, user_id: int) -> Person | None:
        """Return the person with that user id, or None."""
        return next((person for person in self.people if person.id == user_id), None)


def build_world(env: simcord.Env, clock: WorldClock) -> World:
    """Found the group in a started world."""
    with clock.standing(FOUNDED):
        users = {
            name: env.create_user(name.lower(), global_name=name) for name in ("Mara", "Ada", "Ben", "Chidi")
        }
        guild = env.create_guild("Interview prep", owner=users["Mara"])
        organisers = guild.create_role(
            "Organiser",
            permissions=discord.Permissions(manage_guild=True, manage_messages=True),
            color=0xF0B132,
        )
        study = guild.create_role("study")
        daily = guild.create_text_channel(
            "daily-question", topic="One question a day. Answer before you look."
        )
        guild.create_text_channel("general", topic="Everything else. Organisers: try /setup here.")
        guild.create_forum_channel("question-forum")
        colours = {"Mara": "#c27c0e", "Ada": "#3ba55d", "Ben": "#eb459e", "Chidi": "#9b59b6"}
        people = tuple(
            Person(
                actor=guild.add_member(user, roles=[study, organisers] if name == "Mara" else [study]),
                name=name,
                organiser=name == "Mara",
                colour=colours[name],
            )
            for name, user in users.items()
        )
        for person in people:
            _ = person.actor.user.dm_channel  # makes it, so that it has its place in the list
    vary_ids(env)
    faces = Faces()
    set_face(env, faces, env.backend.bot_user.id, draw_face("SL", BOT_COLOUR))
    for person in people:
        set_face(env, faces, person.id, draw_face(person.name[0], person.colour))
    return World(env, guild, daily, people, faces)


def draw_face(letters: str, colour: str, size: int = 96) -> bytes:
    """Return a PNG: letters in white on a square of that colour."""
    image = Image.new("RGB", (size, size), colour)
    font = ImageFont.load_default(size * 0.46)
    ImageDraw.Draw(image).text((size / 2, size / 2), letters, fill="white", font=font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
