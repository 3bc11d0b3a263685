"""Five members through one day with all that they can do, the bot restarted in each of its states."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.peers.day import HIDDEN, REST, REVEAL, Day, thoughts
from tests.journeys.peers.recorder import lines_of, text_of_member
from tests.journeys.test_reviews import ticks_key
from tests.world import labels, text_of, words

PLACES = pytest.mark.parametrize("place", ["blind", "open", "forum"])


@PLACES
async def test_a_whole_day_tells_nobody_anything_too_early_and_survives_a_restart_anywhere(day: Day) -> None:
    await _answer_in_turn(day)
    await _vote_and_review(day)
    await _change_and_take_back(day)
    await _hide_and_show_again(day)
    await _reveal_early(day)
    await _after_the_reveal(day)
    await _look_back(day)
    await day.close()


@pytest.mark.parametrize("place", ["blind", "open"])
async def test_the_search_finds_what_is_told_too_early(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    await day.review(world.ben, world.ada, 0)
    told = ("TEXT-OF-ADA", day.rubric[0], lines_of(world.ben, world.ada)[0])
    for secret in told:
        with world.env._bot_scope():
            channel = await world.bot.fetch_channel(world.daily.id)
            await channel.send(f"It says {secret}")
    # In an open room everybody reads the answers at once.
    names = {text.rsplit(" tells ")[1].split()[0] for text in day.recorder.leaks if told[0] in text}
    assert names == ({"cem", "dia", "eli"} if day.place == "blind" else set())
    for secret in told[1:]:
        names = {text.rsplit(" tells ")[1].split()[0] for text in day.recorder.leaks if secret in text}
        assert names == {"cem", "dia", "eli", "olga"}
    with pytest.raises(AssertionError):
        day.recorder.check()


async def _answer_in_turn(day: Day) -> None:
    world = day.world
    await day.restart()
    form = await world.press(world.ada, day.question, "Answer")
    await day.restart()
    day.replies[world.ada.id] = await world.submit(world.ada, form, thoughts(world.ada))
    day.recorder.check()
    await day.answer(world.ben, world.cem)
    blind = day.place == "blind"
    for who in (world.dia, world.eli):
        assert (text_of_member(world.ada) in world.seen_by(who)) != blind, "the search sees what is there"
    # Whoever has not answered has not seen the points either, whatever they press.
    answer_id = day.answer_of(world.ada)["id"]
    for action in ("review", "read"):
        said = text_of(await world.forge(world.dia, day.question, f"reviews:{action}:v1:{answer_id}"))
        assert "with an answer of your own" in said
    said = text_of(await world.forge(world.dia, day.question, f"reviews:another:v1:{day.drop['id']}"))
    assert "with an answer of your own" in said
    await world.command(world.dia, world.news, "today", date="1")
    day.recorder.check()
    await day.answer(world.dia, world.eli)
    assert "5 answered" in words(day.question)


async def _vote_and_review(day: Day) -> None:
    world = day.world
    await day.vote(world.ben, world.ada)
    await day.vote(world.cem, world.ada)
    await day.restart()
    form = await day.form(world.ben, world.ada)
    await day.restart()
    reply = await day.send(world.ben, form, world.ada, 0, 1)
    await day.restart()
    another = await world.press(world.ben, reply, "Review another")
    assert text_of_member(world.cem) in str(another.modal), "the earliest without a review, not one's own"
    await day.send(world.ben, another, world.cem, 0)
    await day.review(world.cem, world.ada, 0)
    of = len(day.rubric)
    assert day.card(world.ada).content == f"2 reviews · 1 of {of} points · 2 upvotes"
    read = await world.press(world.eli, day.card(world.ada), "Reviews")
    assert all(line in words(read.response) for line in lines_of(world.ben, world.ada))
    assert day.points(world.ada) == 10 + 2 + 2


async def _change_and_take_back(day: Day) -> None:
    world = day.world
    add = await world.press(world.ada, day.card(world.ada), "Edit")
    await day.restart()
    await world.submit(world.ada, add, "ADDED-BY-ADA: I would measure what the cache saves.")
    assert "ADDED-BY-ADA" in words(day.card(world.ada))
    assert "2 reviews" in day.card(world.ada).content, "an addition leaves what was reviewed"
    changed = await day.review(world.cem, world.ada, 0, 1)
    assert "Your review is changed" in text_of(changed)
    await day.restart()
    await world.press(world.cem, changed, "Withdraw my review")
    assert "Your review is withdrawn. 3 points taken back." in text_of(changed)
    await day.withdraw(world.eli)
    assert text_of_member(world.eli) not in "\n".join(words(m) for m in world.posted(day.room))
    assert day.points(world.eli) == 0
    await day.restart()
    assert "4 answered" in words(day.question)


async def _hide_and_show_again(day: Day) -> None:
    world = day.world
    before = [day.points(who) for who in world.home.members]
    await day.report(world.dia, world.ada)
    await day.restart()
    await day.decide("Hide")
    await day.restart()
    assert day.card(world.ada).embeds[0].description == HIDDEN
    assert day.points(world.ada) == 0
    number = day.answer_of(world.ada)["id"]
    for action in ("vote", "review", "read"):
        said = text_of(await world.forge(world.dia, day.card(world.ben), f"reviews:{action}:v1:{number}"))
        assert "not there any more" in said
    for who in (world.dia, world.eli):
        looked = await world.command(who, world.news, "today", date="1")
        for _ in range(5):
            if "Next ▶" in labels(looked):
                await world.press(who, looked, "Next ▶")
        day.recorder.check()
    (notice,) = world.direct_messages(world.ada)
    assert not [name for name in ("dia", str(world.dia.id), "REASON") if name in words(notice)]
    await day.decide("Show again")
    assert [day.points(who) for who in world.home.members] == before
    assert "REASON-OF-DIA" in "\n".join(words(m) for m in world.posted(day.log)), "organisers read it"


async def _reveal_early(day: Day) -> None:
    world = day.world
    stand = (world.ada, world.ben, world.cem, world.dia)
    for who in stand[:-1]:
        said = text_of(await world.press(who, day.replies[who.id], "Reveal now"))
        assert "of 4 agree to a reveal now" in said
        day.recorder.check()
    assert not day.reveals()
    await day.restart()
    path = f"/channels/{(day.room if day.place == 'forum' else day.channel).id}/messages"
    world.env.inject_error("POST", path, status=503, times=1)
    world.expected.append("503")
    said = text_of(await world.press(world.dia, day.replies[world.dia.id], "Reveal now"))
    assert "is on its way" in said
    await day.restart()
    await world.travel(minutes=10)
    day.recorder.check()
    assert "4 answers" in day.reveal().content
    await day.restart()


async def _after_the_reveal(day: Day) -> None:
    world = day.world
    assert "Best answer · ada" in words(day.reveal())
    assert day.recorder.read(world.eli, day.rubric[-1]), "now everybody reads the points"
    if day.place == "blind":
        await world.press(world.eli, day.reveal(), "Join the room")
    late = await world.answer(world.eli, day.question, f"AFTERWARDS-ELI {REST}")
    assert "without points" in text_of(late) or "no points" in text_of(late)
    day.recorder.check()
    await day.restart()
    reply = await day.review(world.eli, world.ben, 0, 1, 2)
    assert "**3 points** for you." in text_of(reply)
    assert "- ben: 26 points = 10 + 6 rubric + 10 best answer" in day.reveal().content
    assert "- ada: 16 points = 10 + 4 rubric + 2 upvotes" in day.reveal().content
    assert "AFTERWARDS-ELI" not in words(day.reveal())
    form = await world.press(world.ada, day.reveal(), "How did I do?")
    await day.restart()
    sent = await world.ada.submit_modal(form, {ticks_key(form): ["0"]})
    assert f"You named 1 of {len(day.rubric)} points." in text_of(await world._done(sent))
    assert "You named all" in text_of(await day.look(world.eli, *range(len(day.rubric))))
    (look,) = world.rows("self_reviews", user_id=world.ada.id)
    assert look["ticks"] == "0"
    assert day.points(world.eli) == 3, "a look at one's own answer brings no points"


async def _look_back(day: Day) -> None:
    world = day.world
    await world.press(world.dia, day.card(world.ada), "Save")
    await world.press(world.dia, day.reveal(), "Save")
    await day.restart()
    kept = await world.command(world.dia, world.news, "me saved")
    assert labels(kept) == ["1", "2"]
    opened = await world.press(world.dia, kept, "2")
    assert text_of_member(world.ada) in text_of(opened)
    looked = await world.command(world.cem, world.news, "today", date="1")
    pages = [text_of(looked)]
    while "Next ▶" in labels(looked) and len(pages) < 12:
        await world.press(world.cem, looked, "Next ▶")
        pages.append(text_of(looked))
    for who in (world.ada, world.ben, world.cem, world.dia):
        assert any(text_of_member(who) in page for page in pages)
    assert any("AFTERWARDS-ELI" in page for page in pages)
    await world.travel(to=REVEAL + timedelta(hours=25))
    day.recorder.check()
