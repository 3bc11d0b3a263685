from datetime import UTC, datetime, timedelta

import pytest

from bot.features.history import markdown
from bot.features.history.dates import Month
from bot.features.history.outcomes import EmptyMonth, Exported, UnknownMonth
from tests.features.saved.services import ADA, BEN, CEM, SERVER, SavedServices, text_by
from tests.features.services import CHANNEL, GUILD

OTHER_GUILD = 2
JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


def text_of(outcome: Exported) -> str:
    return "\n".join(file.data.decode() for file in outcome.files)


async def test_what_was_withdrawn_hidden_or_not_revealed_is_left_out(services: SavedServices) -> None:
    drop = await services.written(mode="open")
    withdrawn, hidden = await services.answer(drop, ADA), await services.answer(drop, BEN)
    await services.answer(drop, CEM)
    await services.answers.withdraw(GUILD, withdrawn.id, ADA)
    await services.hide(hidden)
    early = await services.export()
    assert (early.questions, early.answers, early.unrevealed) == (1, 0, 1)
    assert "WORD" not in text_of(early), "open mode too: an export is not read in the room"
    assert "Model answer" not in text_of(early)
    await services.reveal(drop.id)
    told = await services.export()
    assert (told.questions, told.answers, told.unrevealed) == (1, 1, 0)
    text = text_of(told)
    assert [word for word in (ADA, BEN, CEM) if f"WORD{word}" in text] == [CEM]
    assert "member 203" in text
    assert "member 201" not in text


async def test_choices_are_counted_and_nobody_is_named(services: SavedServices) -> None:
    drop = await services.ask()
    await services.tap_all(drop, [(ADA, 0), (BEN, 0), (CEM, 2)])
    assert "chosen by" not in text_of(await services.export())
    await services.close(drop.id)
    text = text_of(await services.export())
    assert "chosen by 2 people" in text
    assert "chosen by 1 person" in text
    assert "member" not in text


async def test_a_month_begins_at_midnight_in_the_servers_zone(services: SavedServices) -> None:
    services.clock.shift(datetime(2026, 1, 31, 22, 30, tzinfo=UTC) - services.clock.now())
    schedule = await services.set_up(kind="open")
    first = await services.open_question(schedule)
    services.clock.shift(timedelta(hours=1))
    second = await services.open_question(schedule)
    await services.reveal(first.id)
    await services.reveal(second.id)
    january, february = await services.export("2026-01"), await services.export("February 2026")
    assert "## Question 1 · " in text_of(january)
    assert "## Question 2 · " not in text_of(january)
    assert "## Question 2 · " in text_of(february)
    assert [(month, count) for month, count in await services.exports.months(GUILD)] == [
        (FEBRUARY, 1),
        (JANUARY, 1),
    ]


async def test_no_month_an_empty_month_and_an_empty_server(services: SavedServices) -> None:
    async def ask(typed: str | None, guild_id: int = GUILD) -> object:
        return await services.exports.export(guild_id, typed, SERVER, services.eyes)

    assert await ask(None) == EmptyMonth(JANUARY, ())
    await services.written()
    assert await ask("2025-12") == EmptyMonth(Month(2025, 12), (JANUARY,))
    assert await ask("9999-12") == EmptyMonth(Month(9999, 12), (JANUARY,))
    assert await ask("soon") == UnknownMonth("soon")
    assert await ask(None, OTHER_GUILD) == EmptyMonth(JANUARY, ())
    services.eyes.unseen.add(CHANNEL)
    assert await ask(None) == EmptyMonth(JANUARY, ())


async def test_many_long_answers_are_several_files(
    services: SavedServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markdown, "FILE_BYTES", 40_000)
    drop = await services.written(mode="open")
    for user_id in range(1, 41):
        await services.answer(drop, user_id, text=f"{text_by(user_id)} " + "👍🏽" * 500)
    await services.reveal(drop.id)
    outcome = await services.export()
    assert len(outcome.files) > 2
    assert all(len(file.data) <= 40_000 for file in outcome.files)
    assert all(f"WORD{user_id} " in text_of(outcome) for user_id in range(1, 41))
    assert outcome.left_out == ()
