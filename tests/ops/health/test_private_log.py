"""What people wrote, chose and were given never stands in the log: a day of a real process, read whole."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from questions.letters import ACTIONS
from tests.loopcord import DriverError, Fault, InteractionRecord, Member, Message
from tests.loopcord.waiting import until
from tests.wire.deployment import PATIENCE, Deployment, Group, at

pytestmark = pytest.mark.wire

TOKEN = "MTA5OTk5OTk5OTk5OTk5OTk5OQ.Gh0stT.not-a-real-token-but-as-long-as-one"  # noqa: S105 of no account
ANSWERS = [
    f'Zebra{n} thinks: first the goal\'s numbers,\nthen "quoted" {n} ünïcode ✅ and 50% {{braces}}. ' * 2
    for n in range(6)
]
COMMENT = "Walrus says: this answer forgets the cache."
REASON = "Ocelot says: this is unkind to beginners."
SHORT = "Lynx: too short"
ASKED = "Heron searches for this"
CHECKBOX_GROUP = 22
# So many errors the log tells of.
INJECTED = 5


@pytest.mark.parametrize("style", ["plain", "json"])
async def test_a_day_with_errors_leaves_nothing_private_in_the_log(tmp_path: Path, style: str) -> None:
    async with Deployment(tmp_path, LOG_LEVEL="DEBUG", LOG_FORMAT=style) as deployment:
        deployment.server.token = deployment.server.gateway.token = TOKEN
        group, tapped = deployment.add_group("blind", members=5), deployment.add_group("open", members=3)
        await deployment.start(at(0, "08:00"))
        await post_now(deployment, group, "open")
        await post_now(deployment, tapped, "choice")
        await write(deployment, group)
        await choose(deployment, tapped)
        await review(deployment, group)
        await deployment.quiet()
        await lose_replies(deployment, group, tapped)
        await deployment.quiet()
        code, _ = await deployment.bot.stop()
        output = deployment.bot.output()
    assert code == 0
    check_something_was_logged(output, style)
    check_nothing_private(output, deployment)


async def post_now(deployment: Deployment, group: Group, kind: str) -> None:
    panel = (await deployment.set_up(group, kind=kind)).message
    assert panel is not None
    custom_id = next(one for one in panel.custom_ids if one.startswith("daily:post_now:"))
    await deployment.server.click(group.organiser, panel, custom_id, within=PATIENCE)
    await deployment.quiet()


class broken:  # noqa: N801 reads as a verb
    """While it lasts, nothing can be written into these tables."""

    def __init__(self, deployment: Deployment, *tables: str) -> None:
        self.deployment, self.tables = deployment, tables

    def __enter__(self) -> None:
        for table in self.tables:
            self._run(
                f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'injected'); END"
            )

    def __exit__(self, *_: object) -> None:
        for table in self.tables:
            self._run(f"DROP TRIGGER no_{table}")

    def _run(self, statement: str) -> None:
        with closing(sqlite3.connect(self.deployment.path, timeout=20, isolation_level=None)) as db:
            db.execute(statement)


async def write(deployment: Deployment, group: Group) -> None:
    """Saved answers, a draft because of a short text, because of the database, and not even a draft."""
    question = deployment.question(group)
    first, second, third, fourth, fifth = group.members
    for member, text in ((first, ANSWERS[0]), (second, ANSWERS[1])):
        saved = await deployment.answer(member, question, text)
        assert saved.content.startswith("Your answer is saved"), saved.content
    short = await deployment.answer(third, question, SHORT)
    assert "Try again" in short.content
    with broken(deployment, "answers"):
        kept = await deployment.answer(fourth, question, ANSWERS[2])
        assert "your text is kept" in kept.content, kept.content
    with broken(deployment, "answers", "drafts"):
        lost = await deployment.answer(fifth, question, ANSWERS[3])
        assert "here it is as a file" in lost.content, lost.content


async def choose(deployment: Deployment, group: Group) -> None:
    first, second, third = group.members
    with broken(deployment, "choices"):
        failed = await tap(deployment, group, first, "b")
        assert "Something went wrong on my side" in failed.content
    for member, action in ((first, "b"), (second, "a"), (third, "d")):
        chosen = await tap(deployment, group, member, action)
        assert chosen.content.startswith("You chose")


async def tap(deployment: Deployment, group: Group, member: Member, action: str) -> InteractionRecord:
    (drop_id,) = deployment.one("SELECT id FROM drops WHERE guild_id = ?", group.guild.id)
    assert action in ACTIONS
    return await deployment.server.click(
        member, deployment.question(group), f"choices:{action}:v1:{drop_id}", within=PATIENCE
    )


async def review(deployment: Deployment, group: Group) -> None:
    """Reviews with a comment and a report with a reason, each once with and once without a database."""
    first, second, *_ = group.members
    query = (
        "SELECT d.room_id, a.message_id, a.id FROM answers a JOIN drops d ON d.id = a.drop_id "
        "WHERE user_id = ?"
    )
    await deployment.quiet()
    room_id, message_id, answer_id = deployment.one(query, first.id)
    shown = deployment.server.world.message(room_id, message_id)
    with broken(deployment, "reviews"):
        await submit(deployment, second, shown, f"reviews:review:v1:{answer_id}", COMMENT)
    await submit(deployment, second, shown, f"reviews:review:v1:{answer_id}", COMMENT)
    with broken(deployment, "reports"):
        await submit(deployment, second, shown, f"moderation:report:v1:{answer_id}", REASON)
    await submit(deployment, second, shown, f"moderation:report:v1:{answer_id}", REASON)
    assert deployment.one("SELECT count(*) FROM reviews") == (1,)
    assert deployment.one("SELECT count(*) FROM reports") == (1,)


async def submit(
    deployment: Deployment, who: Member, message: Message, custom_id: str, text: str
) -> InteractionRecord:
    form = await deployment.server.click(who, message, custom_id, within=PATIENCE)
    assert form.modal is not None, form.content
    values: dict[str, Any] = {}
    for label in form.modal["components"]:
        box = label.get("component", {})
        if box.get("type") == CHECKBOX_GROUP:
            values[box["custom_id"]] = [box["options"][0]["value"]]
        elif box.get("type") == 4:
            values[box["custom_id"]] = text
    return await deployment.server.submit_form(who, form, values, within=PATIENCE)


async def lose_replies(deployment: Deployment, group: Group, tapped: Group) -> None:
    """Replies that break off, are refused, are limited and fail, and an error in a command."""
    faults, callback = deployment.server.faults, "/interactions/*/callback"
    member = tapped.members[0]
    fault = faults.add("POST", callback, kind="drop_before")
    await quietly(tap(deployment, tapped, member, "c"), fault)
    fault = faults.add("POST", callback, kind="status", status=404, code=10062)
    await quietly(tap(deployment, tapped, member, "a"), fault)
    fault = faults.add("POST", callback, kind="status", status=400, code=50035)
    await quietly(tap(deployment, tapped, member, "b"), fault)
    fault = faults.add("POST", callback, kind="rate_limit", retry_after=0.1)
    await quietly(tap(deployment, tapped, member, "d"), fault)
    fault = faults.add("POST", callback, kind="status", status=400, code=50035)
    await quietly(deployment.server.slash(group.organiser, group.channel, "discuss", question=ASKED), fault)
    await until(lambda: deployment.bot.output().count("injected") >= INJECTED)


async def quietly(act: Any, fault: Fault) -> None:
    """Do what meets the fault, and let the bot write down what it thinks of it."""
    doing = asyncio.ensure_future(act)
    await fault.wait()
    try:
        await asyncio.wait_for(doing, 2)
    except (TimeoutError, DriverError, AssertionError):
        return


def check_something_was_logged(output: str, style: str) -> None:
    """The test would show nothing if the errors had not been logged."""
    assert output.count("injected") >= INJECTED
    assert output.count("Traceback") >= 5
    assert "what=answers:answer:v1:" in output
    assert "what=choices:option:v1:" in output
    assert "studyloop.clicks" in output
    assert "the draft could not be kept" in output
    if style == "json":
        assert all(json.loads(line)["level"] for line in output.splitlines())


def check_nothing_private(output: str, deployment: Deployment) -> None:
    for text in (*ANSWERS, COMMENT, REASON, SHORT, ASKED):
        assert text.split()[0] not in output, f"{text[:20]}: {around(output, text.split()[0])}"
    for word in ("thinks", "quoted", "unkind", "forgets", "too short", "searches"):
        assert word not in output, around(output, word)
    assert TOKEN not in output
    assert TOKEN.rpartition(".")[2] not in output
    for token in deployment.server.interactions:
        assert token not in output, around(output, token)
    assert re.search(r":[a-d]:v1:", output) is None
    assert "You chose" not in output
    for member in (*deployment.groups[0].members, *deployment.groups[1].members):
        assert member.user.name not in output, around(output, member.user.name)


def around(output: str, word: str) -> str:
    place = output.index(word)
    return output[max(0, place - 300) : place + 200]
