"""Reveals before their time and looking at one's own answer: outcomes, rows, and what is read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import store as answers
from bot.features.discussions.options import DiscussionOptions
from bot.features.discussions.outcomes import Begin
from bot.features.discussions.service import DiscussionsService
from bot.features.drops import lifecycle
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.reveals import early as review_early
from bot.features.reveals import replies as reveal_replies
from bot.features.reveals.outcomes import (
    Agreed,
    Alone,
    AskEverybody,
    Early,
    LookedAt,
    LookForm,
    MayNotReveal,
    NotAnswered,
    NotNeeded,
    NotPosted,
    NotRevealed,
    OnItsWay,
    Out,
    Revealed,
)
from bot.features.reveals.service import RevealsService
from bot.gateway.directory import Directory
from bot.ui.message import Message
from tests.features.answers.samples import answer
from tests.features.drops.samples import asked, assert_fits, drop, every_drop, longest, words_of
from tests.features.drops.test_messages import JARGON
from tests.features.reviews.services import ReviewServices
from tests.features.services import CHANNEL, GUILD

ADA, BEN, CEM, OLGA = 1, 2, 3, 100


@pytest.fixture
def reveals(services: ReviewServices) -> RevealsService:
    return RevealsService(services.db, services.clock, services.bank)


@pytest.fixture
async def drop_id(services: ReviewServices) -> int:
    return (await services.open_question(await services.set_up())).id


async def press(reveals: RevealsService, drop_id: int, user_id: int, **who: bool) -> Early:
    return await reveals.press(GUILD, drop_id, user_id, organiser=who.get("organiser", False))


async def test_all_have_to_agree_and_one_who_writes_later_counts(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    assert isinstance(await press(reveals, drop_id, ADA), NotAnswered)
    await services.write(drop_id, ADA)
    assert isinstance(await press(reveals, drop_id, ADA), Alone)
    await services.write(drop_id, BEN)
    await services.write(drop_id, CEM)
    asked_ = await press(reveals, drop_id, BEN)
    assert isinstance(asked_, Agreed)
    assert (asked_.agreed, asked_.of) == (2, 3)
    again = await press(reveals, drop_id, BEN)
    assert isinstance(again, Agreed)
    assert again.agreed == 2, "pressing twice is one wish"
    before = await services.post("reveal", drop_id)
    assert before is not None
    assert isinstance(await press(reveals, drop_id, CEM), Revealed)
    post = await services.post("reveal", drop_id)
    assert post is not None
    assert post.due_at == services.clock.now() < before.due_at
    assert (await services.drop(drop_id)).reveal_at == services.clock.now()
    assert isinstance(await press(reveals, drop_id, ADA), OnItsWay)
    await services.reveal_now(drop_id)
    assert isinstance(await press(reveals, drop_id, ADA), Out)


async def test_a_withdrawn_or_hidden_answer_holds_nobody_up(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    mine = [await services.write(drop_id, user_id) for user_id in (ADA, BEN, CEM, 4)]
    for user_id in (ADA, BEN):
        await press(reveals, drop_id, user_id)
    await services.withdraw_answer(CEM, mine[2].id)
    assert isinstance(await press(reveals, drop_id, CEM), NotAnswered)
    assert (await services.drop(drop_id)).reveal_at > services.clock.now()
    await services.hide((await services.write(drop_id, 5)).id, hidden=True)
    assert isinstance(await press(reveals, drop_id, 5), NotNeeded)
    assert await services.rows("SELECT user_id FROM reveal_wishes") == [(ADA,), (BEN,)]
    await services.hide(mine[3].id, hidden=True)
    post = await services.post("reveal", drop_id)
    assert post is not None
    assert post.due_at == services.clock.now(), "who is left had agreed: nobody has to press again"
    assert (await services.drop(drop_id)).reveal_at == services.clock.now()
    assert isinstance(await press(reveals, drop_id, 4), OnItsWay)


async def test_who_left_the_server_holds_nobody_up(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    for user_id in (ADA, BEN, CEM, 4):
        await services.write(drop_id, user_id)
    await press(reveals, drop_id, ADA)
    asked_ = await press(reveals, drop_id, BEN)
    assert isinstance(asked_, Agreed)
    assert (asked_.agreed, asked_.of, asked_.missing) == (2, 4, {CEM, 4})
    gone = await reveals.press(GUILD, drop_id, BEN, organiser=False, left={CEM, ADA, 77})
    assert isinstance(gone, Agreed)
    assert (gone.agreed, gone.of, gone.missing) == (2, 3, {4}), "who has agreed counts, wherever they are"
    back = await press(reveals, drop_id, BEN)
    assert isinstance(back, Agreed)
    assert back.missing == {CEM, 4}, "it is looked anew at each press: somebody may have come back"
    assert isinstance(await press(reveals, drop_id, CEM), Agreed)
    done = await reveals.press(GUILD, drop_id, BEN, organiser=False, left={4})
    assert isinstance(done, Revealed)


async def test_the_last_one_here_does_not_reveal_alone(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    await services.write(drop_id, ADA)
    await services.write(drop_id, BEN)
    alone = await reveals.press(GUILD, drop_id, ADA, organiser=False, left={BEN})
    assert isinstance(alone, Alone)


async def test_all_agree_when_who_held_it_up_withdraws_is_hidden_or_was_gone(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    mine = [await services.write(drop_id, user_id) for user_id in (ADA, BEN, CEM, 4, 5)]

    async def agree() -> bool:
        async with services.db.reading() as tx:
            return await services.peers._all_agree(tx, await services.drop(drop_id))

    assert not await agree()
    await press(reveals, drop_id, ADA)
    await reveals.press(GUILD, drop_id, BEN, organiser=False, left={5})
    assert not await agree()
    async with services.db.transaction() as tx:
        await answers.set_answer(tx, mine[2].id, state="withdrawn")
    assert not await agree()
    async with services.db.transaction() as tx:
        await answers.set_answer(tx, mine[3].id, hidden=True)
    assert await agree()
    async with services.db.transaction() as tx:
        await answers.set_answer(tx, mine[1].id, state="withdrawn")
    assert not await agree(), "one alone does not"


async def test_an_organiser_is_asked_and_a_member_cannot_press_yes(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    await services.write(drop_id, ADA)
    assert isinstance(await press(reveals, drop_id, OLGA, organiser=True), AskEverybody)
    assert isinstance(await reveals.reveal(GUILD, drop_id, ADA, organiser=False), MayNotReveal)
    assert await services.rows("SELECT count(*) FROM reveal_wishes") == [(0,)]
    assert isinstance(await reveals.reveal(GUILD, drop_id, OLGA, organiser=True), Revealed)
    assert isinstance(await reveals.reveal(GUILD, drop_id, OLGA, organiser=True), OnItsWay)


class Rights:
    """A directory in which the bot may do everything."""

    def missing(self, guild_id: int, channel_id: int, names: Iterable[str]) -> tuple[str, ...]:
        del guild_id, channel_id, names
        return ()


async def discussion(services: ReviewServices, kind: str = "open") -> Drop:
    """Have Ada begin a discussion, which is still to be posted."""
    rights = cast("Directory", Rights())
    service = DiscussionsService(services.db, services.clock, services.bank, rights)
    query = f"SELECT id FROM questions WHERE kind = '{kind}' AND active ORDER BY id"  # noqa: S608 our own
    ((question_id,), *_) = await services.rows(query)
    wish = DiscussionOptions(GUILD, ADA, str(question_id), CHANNEL, "text", None, "UTC")
    begun = await service.begin(wish)
    assert isinstance(begun, Begin)
    return begun.drop


@pytest.mark.parametrize("kind", ["open", "choice"])
async def test_who_began_a_discussion_is_asked_as_an_organiser_is_once_it_is_out(
    services: ReviewServices, reveals: RevealsService, kind: str
) -> None:
    begun = await discussion(services, kind)
    for user_id, organiser in ((ADA, False), (BEN, False), (OLGA, True)):
        early = await reveals.press(GUILD, begun.id, user_id, organiser=organiser)
        assert early == NotPosted(begun), "its question comes in a moment"
    assert await reveals.reveal(GUILD, begun.id, ADA, organiser=False) == NotPosted(begun)
    out = await services.sent(begun.id)
    for user_id, organiser in ((ADA, False), (OLGA, True)):
        early = await reveals.press(GUILD, out.id, user_id, organiser=organiser)
        assert early == AskEverybody(out)
    others = await press(reveals, out.id, BEN)
    assert others == (MayNotReveal(out) if kind == "choice" else NotAnswered(out))
    assert await reveals.reveal(GUILD, out.id, BEN, organiser=False) == MayNotReveal(out)
    assert (await services.drop(out.id)).reveal_at == out.reveal_at

    services.clock.shift(timedelta(minutes=3))
    who = ((ADA, False), (OLGA, True), (ADA, False))
    outcomes = await asyncio.gather(
        *(reveals.reveal(GUILD, out.id, user_id, organiser=organiser) for user_id, organiser in who)
    )
    assert sorted(type(o).__name__ for o in outcomes) == ["OnItsWay", "OnItsWay", "Revealed"]
    now = services.clock.now()
    post = await services.post("reveal" if kind == "open" else "choice_reveal", out.id)
    assert post is not None
    assert (post.due_at, post.next_try_at) == (now, now)
    assert post.not_after == out.reveal_at + timedelta(days=7)
    hastened = await services.drop(out.id)
    assert (hastened.reveal_at, hastened.state) == (now, "open")
    assert hastened.revision > out.revision, "its message says when"


async def test_those_who_have_answered_a_discussion_agree_without_who_began_it(
    services: ReviewServices, reveals: RevealsService
) -> None:
    out = await services.sent((await discussion(services)).id)
    await services.write(out.id, BEN)
    await services.write(out.id, CEM)
    assert isinstance(await press(reveals, out.id, BEN), Agreed)
    assert isinstance(await press(reveals, out.id, CEM), Revealed)


async def test_what_is_not_there_or_not_out_is_refused(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    assert await press(reveals, 999, ADA) == QuestionGone()
    assert await reveals.press(GUILD + 1, drop_id, ADA, organiser=True) == QuestionGone()
    assert await reveals.look_form(GUILD + 1, drop_id, ADA) == QuestionGone()
    assert isinstance(await reveals.look(GUILD, drop_id, ADA, frozenset()), NotRevealed)
    assert isinstance(await reveals.look_form(GUILD, drop_id, ADA), NotRevealed)
    async with services.db.transaction() as tx:
        await lifecycle.skip(tx, await services.drop(drop_id), "gone", services.clock.now())
    assert await press(reveals, drop_id, OLGA, organiser=True) == QuestionGone()


async def test_a_wish_is_forgotten(services: ReviewServices, reveals: RevealsService, drop_id: int) -> None:
    await services.write(drop_id, ADA)
    await press(reveals, drop_id, ADA)
    async with services.db.transaction() as tx:
        await review_early.forget(tx, drop_id, BEN)
    assert await services.rows("SELECT drop_id, user_id FROM reveal_wishes") == [(drop_id, ADA)]
    async with services.db.transaction() as tx:
        await review_early.forget(tx, drop_id, ADA)
    assert await services.rows("SELECT count(*) FROM reveal_wishes") == [(0,)]


async def test_looking_brings_up_the_questions_of_its_subject_and_no_others(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    await services.write(drop_id, ADA)
    await services.reveal_now(drop_id)
    outcome = await reveals.look(GUILD, drop_id, ADA, frozenset({0, 2, 77}))
    assert isinstance(outcome, LookedAt)
    assert 0 not in outcome.missed
    assert 1 in outcome.missed
    assert 2 not in outcome.missed
    slug = outcome.question.content.slug
    subject = f"json_extract(v.content, '$.subject') = '{slug}'"
    query = f"SELECT q.id FROM questions q JOIN question_versions v ON v.id = q.version_id WHERE {subject}"  # noqa: S608 our own
    about = {row[0] for row in await services.rows(query)}
    cards = await services.rows("SELECT question_id, user_id FROM cards")
    assert set(cards) == {(question_id, ADA) for question_id in about}
    assert outcome.items == len(about) > 0
    form = await reveals.look_form(GUILD, drop_id, ADA)
    assert isinstance(form, LookForm)
    assert form.ticks == {0, 2}, "points that do not exist are not kept"
    assert form.mine is not None
    other = await reveals.look_form(GUILD, drop_id, BEN)
    assert isinstance(other, LookForm)
    assert (other.mine, other.ticks) == (None, frozenset())


async def test_who_named_everything_has_nothing_to_practise(
    services: ReviewServices, reveals: RevealsService, drop_id: int
) -> None:
    await services.reveal_now(drop_id)
    outcome = await reveals.look(GUILD, drop_id, ADA, frozenset(range(10)))
    assert isinstance(outcome, LookedAt)
    assert (outcome.missed, outcome.items) == ((), 0)
    assert await services.rows("SELECT count(*) FROM cards") == [(0,)]


async def test_an_answer_whose_message_moves_has_the_reveal_edited_and_a_late_one_does_not(
    services: ReviewServices, drop_id: int
) -> None:
    mine = await services.write(drop_id, ADA)
    await services.reveal_now(drop_id)
    late = await services.write(drop_id, BEN)

    async def posted(answer_id: int) -> int:
        before = (await services.drop(drop_id)).reveal_revision
        async with services.db.transaction() as tx:
            await answer_lifecycle.posted(tx, answer_id, 4321)
        return (await services.drop(drop_id)).reveal_revision - before

    assert await posted(mine.id) == 1
    assert await posted(late.id) == 0
    async with services.db.reading() as tx:
        found = await answers.get_answer(tx, mine.id)
    assert found is not None
    assert found.stands


# What is read


def every_reply() -> list[Message]:
    question = longest()
    points = tuple(range(len(question.content.rubric)))
    found: list[Message] = []
    for d in (*every_drop(), drop(discussion=3), drop(kind="choice"), drop(reveal_message_id=None)):
        outcomes: list[Early] = [kind(d) for kind in (AskEverybody, Alone, MayNotReveal, NotAnswered)]
        outcomes += [kind(d) for kind in (NotNeeded, Revealed, NotPosted, OnItsWay, Out)]
        outcomes += [Agreed(d, 1, of, frozenset({1})) for of in (2, 30)]
        outcomes += [AskEverybody(replace(d, answered=0)), QuestionGone()]
        found += [reveal_replies.reply(outcome) for outcome in outcomes]
        found += [reveal_replies.reply(outcome) for outcome in (QuestionGone(), NotRevealed(d))]
        found += [
            reveal_replies.reply(LookedAt(d, question, missed, items))
            for missed in ((), points[:1], points)
            for items in (0, 1, 20)
        ]
    return found


def test_every_reply_fits_and_speaks_plainly() -> None:
    for message in every_reply():
        assert_fits(message)
        assert JARGON.search(words_of(message)) is None, words_of(message)


def test_every_refusal_names_the_next_step() -> None:
    d = drop()
    for outcome in (
        Alone(d),
        MayNotReveal(d),
        NotAnswered(d),
        NotNeeded(d),
        NotPosted(d),
        OnItsWay(d),
        Out(d),
        QuestionGone(),
    ):
        message = reveal_replies.reply(outcome)
        said = message.content
        assert message.rows or any(mark in said for mark in ("**", "/today", "<t:", "<#")), said


@pytest.mark.parametrize(
    ("question", "who", "later"),
    [
        (drop(), "Only an organiser reveals", "whoever answers later gets no points."),
        (drop(discussion=3), "Only whoever began this discussion", "whoever answers later has seen the"),
        (drop(kind="choice"), "Only an organiser reveals", "chosen so far; after that nobody"),
        (
            drop(kind="choice", discussion=3),
            "Only whoever began",
            "9 people have chosen so far; after that nobody",
        ),
    ],
)
def test_who_may_and_what_it_means_are_said_for_each_sort_of_question(
    question: Drop, who: str, later: str
) -> None:
    question = replace(question, answered=9)
    assert who in said(MayNotReveal(question))
    assert f"Reveal {question.called} now for everybody? 9 people have" in said(AskEverybody(question))
    assert later in said(AskEverybody(question))


def said(outcome: Early) -> str:
    return reveal_replies.reply(outcome).content


def test_the_form_fits_every_question_and_the_longest_answer() -> None:
    for question in asked():
        for mine in (None, answer(text="x" * 3500)):
            form = reveal_replies.reply(LookForm(drop(), question, mine, frozenset({0})))
            assert len(form.title) <= 45
            assert len(form.intro) <= 4000
            form.modal()
