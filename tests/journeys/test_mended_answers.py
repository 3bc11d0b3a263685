"""Ways back into a hidden room, rooms that are deleted while they are filled, and who is woken for what."""

from typing import Any

from bot.outbox.message import Blocked, InChannel, Trouble
from bot.outbox.service import get_post
from tests.journeys.hidden import TEXT, asked
from tests.reading import labels, text_of, words
from tests.world import World


def delete_room(world: World) -> int:
    room_id = world.rows("drops")[0]["room_id"]
    world.env.backend.delete_channel(room_id)
    return room_id


async def test_the_confirmation_and_today_lead_into_a_room_that_was_opened_anew(world: World) -> None:
    question = await asked(world)
    saved = await world.answer(world.ada, question, TEXT)
    assert "Let me in again" not in labels(saved), "the room opens with this answer"
    delete_room(world)
    await world.answer(world.ben, question, f"BEN {TEXT}")
    today = await world.command(world.ada, world.daily, "today")
    for message, label in ((saved, "Go to the room"), (today, "Let me in again")):
        assert "You are in" in text_of(await world.press(world.ada, message, label))


async def test_today_offers_no_way_in_to_who_has_no_answer_there(world: World) -> None:
    question = await asked(world)
    saved = await world.answer(world.ada, question, TEXT)
    assert "Let me in again" not in labels(await world.command(world.ben, world.daily, "today"))
    sure = await world.press(world.ada, saved, "Withdraw")
    await world.press(world.ada, sure, "Withdraw it")
    assert "Let me in again" not in labels(await world.command(world.ada, world.daily, "today"))


async def test_an_open_room_needs_no_way_in(world: World) -> None:
    question = await asked(world, mode="open")
    assert "Let me in again" not in labels(await world.answer(world.ada, question, TEXT))
    assert "Let me in again" not in labels(await world.command(world.ada, world.daily, "today"))


async def test_a_room_deleted_under_its_first_message_ends_no_question(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, f"ADA {TEXT}")
    first = delete_room(world)
    transport = world.bot.services.transport
    create = transport.create
    met: list[str] = []

    async def late(post: Any, creation: Any) -> Any:
        if isinstance(creation, InChannel) and creation.channel_id != first:
            met.append(post.kind)
            if len(met) == 1:
                world.env.backend.delete_channel(creation.channel_id)
        return await create(post, creation)

    transport.create = late
    await world.answer(world.ben, question, f"BEN {TEXT}")
    await world.travel(minutes=2)
    assert met[0] == "intro", "the first message of a room stands above the answers that waited for it"
    assert sorted(met[-3:]) == ["answer", "answer", "intro"]
    assert world.rows("drops")[0]["state"] == "open"
    assert len(world.rows("posts", kind="room")) == 3
    texts = [words(message) for message in world.posted(world.channel(world.rows("drops")[0]["room_id"]))]
    for wanted in (f"ADA {TEXT}", f"BEN {TEXT}", "This room opens to whoever has answered"):
        assert sum(wanted in text for text in texts) == 1, wanted


async def test_a_late_word_about_an_earlier_room_costs_the_new_one_nothing(world: World) -> None:
    question = await asked(world)
    await world.answer(world.ada, question, TEXT)
    async with world.bot.db.reading() as tx:
        of_first = await get_post(tx, "intro", 1)
    assert of_first is not None
    delete_room(world)
    await world.answer(world.ben, question, f"BEN {TEXT}")
    await world.travel(minutes=1)
    room_id = world.rows("drops")[0]["room_id"]
    async with world.bot.db.transaction() as tx:
        kind = world.bot.dispatcher._kinds["intro"]
        await kind.blocked(tx, of_first, Blocked(Trouble.CHANNEL_GONE))
    await world.travel(minutes=1)
    assert world.rows("drops")[0]["room_id"] == room_id
    assert len(world.rows("posts", kind="room")) == 2


async def test_after_some_rooms_organisers_are_told_and_the_question_goes_on(world: World) -> None:
    question = await asked(world)
    people = (world.ada, world.ben, world.cem, world.dia, world.eli)
    await world.answer(world.olga, question, TEXT)
    for person in people:
        delete_room(world)
        await world.answer(person, question, TEXT)
        await world.travel(minutes=1)
    await world.travel(hours=2)
    assert len(world.rows("posts", kind="room")) == 5
    assert world.rows("drops")[0]["state"] == "open"
    told = [message for message in world.direct_messages(world.olga) if "again and again" in words(message)]
    assert len(told) == 1


async def test_a_late_answer_is_shown_though_its_room_was_deleted_long_after_the_reveal(world: World) -> None:
    await world.answer(world.ada, await asked(world, reveal="10:00", days="Mon"), TEXT)
    await world.travel(hours=24 * 8)
    old = world.questions(world.daily)[0]
    world.env.backend.delete_channel(world.rows("drops")[0]["room_id"])
    await world.answer(world.ben, old, f"BEN {TEXT}")
    await world.travel(minutes=1)
    assert f"BEN {TEXT}" in world.seen_by(world.ben)


async def test_an_answer_does_not_wait_longer_than_its_new_room(world: World) -> None:
    """Two wait for the deleted room while no other can be opened; once it can, both go out at once."""
    question = await asked(world)
    await world.answer(world.ada, question, f"ADA {TEXT}")
    delete_room(world)
    world.deny(world.daily, "create_private_threads")
    await world.answer(world.ben, question, f"BEN {TEXT}")
    await world.answer(world.cem, question, f"CEM {TEXT}")
    await world.travel(hours=1)
    assert world.rows("drops")[0]["room_id"] is None
    world.deny(world.daily)
    room = world.rows("posts", kind="room")[-1]
    await world.travel(to=max(room["next_try_at"], world.clock.now()))
    seen = world.seen_by(world.cem)
    for wanted in (f"ADA {TEXT}", f"BEN {TEXT}", f"CEM {TEXT}"):
        assert wanted in seen


async def test_nearly_an_answer_below_a_hidden_question_is_sent_to_the_form_not_asked_for_more(
    world: World,
) -> None:
    question = await asked(world)
    message = await world.say(world.ada, world.daily, TEXT[:60], reply_to=question)
    warning = world.posted(world.daily)[-1]
    assert warning.reference is not None
    assert warning.reference.message_id == message.id
    assert "hidden until the reveal" in warning.content
    assert "Count as my answer" not in warning.content
    before = len(world.posted(world.daily))
    short = await world.say(world.ada, world.daily, "thanks!", reply_to=question)
    assert len(world.posted(world.daily)) == before
    assert "hidden until the reveal" in text_of(await world.count(world.ada, world.daily, short))
