"""Discussions: what can be begun, what it writes down, and what it pays."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db import Connection
from bot.features.bank.service import BankService
from bot.features.discussions import replies, rules
from bot.features.discussions.options import DiscussionOptions
from bot.features.discussions.outcomes import AskedNow, Begin, InQuiz, NoSuchQuestion, NotAllowed, NotHidden
from bot.features.discussions.rules import Begun, EnoughOpen, EnoughToday, Suggestion
from bot.features.discussions.service import Beginning, DiscussionsService
from bot.features.drops import lifecycle, permissions
from bot.features.drops import queries as drops
from bot.features.drops import rules as drop_rules
from bot.features.drops.modes import DropKind
from bot.features.drops.queries import list_open_choices
from bot.features.problems.store import Problem
from bot.features.schedules import messages
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import Trouble
from bot.ui.message import Message
from tests.features.drops import samples
from tests.features.services import CHANNEL, GUILD, OLGA, START, FeatureServices

ADA, BEN = 200, 201
DAY = timedelta(days=1)


class Rights:
    """A directory of one channel, in which the bot lacks `lacking`; None where it cannot be seen."""

    def __init__(self) -> None:
        self.lacking: tuple[str, ...] | None = ()

    def missing(self, guild_id: int, channel_id: int, names: Iterable[str]) -> tuple[str, ...] | None:
        del guild_id, channel_id
        return None if self.lacking is None else tuple(n for n in names if n in self.lacking)


class DiscussionServices:
    """A services with discussions."""

    def __init__(self, services: FeatureServices) -> None:
        self.services = services
        self.rights = Rights()
        self.in_quiz: set[int] = set()
        rights = cast("Directory", self.rights)
        self.bank = BankService(services.db, services.clock, (list_open_choices, self._quizzes))
        self.service = DiscussionsService(services.db, services.clock, self.bank, rights)

    async def _quizzes(self, tx: Connection, guild_id: int) -> Sequence[int]:
        del tx, guild_id
        return list(self.in_quiz)

    async def ids(self, kind: str = "open") -> list[int]:
        query = f"SELECT id FROM questions WHERE kind = '{kind}' AND active ORDER BY id"  # noqa: S608 our own
        return [row[0] for row in await self.services.rows(query)]

    async def begin(self, question: object, user_id: int = ADA, **changes: Any) -> Beginning:
        wish = DiscussionOptions(GUILD, user_id, str(question), CHANNEL, "text", None, "Europe/Berlin")
        return await self.service.begin(replace(wish, **changes))

    async def begun(self, question: object, user_id: int = ADA, **changes: Any) -> Begin:
        outcome = await self.begin(question, user_id, **changes)
        assert isinstance(outcome, Begin), outcome
        return outcome

    async def pays(self, drop_id: int) -> bool:
        async with self.services.db.reading() as tx:
            return await drops.pays(tx, await self.services.drop(drop_id))


@pytest.fixture
def table(services: FeatureServices) -> DiscussionServices:
    return DiscussionServices(services)


async def test_what_is_written_down(table: DiscussionServices) -> None:
    services = table.services
    (first, *_) = await table.ids()
    outcome = await table.begun(first)
    drop = outcome.drop
    assert (drop.discussion, drop.number, drop.called) == (1, 1, "discussion 1")
    assert (drop.state, drop.mode, drop.kind, drop.question_id) == ("planned", "blind", "open", first)
    assert drop.reveal_at - drop.due_at == DAY
    post = await services.post("drop", drop.id)
    assert post is not None
    assert (post.channel_id, post.due_at) == (CHANNEL, START)
    assert await services.rows("SELECT state, created_by FROM schedules") == [("removed", ADA)]
    assert await services.rows("SELECT number, discussion FROM drops") == [(None, 1)]
    assert await services.schedules.next_in(GUILD) is None
    assert await services.runs.next_at() is None
    await services.runs.plan_due()
    assert await services.rows("SELECT count(*) FROM drops") == [(1,)]
    drop = await services.sent(drop.id)
    assert drop.state == "open"
    assert await services.post("reveal", drop.id) is not None


@pytest.mark.parametrize(
    ("kind", "channel", "wanted", "mode"),
    [
        ("open", "text", None, "blind"),
        ("open", "text", "open", "open"),
        ("open", "forum", None, "open"),
        ("open", "news", "open", "open"),
        ("choice", "text", "blind", "open"),
    ],
)
async def test_the_mode_that_a_channel_allows(
    table: DiscussionServices, kind: str, channel: str, wanted: str | None, mode: str
) -> None:
    outcome = await table.begun((await table.ids(kind))[0], channel_kind=channel, mode=wanted)
    assert outcome.drop.mode == mode
    assert (outcome.drop.shuffle is not None) == (kind == "choice")
    if kind == "choice":
        assert sorted(outcome.drop.shuffle or "") == list("0123")


@pytest.mark.parametrize("channel", ["forum", "news"])
async def test_hidden_answers_need_a_text_channel(table: DiscussionServices, channel: str) -> None:
    refused = await table.begin((await table.ids())[0], channel_kind=channel, mode="blind")
    assert refused == NotHidden()
    assert await table.services.rows("SELECT * FROM schedules") == []


async def test_a_refusal_writes_nothing_down(table: DiscussionServices) -> None:
    (first, *_) = await table.ids()
    for typed in ("", "   ", "no such question", "9" * 50, "0", "-1", "²", "e"):
        assert await table.begin(typed) == NoSuchQuestion(typed)
    table.rights.lacking = ("create_private_threads",)
    assert await table.begin(first) == NotAllowed(CHANNEL, ("create_private_threads",))
    table.rights.lacking = None
    assert await table.begin(first) == NotAllowed(CHANNEL, None)
    table.rights.lacking = ()
    table.in_quiz = {first}
    assert await table.begin(first) == InQuiz()
    for name in ("schedules", "drops", "posts", "guilds"):
        assert await table.services.rows(f"SELECT * FROM {name}") == []  # noqa: S608 our own


async def test_two_who_want_the_same_at_once_get_one(table: DiscussionServices) -> None:
    (first, *_) = await table.ids()
    outcomes = await asyncio.gather(*(table.begin(first, user) for user in (ADA, BEN, ADA)))
    (begin,) = [o for o in outcomes if isinstance(o, Begin)]
    assert [o for o in outcomes if o is not begin] == [AskedNow(begin.drop)] * 2


async def test_the_days_question_cannot_be_discussed_while_it_is_open(table: DiscussionServices) -> None:
    services = table.services
    daily = await services.open_question(await services.set_up())
    refused = await table.begin(daily.question_id)
    assert refused == AskedNow(daily)
    assert f"[question {daily.number}](" in replies.reply(AskedNow(daily)).content
    assert str(daily.question_id) not in {
        str(one.question_id) for one in await table.service.suggest(GUILD, "")
    }
    await services.reveal(daily.id)
    await table.begun(daily.question_id)


async def test_numbers_of_the_day_have_no_gaps_and_discussions_count_by_themselves(
    table: DiscussionServices,
) -> None:
    services = table.services
    schedule_id = await services.set_up()
    ids = await table.ids()
    first = (await table.begun(ids[0])).drop
    await services.sent(first.id)
    assert (await services.open_question(schedule_id)).number == 1
    services.clock.shift(timedelta(minutes=5))
    assert (await table.begun(ids[1])).drop.discussion == 2
    await services.reveal((await services.drop(2)).id)
    assert (await services.open_question(schedule_id)).number == 2
    entries = await services.drops.list_open(GUILD)
    assert [entry.drop.called for entry in entries] == ["question 2", "discussion 1"]


async def test_the_question_of_the_day_repeats_no_discussion(table: DiscussionServices) -> None:
    services = table.services
    agents = [
        row[0]
        for row in await services.rows("SELECT id FROM questions WHERE category = 'agents' AND kind = 'open'")
    ]
    schedule_id = await services.set_up(categories="agents")
    users = iter(range(1000, 1100))
    for question_id in agents[:-1]:
        drop = (await table.begun(question_id, next(users))).drop
        await services.sent(drop.id)
        await services.reveal(drop.id)
    assert (await services.open_question(schedule_id)).question_id == agents[-1]
    # All have been asked once: one that is open now is left out while there are others.
    await services.reveal(max(row[0] for row in await services.rows("SELECT id FROM drops")))
    for question_id in agents[1:]:
        await services.sent((await table.begun(question_id, next(users))).drop.id)
    assert (await services.open_question(schedule_id)).question_id == agents[0]


async def test_a_question_is_revealed_now_while_its_reveal_is_still_to_come(
    table: DiscussionServices,
) -> None:
    services = table.services
    daily = await services.open_question(await services.set_up())
    async with services.db.transaction() as tx:
        assert await lifecycle.reveal_now(tx, daily, services.clock.now())
    async with services.db.transaction() as tx:
        assert not await lifecycle.reveal_now(tx, await services.drop(daily.id), services.clock.now()), (
            "it is due now"
        )
        assert not await outbox.hasten(tx, "reveal", 999, services.clock.now())
    revealed = await services.reveal(daily.id)
    async with services.db.transaction() as tx:
        assert not await lifecycle.reveal_now(tx, revealed, services.clock.now())


async def test_only_what_a_server_sees_for_the_first_time_pays(table: DiscussionServices) -> None:
    services = table.services
    first, second, *_ = await table.ids()
    begin = await table.begun(first)
    assert begin.pays
    await services.sent(begin.drop.id)
    await services.reveal(begin.drop.id)
    assert await table.pays(begin.drop.id), "its own drop is no earlier one"
    again = await table.begun(first, BEN)
    assert not again.pays
    assert "answers bring no points" in replies.reply(again).content
    choice = await table.begun((await table.ids("choice"))[0], BEN)
    assert not choice.pays
    daily = await services.open_question(await services.set_up())
    assert await table.pays(daily.id)
    await services.reveal(daily.id)
    assert daily.question_id is not None
    assert not (await table.begun(daily.question_id, OLGA)).pays
    lapsed = (await table.begun(second, OLGA)).drop
    async with services.db.transaction() as tx:
        await lifecycle.skip(tx, lapsed, "too late", services.clock.now())
    assert (await table.begun(second, OLGA)).pays, "nobody saw it"


async def test_one_that_never_went_out_is_not_counted_and_keeps_its_number(table: DiscussionServices) -> None:
    ids = await table.ids()
    for number, question_id in enumerate(ids[:4], start=1):
        drop = (await table.begun(question_id)).drop
        assert drop.discussion == number
        async with table.services.db.transaction() as tx:
            await lifecycle.skip(tx, drop, "too late", table.services.clock.now())
    assert await table.services.rows("SELECT DISTINCT state, number FROM drops") == [("skipped", None)]


async def test_another_server_has_its_own_limits_and_numbers(table: DiscussionServices) -> None:
    ids = await table.ids()
    for question_id in ids[:3]:
        await table.begun(question_id)
    assert isinstance(await table.begin(ids[3]), EnoughToday)
    assert (await table.begun(ids[0], guild_id=GUILD + 1)).drop.discussion == 1


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def begun(user_id: int = ADA, hours_ago: float = 1, state: str = "open", *, was_seen: bool = True) -> Begun:
    at = NOON - timedelta(hours=hours_ago)
    return Begun(user_id, at, at + DAY, state, was_seen)


def test_the_limit_of_a_day_is_the_local_days() -> None:
    # In Auckland it is one o'clock in the night.
    before_midnight = [begun(hours_ago=1.5) for _ in range(3)]
    assert rules.may_discuss(before_midnight, ADA, "Pacific/Auckland", NOON) is None
    assert rules.may_discuss(before_midnight, ADA, "UTC", NOON) == EnoughToday(
        datetime(2026, 1, 6, tzinfo=UTC)
    )
    assert rules.may_discuss(before_midnight, BEN, "UTC", NOON) is None
    assert rules.may_discuss(before_midnight[:2], ADA, "UTC", NOON) is None
    revealed = [begun(state="revealed") for _ in range(3)]
    assert isinstance(rules.may_discuss(revealed, ADA, "UTC", NOON), EnoughToday)
    lapsed = [begun(state="skipped", was_seen=False) for _ in range(3)]
    assert rules.may_discuss(lapsed, ADA, "UTC", NOON) is None


def test_the_limit_of_a_server_counts_what_is_open() -> None:
    running = [begun(user, hours_ago=20 - user) for user in range(10)]
    assert rules.may_discuss(running, ADA, "UTC", NOON) == EnoughOpen(NOON + timedelta(hours=4))
    assert rules.may_discuss([*running[:9], begun(9, state="revealed")], ADA, "UTC", NOON) is None


def suggestion(number: int = 1, **changes: Any) -> Suggestion:
    usual = Suggestion(number, number, "open", "Design a RAG pipeline", "System Design", "hard", 0)
    return replace(usual, **changes)


def test_words_are_found_in_title_category_difficulty_and_kind() -> None:
    known = [
        suggestion(1),
        suggestion(2, title="Explain attention", category="RAG and friends"),
        suggestion(3, title="What does RAG add?", kind=cast("DropKind", "choice"), difficulty="easy"),
    ]
    assert [one.question_id for one in rules.suggest(known, "rag")] == [1, 3, 2]
    assert rules.suggest([suggestion(title="On average", category="Training")], "rag") == []
    assert rules.suggest([suggestion(title="Fine-tuning a model")], "tuning fine-tu") != []
    assert [one.question_id for one in rules.suggest(known, " EASY  Rag ")] == [3]
    accented = suggestion(title="Naïve Bayes")
    assert rules.suggest([accented], "naive") == [accented] == rules.suggest([accented], "NAÏVE")
    assert rules.named([accented], "naive bayes") == accented
    assert [one.question_id for one in rules.suggest(known, "pipeline design")] == [1]
    assert rules.suggest(known, "rag kubernetes") == []
    assert [one.question_id for one in rules.suggest(known, "")] == [1, 2, 3]
    asked = [replace(known[0], times=2), *known[1:]]
    assert [one.question_id for one in rules.suggest(asked, "")] == [2, 1, 3]
    assert len(rules.suggest([suggestion(n) for n in range(40)], "")) == 25


def test_a_question_is_named_by_its_choice_its_title_or_words_that_only_it_has() -> None:
    known = [suggestion(1), suggestion(2, title="Design a RAG pipeline twice"), suggestion(12, title="2")]
    assert rules.named(known, "1") == known[0]
    assert rules.named(known, " design A rag PIPELINE ") == known[0]
    assert rules.named(known, "twice") == known[1]
    assert rules.named(known, "design") is None
    assert rules.named(known, "") is None
    assert rules.named(known, "99") is None


@given(st.text(max_size=60))
def test_whatever_is_typed_names_one_or_none(typed: str) -> None:
    known = [suggestion(n, title=f"Title {n}") for n in range(30)]
    found = rules.named(known, typed)
    assert found is None or found in known
    said = replies.reply(NoSuchQuestion(typed)).content
    assert len(said) < 500
    assert "@everyone" not in said


def test_tags_are_known_by_key_name_and_its_beginning() -> None:
    names = drop_rules.tag_names("system-design", "System Design & Architecture", "open")
    assert names == (
        "open",
        "System Design & Architecture",
        "System Design & Arch",
        "system-design",
        "system design",
    )


@given(
    st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=100), st.sampled_from(["open", "choice"])
)
def test_a_suggestion_fits_and_says_what_sort_it_is(title: str, category: str, kind: str) -> None:
    shown = replies.suggestion(suggestion(title=title, category=category, kind=cast("DropKind", kind)))
    assert 1 <= len(shown) <= 100
    assert shown.endswith("hard, tap A to D" if kind == "choice" else "hard, write")


def test_every_reply_fits_into_a_message() -> None:
    drop = samples.drop(discussion=12_345, number=12_345)
    title = samples.filled(200)
    for outcome in (
        AskedNow(drop),
        AskedNow(replace(drop, state="planned", message_id=None)),
        NotAllowed(samples.SNOWFLAKE, tuple(permissions.PERMISSION_LABELS)),
        EnoughToday(NOON),
        EnoughOpen(NOON),
    ):
        assert len(replies.reply(outcome).content) <= 2000
    for message in (
        replies.reply(Begin(drop, title, pays=True)),
        replies.reply(Begin(drop, title, pays=False)),
        replies.reply(Begin(replace(drop, kind="choice"), title, pays=False)),
    ):
        assert isinstance(message, Message)
        assert len(message.content) <= 2000
    for code in Trouble:
        problem = Problem(1, GUILD, 1, code.value, "x" * 3000, NOON, None)
        for starter in (None, ADA):
            told = messages.discussion_notice(problem, drop, title, "A server", starter).content
            assert len(told) <= 2000
            assert f"<#{drop.channel_id}>" in told or code is Trouble.CHANNEL_GONE
            assert "/manage" not in told
            assert "Try again" not in told


async def test_what_is_about_to_be_discussed_is_not_the_days_question_too(table: DiscussionServices) -> None:
    """It would be revealed twice, the second time to everybody."""
    services = table.services
    async with services.db.reading() as tx:
        known = await table.bank.list_candidates(tx, GUILD, (), ())
    sizes = Counter(one.category for one in known)
    category = min(sizes, key=lambda key: (sizes[key], key))
    asked = [one.question_id for one in known if one.category == category]
    for number, question_id in enumerate(asked[:-1]):
        await table.begun(question_id, ADA + number)
    schedule_id = await services.set_up(categories=category)
    daily = await services.open_question(schedule_id)
    assert daily.question_id == asked[-1]


async def test_what_a_quiz_is_asking_is_not_offered(table: DiscussionServices) -> None:
    """It would be refused, and the list would say what is coming."""
    offered = await table.service.suggest(GUILD, "tap")
    table.in_quiz = {offered[0].question_id}
    assert offered[0] not in await table.service.suggest(GUILD, "tap")
    assert isinstance(await table.begin(offered[0].question_id), InQuiz)
