import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import StudyBot
from bot.core.clock import ManualClock
from bot.features.bank.service import BankQuestion, Category
from bot.features.drops import messages, permissions
from bot.features.drops import replies as drop_replies
from bot.features.drops.outcomes import Question
from bot.features.drops.store import Drop
from bot.features.problems.store import Problem
from bot.features.schedules import messages as schedule_messages
from bot.features.schedules import replies as schedule_replies
from bot.features.schedules import rules
from bot.features.schedules.health_replies import KINDS
from bot.features.schedules.outcomes import Health, Listing, Panel, Saved
from bot.features.schedules.store import Schedule
from bot.features.today import replies
from bot.outbox.message import Trouble
from bot.outbox.store import Post
from bot.settings import Settings
from bot.ui.message import Message
from tests.features.drops.samples import (
    NOW,
    SNOWFLAKE,
    asked,
    assert_fits,
    drop,
    every_drop,
    filled,
    longest,
    schedule,
    words_of,
)
from tests.features.today.samples import today_of

# Words of the bot's insides that nobody outside has to know; None is a value that was forgotten.
JARGON = re.compile(
    r"\b(?i:drops?|outbox|payload|lane|dispatcher|guild|snowflake|ephemeral|upsert)\b|\bNone\b"
)
LONGEST = longest()
CATEGORIES = tuple(Category(f"{n}", filled(60), 0) for n in range(25))


def problem(**changes: Any) -> Problem:
    return replace(Problem(1, SNOWFLAKE, 1, Trouble.NO_PERMISSION.value, "Embed Links", NOW, None), **changes)


def saved(**changes: Any) -> Saved:
    usual = Saved(schedule(), (), LONGEST, 44, 0, created=True, posted_before=False)
    return replace(usual, **changes)


def post(**changes: Any) -> Post:
    usual = Post(1, SNOWFLAKE, "drop", 1, 0, 1, NOW, NOW, NOW, "pending", None, None, 3, "no_permission")
    return replace(usual, **changes)


def every_panel() -> list[Message]:
    schedules = [
        schedule(categories=tuple(c.key for c in CATEGORIES), difficulties=("easy",), role_id=SNOWFLAKE),
        schedule(mode="open", reveal_minutes=1200, state="paused"),
    ]
    missings = (None, (), tuple(permissions.PERMISSION_LABELS))
    return [
        schedule_replies.reply(
            Panel(saved(schedule=s, categories=c, posted_before=bool(c)), missing, rings=rings)
        )
        for s, c, missing, rings in product(schedules, ((), CATEGORIES), missings, (True, False))
    ]


def reports(count: int) -> list[Message]:
    """Return health reports of servers with `count` schedules."""
    many = [schedule(id=n, state="paused" if n == 3 else "active") for n in range(count)]
    drops = (
        drop(state="skipped", number=None, reason="no question left after the filters"),
        drop(state="revealed"),
        drop(state="open"),
    )
    troubles = tuple(problem(code=t.value, detail=filled(3000)) for t in Trouble)
    waiting = tuple(post(kind=kind) for kind in ("drop", "room", "intro", "answer", "reveal", "notice"))
    return [
        schedule_replies.reply(Health(tuple((s, drops) for s in many), problems, posts))
        for problems, posts in product(((), troubles), ((), waiting))
    ]


def questions(asked_: BankQuestion, drops: list[Drop]) -> list[Message]:
    return [
        messages.question(d, asked_, usual, ping)
        for d, usual, ping in product(drops, (None, 6), (None, SNOWFLAKE))
    ]


def todays(asked_: BankQuestion, count: int) -> Message:
    return replies.reply(today_of(*(Question(drop(id=n), asked_) for n in range(count))))


def notices() -> list[Message]:
    return [
        schedule_messages.notice(problem(code=t.value, detail=filled(3000)), schedule(), filled(100))
        for t in Trouble
    ]


@pytest.mark.parametrize("asked_", asked(), ids=lambda a: a.content.slug)
def test_every_questions_messages_fit(asked_: BankQuestion) -> None:
    for message in questions(asked_, every_drop()):
        assert_fits(message)
    for count in (1, 2, 20):
        assert_fits(todays(asked_, count))
    assert_fits(schedule_replies.reply(Panel(saved(preview=asked_), (), rings=True)))
    assert len(messages.thread_name(12_345, asked_.content.title)) <= 100


@pytest.mark.parametrize("count", [0, 1, 15, rules.SCHEDULES_A_SERVER])
def test_what_organisers_see_fits(count: int) -> None:
    for message in reports(count):
        assert_fits(message)
    assert_fits(schedule_replies.reply(Listing([schedule(id=n) for n in range(count)])))


def test_panels_and_notices_fit() -> None:
    for message in (
        *every_panel(),
        *notices(),
        *(drop_replies.reply(Question(d, LONGEST)) for d in every_drop()),
    ):
        assert_fits(message)


def test_nothing_that_is_read_speaks_of_the_insides() -> None:
    everything = [
        *questions(LONGEST, every_drop()),
        *every_panel(),
        *reports(2),
        *reports(0),
        *notices(),
        todays(LONGEST, 2),
        todays(LONGEST, 0),
        schedule_replies.reply(Listing([])),
        schedule_replies.reply(Listing([schedule(), schedule(state="paused")])),
        *(drop_replies.reply(Question(d, LONGEST)) for d in every_drop()),
    ]
    for message in everything:
        found = JARGON.search(words_of(message))
        assert found is None, f"{found and found[0]!r} in {words_of(message)}"


async def test_every_kind_of_post_has_a_word_for_organisers(tmp_path: Any) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    bot = StudyBot(settings, ManualClock(NOW), shard_count=1)
    assert set(bot.dispatcher.kinds) == set(KINDS)
    await bot.db.close()


# What the question says


def test_a_question_pings_its_role_and_nothing_else() -> None:
    message = messages.question(drop(role_id=SNOWFLAKE), LONGEST, None, SNOWFLAKE)
    assert message.content.startswith(f"<@&{SNOWFLAKE}> Question 12345 · ")
    assert message.mentions().to_dict() == {"parse": [], "roles": [SNOWFLAKE]}
    silent = messages.question(drop(role_id=SNOWFLAKE), LONGEST, None)
    assert "<@&" not in silent.content
    assert silent.mentions().to_dict()["parse"] == []
    assert "roles" not in silent.mentions().to_dict()


def test_a_question_counts_its_answers_and_says_what_is_usual() -> None:
    assert "12 answered, usually 6" in words_of(messages.question(drop(), LONGEST, 6))
    assert "usually" not in words_of(messages.question(drop(), LONGEST, None))
    assert labels(messages.question(drop(), LONGEST, None)) == [
        "Answer",
        "Hint",
        "Remind me",
        "How this works",
    ]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"mode": "blind"}, ["Answer late", "Join the room", "How this works"]),
        ({"mode": "open"}, ["Answer late", "Open the room", "How this works"]),
        ({"mode": "open", "channel_kind": "forum"}, ["Answer late", "How this works"]),
        ({"room_id": None}, ["Answer late", "How this works"]),
    ],
)
def test_after_its_reveal_it_leads_to_the_model_answer(changes: dict[str, Any], wanted: list[str]) -> None:
    message = messages.question(drop(state="revealed", revealed_at=NOW, **changes), LONGEST, 6)
    assert f"[model answer](https://discord.com/channels/{SNOWFLAKE}/" in words_of(message)
    assert labels(message) == wanted


def test_a_removed_schedules_question_takes_no_answers() -> None:
    message = messages.question(drop(state="skipped"), LONGEST, 6)
    assert labels(message) == []
    assert "takes no more answers" in words_of(message)


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


# What organisers read


def test_a_panel_lets_one_post_only_where_nothing_is_missing() -> None:
    good = schedule_replies.reply(Panel(saved(), (), rings=True))
    assert [(b.label, b.disabled) for row in good.rows for b in row] == [
        ("Post the first question now", False)
    ]
    for missing in (None, ("embed_links",)):
        bad = schedule_replies.reply(Panel(saved(posted_before=True), missing, rings=True))
        assert [(b.label, b.disabled) for row in bad.rows for b in row] == [
            ("Check permissions again", False),
            ("Post a question now", True),
        ]
    assert "- Embed Links" in words_of(bad)
    assert "will not ring" in words_of(
        schedule_replies.reply(Panel(saved(schedule=schedule(role_id=5)), (), rings=False))
    )


def test_health_shows_every_schedule_or_says_how_many_more() -> None:
    for count in (1, 15, rules.SCHEDULES_A_SERVER):
        many: list[Schedule] = [schedule(id=n, minutes=n) for n in range(count)]
        drops = (drop(), drop(state="revealed"), drop(state="skipped", reason="x"))
        text = words_of(schedule_replies.reply(Health(tuple((s, drops) for s in many), (), ())))
        shown = sum(f"at {n // 60:02}:{n % 60:02}" in text for n in range(count))
        more = re.search(r"and (\d+) more schedule", text)
        assert shown + (int(more[1]) if more else 0) == count
        assert shown >= 1


def test_today_shows_every_question_or_says_how_many_more() -> None:
    for count in (1, 5, 6, 20):
        message = todays(LONGEST, count)
        more = re.search(r"(\d+) more", message.content)
        assert len(message.embeds) + (int(more[1]) if more else 0) == count
        assert len(message.rows) == len(message.embeds)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_cure(trouble: Trouble) -> None:
    cure = schedule_messages.cure(problem(code=trouble.value))
    assert cure.endswith(".")
    assert re.search(r"`/manage|Allow|Close|Check|add", cure)


def test_a_server_cannot_ping_or_format_by_its_name() -> None:
    text = schedule_messages.notice(problem(), schedule(), "@everyone **free** <@&1>").content
    assert "@everyone" not in text
    assert "**free**" not in text
    assert "<@&1>" not in text.replace("\\<", "")


@given(st.text(max_size=3000))
def test_what_discord_said_cannot_break_a_notice(detail: str) -> None:
    bad = problem(code=Trouble.REFUSED.value, detail=detail)
    assert_fits(schedule_messages.notice(bad, schedule(), "Home"))
    assert_fits(schedule_replies.reply(Health(((schedule(), ()),), (bad,), ())))


def test_a_waiting_post_says_what_it_is_and_how_often_it_was_tried() -> None:
    text = words_of(
        schedule_replies.reply(Health(((schedule(), ()),), (), (post(), post(kind="reveal", attempts=1))))
    )
    assert "2 posts waiting" in text
    assert f"- question, due <t:{int(NOW.timestamp())}:R>, 3 tries" in text
    assert f"- reveal, due <t:{int(NOW.timestamp())}:R>, 1 try" in text


def test_the_reveals_time_is_shown_in_the_readers_zone() -> None:
    late = drop(reveal_at=NOW + timedelta(hours=5))
    at = int((NOW + timedelta(hours=5)).timestamp())
    assert f"Reveal <t:{at}:f> (<t:{at}:R>)" in words_of(messages.question(late, LONGEST, None))
