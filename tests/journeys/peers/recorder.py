"""Who gets to read what: every request of the bot is searched, at the moment it is made, for secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import simcord
from simcord.backend.access import channel_accessible

from tests.world import World, words

MODAL = 9
UPDATE = 7
EPHEMERAL = 64
# So much of a paragraph is enough to know it by.
PIECE = 60


def written(what: Any) -> Iterator[str]:
    """Give every text in what the bot sends."""
    if isinstance(what, str):
        yield what.replace("\\", "")
    elif isinstance(what, dict):
        for value in what.values():
            yield from written(value)
    elif isinstance(what, list | tuple):
        for value in what:
            yield from written(value)


def text_of_member(member: Any) -> str:
    """Return what stands in this member's answer and nowhere else."""
    return f"TEXT-OF-{member.name.upper()}"


def lines_of(reviewer: Any, author: Any) -> tuple[str, str]:
    """Return what stands in one review and nowhere else: what was good, what to add."""
    pair = f"{reviewer.name}-{author.name}".upper()
    return f"GOOD-{pair}", f"ADD-{pair}"


def reason_of(reporter: Any) -> str:
    """Return what a member gives as the reason of a report."""
    return f"REASON-OF-{reporter.name.upper()}"


class _Requests(list[Any]):
    """The list of requests, which tells of each new one."""

    def __init__(self, kept: list[Any], tell: Callable[[Any], None]) -> None:
        super().__init__(kept)
        self._tell = tell

    def append(self, entry: Any) -> None:
        super().append(entry)
        self._tell(entry)


class Recorder:
    """The five members' and the organiser's; they go on listening through restarts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = (*world.home.members, world.olga)
        self.heard: dict[int, list[str]] = {who.id: [] for who in self.people}
        self.leaks: list[str] = []
        self._contents: dict[int, dict[str, Any]] = {}
        self._tables: dict[str, list[dict[str, Any]]] = {}
        backend = world.env.backend
        backend.http_requests = _Requests(backend.http_requests, self._take)

    def read(self, who: simcord.MemberActor, what: str) -> bool:
        """Whether a member was ever sent this text."""
        return any(what in text for text in self.heard[who.id])

    def check(self) -> None:
        """Search what everybody was sent, and what stands everywhere now."""
        assert not self.leaks, self.leaks
        self._look()
        for who in self.people:
            standing = self._standing(who)
            ever = self.world.seen_by(who).replace("\\", "")
            # A form or a private reply may be older than the hiding.
            found = [secret for secret in self._unknown(who) if secret in ever]
            found += [secret for secret in self._hidden(who) if secret in standing]
            assert not found, f"{who.name} reads {found}"

    def _take(self, entry: Any) -> None:
        texts = list(written(entry.json))
        if not texts:
            return
        self._look()
        for who in self._readers(entry):
            self.heard[who.id] += texts
            secrets = [*self._unknown(who), *self._hidden(who)]
            found = [secret for secret in secrets if any(secret in text for text in texts)]
            self.leaks += [f"{entry.method} {entry.path} tells {who.name} {secret}" for secret in found]

    def _readers(self, entry: Any) -> list[Any]:
        """Return who reads a request's text: those in the channel, or who pressed or typed."""
        backend = self.world.env.backend
        first, second, *more = entry.path.strip("/").split("/")
        if first == "channels":
            return [who for who in self.people if channel_accessible(backend, int(second), who.id)]
        if first not in {"interactions", "webhooks"}:
            return []
        key = int(second) if first == "interactions" else backend.interaction_tokens[more[0]]
        interaction = backend.interactions[key]
        data: dict[str, Any] = (entry.json or {}).get("data") or {}
        private = first == "webhooks" or entry.json.get("type") in {MODAL, UPDATE} or "choices" in data
        if data and not private and not data.get("flags", 0) & EPHEMERAL:
            place = interaction.channel_id
            return [who for who in self.people if channel_accessible(backend, place, who.id)]
        return [who for who in self.people if who.id == interaction.user_id]

    def content(self, version_id: int) -> dict[str, Any]:
        """Return a written question as its pack has it."""
        if version_id not in self._contents:
            (row,) = self.world.rows("question_versions", id=version_id)
            self._contents[version_id] = json.loads(row["content"])
        return self._contents[version_id]

    # -- what nobody may read yet, or any more

    def _look(self) -> None:
        """Read what is so at this moment."""
        self._tables = {name: self.world.rows(name) for name in ("drops", "answers", "reviews", "reports")}

    def _unknown(self, who: simcord.MemberActor) -> Iterator[str]:
        """Give what this person must not have read: answers, points, model answer, reviews, reasons."""
        world = self.world
        answers = self._tables["answers"]
        for drop in self._tables["drops"]:
            if drop["state"] == "revealed" or drop["reveal_at"] <= world.clock.now():
                continue
            content = self.content(drop["version_id"])
            yield from self._of_the_reveal(content)
            if any((a["drop_id"], a["user_id"]) == (drop["id"], who.id) for a in answers):
                continue
            yield from self._of_answers(who, drop, answers)
            yield from (point.replace("\\", "") for point in content["rubric"])
        if who is not world.olga:
            yield from (row["reason"] for row in self._tables["reports"] if row["reporter_id"] != who.id)

    def _of_the_reveal(self, content: dict[str, Any]) -> Iterator[str]:
        paragraphs = content["model_answer"].replace("\\", "").splitlines()
        yield from (paragraph[:PIECE] for paragraph in paragraphs if len(paragraph) >= PIECE)
        yield from content["follow_ups"]

    def _of_answers(
        self, who: simcord.MemberActor, drop: dict[str, Any], answers: list[Any]
    ) -> Iterator[str]:
        """Give hidden answers, which an organiser may read in a report, and what reviews say of any."""
        ids = {a["id"]: a for a in answers if a["drop_id"] == drop["id"]}
        if drop["mode"] == "blind" and who is not self.world.olga:
            yield from (first_word(a["text"]) for a in ids.values())
        yield from self._lines(set(ids), who)

    def _hidden(self, who: simcord.MemberActor) -> Iterator[str]:
        """Give what must not be sent any more: hidden and withdrawn texts and what was said of them."""
        answers = [a for a in self._tables["answers"] if a["user_id"] != who.id]
        hidden = [a for a in answers if a["hidden"] or a["state"] == "withdrawn"]
        if who is not self.world.olga:
            yield from (first_word(a["text"]) for a in hidden)
        yield from self._lines({a["id"] for a in hidden}, who)

    def _lines(self, answer_ids: set[int], who: simcord.MemberActor) -> Iterator[str]:
        for row in self._tables["reviews"]:
            if row["answer_id"] in answer_ids and row["reviewer_id"] != who.id:
                yield from filter(None, (row["praise"], row["advice"]))

    def _standing(self, who: simcord.MemberActor) -> str:
        """Return what stands in channels and threads for everybody there."""
        backend = self.world.env.backend
        places = [c for c in backend.channels if channel_accessible(backend, c, who.id, history=True)]
        return "\n".join(
            words(message, backend.cdn)
            for place in places
            for message in backend.messages.get(place, {}).values()
            if message.author_id == backend.bot_user.id and not message.is_ephemeral
        ).replace("\\", "")


def first_word(text: str) -> str:
    """Return the word by which an answer is known."""
    return text.split(maxsplit=1)[0]
