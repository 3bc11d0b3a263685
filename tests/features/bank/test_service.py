from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot.features.bank.service
from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.bank import store
from bot.features.bank.service import BankQuestion, BankService, Candidate, find_category
from bot.features.bank.store import NewQuestion, NewVersion
from questions import BUNDLED, PackError, load_pack
from tests.bundled import bundled_pack
from tests.questions.samples import AGENTS, CHOICE, MANIFEST, changed, pack_files

GUILD = 5
SECOND = AGENTS.partition("questions:\n")[2].replace("first-question", "second-question")


@pytest.fixture
def bank(db: Database) -> BankService:
    return BankService(db, ManualClock(datetime(2026, 1, 5, tzinfo=UTC)))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Give a folder with a pack of two open questions and a choice item."""
    folder = tmp_path / "small"
    folder.mkdir()
    write(folder)
    return folder


def write(
    folder: Path, agents: str = AGENTS + SECOND, training: str = CHOICE, manifest: str = MANIFEST
) -> None:
    for name, content in pack_files(agents, training, manifest).items():
        (folder / name).write_bytes(content)


async def candidates(db: Database, bank: BankService, *, guild_id: int = GUILD) -> list[Candidate]:
    async with db.reading() as tx:
        return await bank.list_candidates(tx, guild_id, (), ())


async def question(db: Database, bank: BankService, version_id: int) -> BankQuestion:
    async with db.reading() as tx:
        return await bank.get_question(tx, version_id)


async def test_every_server_can_be_asked_the_packs_open_questions(
    db: Database, bank: BankService, pack: Path
) -> None:
    assert not await bank.has_questions()
    assert await bank.load(pack)
    assert await bank.has_questions()
    found = await candidates(db, bank)
    assert found == await candidates(db, bank, guild_id=GUILD + 1)
    assert [(c.category, c.difficulty) for c in found] == [("agents", "hard")] * 2
    asked = await question(db, bank, found[0].version_id)
    assert asked.content == load_pack(pack).questions[0].question
    assert (asked.category.name, asked.category.colour) == ("Agents & Tool Use", 0x10B981)
    assert asked.question_id == found[0].question_id
    async with db.reading() as tx:
        assert [c.key for c in await bank.list_categories(tx, GUILD)] == ["agents", "training"]


async def test_the_bundled_pack_comes_back_as_it_was_written(db: Database, bank: BankService) -> None:
    await bank.load(BUNDLED)
    written = {entry.question.slug: entry.question for entry in bundled_pack().questions}
    for candidate in await candidates(db, bank):
        content = (await question(db, bank, candidate.version_id)).content
        assert content == written.pop(content.slug)
    assert all(q.kind != "open" for q in written.values())


async def test_unchanged_files_are_not_parsed_again(
    bank: BankService, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await bank.load(pack)

    def parse(directory: Path) -> None:
        raise AssertionError(f"{directory} is parsed again")

    monkeypatch.setattr(bot.features.bank.service, "_load_pack", parse)
    assert not await bank.load(pack)
    write(pack, AGENTS)
    with pytest.raises(AssertionError, match="parsed again"):
        await bank.load(pack)


async def test_a_changed_question_gets_a_version_and_the_old_one_stays(
    db: Database, bank: BankService, pack: Path
) -> None:
    await bank.load(pack)
    before = await candidates(db, bank)
    write(pack, changed(AGENTS, "burns money overnight", "burns tokens overnight") + SECOND)
    assert await bank.load(pack)
    after = await candidates(db, bank)
    assert [c.question_id for c in after] == [c.question_id for c in before]
    assert after[0].version_id != before[0].version_id
    assert after[1] == before[1]
    for service in (bank, BankService(db, bank._clock)):
        assert "burns money" in (await question(db, service, before[0].version_id)).content.prompt
        assert "burns tokens" in (await question(db, service, after[0].version_id)).content.prompt
    write(pack)
    await bank.load(pack)
    assert await candidates(db, bank) == before  # the same text is the same version again


async def test_a_question_that_is_gone_is_not_asked_any_more_but_can_be_read(
    db: Database, bank: BankService, pack: Path
) -> None:
    await bank.load(pack)
    gone = (await candidates(db, bank))[1]
    write(pack, AGENTS)
    await bank.load(pack)
    assert gone not in await candidates(db, bank)
    assert (
        await question(db, BankService(db, bank._clock), gone.version_id)
    ).content.slug == "second-question"
    write(pack)
    await bank.load(pack)
    assert (await candidates(db, bank))[1] == gone


@pytest.mark.parametrize("bad", ["category: agents\nquestions: []\n", "category: [", "\x00"])
async def test_a_pack_with_mistakes_changes_nothing(
    db: Database, bank: BankService, pack: Path, bad: str
) -> None:
    await bank.load(pack)
    before = await candidates(db, bank)
    write(pack, bad)
    for _ in range(2):
        with pytest.raises(PackError):
            await bank.load(pack)
        assert await candidates(db, bank) == before
    write(pack)
    assert not await bank.load(pack)  # what is loaded is what stands there again


async def test_a_folder_without_a_pack_changes_nothing(
    db: Database, bank: BankService, tmp_path: Path
) -> None:
    with pytest.raises(PackError):
        await bank.load(tmp_path / "none")
    assert await candidates(db, bank) == []


async def test_filters_let_pass_what_they_name_and_empty_ones_everything(
    db: Database, bank: BankService
) -> None:
    await bank.load(BUNDLED)
    everything = await candidates(db, bank)
    async with db.reading() as tx:
        agents = await bank.list_candidates(tx, GUILD, ("agents",), ())
        hard = await bank.list_candidates(tx, GUILD, (), ("hard",))
        both = await bank.list_candidates(tx, GUILD, ("agents",), ("hard",))
        none = await bank.list_candidates(tx, GUILD, ("cooking",), ())
    assert agents == [c for c in everything if c.category == "agents"]
    assert hard == [c for c in everything if c.difficulty == "hard"]
    assert both == [c for c in agents if c in hard]
    assert none == []


async def test_a_question_that_moves_keeps_its_old_category_in_its_old_version(
    db: Database, bank: BankService, pack: Path
) -> None:
    await bank.load(pack)
    (first, _) = await candidates(db, bank)
    moved = AGENTS.replace("category: agents", "category: training")
    (pack / "agents.yaml").unlink()
    (pack / "training.yaml").write_text(moved)
    await bank.load(pack)
    (after,) = await candidates(db, bank)
    assert (after.question_id, after.category) == (first.question_id, "training")
    fresh = BankService(db, bank._clock)
    assert (await question(db, fresh, first.version_id)).category.key == "agents"
    assert (await question(db, fresh, after.version_id)).category.key == "training"


async def test_a_version_that_never_was_is_an_error(db: Database, bank: BankService) -> None:
    with pytest.raises(LookupError):
        await question(db, bank, 404)


async def test_another_pack_takes_the_place_of_the_first_and_back(
    db: Database, bank: BankService, pack: Path
) -> None:
    """QUESTIONS_DIR names the pack to use instead of the bundled one, also in a database that has both."""
    await bank.load(BUNDLED)
    everything = await candidates(db, bank)
    assert await bank.load(pack)
    assert len(await candidates(db, bank)) == 2
    async with db.reading() as tx:
        assert [c.key for c in await bank.list_categories(tx, GUILD)] == ["agents", "training"]
    assert await bank.load(BUNDLED)
    assert await candidates(db, bank) == everything


async def test_choice_items_are_read_by_version_and_kept(db: Database, bank: BankService, pack: Path) -> None:
    await bank.load(pack)
    async with db.reading() as tx:
        (row,) = await bank.list_candidates(tx, GUILD, (), (), "choice")
        item = await bank.get_item(tx, row.version_id)
        assert item.content.slug == "choose-one"
        assert item.category.key == row.category == "training"
        assert await bank.get_item(tx, row.version_id) is item
        assert await bank.list_candidates(tx, GUILD, ("agents",), (), "choice") == []
        with pytest.raises(LookupError, match="404"):
            await bank.get_item(tx, 404)


@pytest.mark.parametrize("typed", ["agents", "AGENTS", " Agents &  Tool Use ", "agents & tool use"])
def test_a_category_is_found_by_key_or_name(typed: str) -> None:
    assert find_category(typed, {"training": "Training", "agents": "Agents & Tool Use"}) == "agents"


def test_accents_of_a_category_need_not_be_typed() -> None:
    assert find_category("reseau", {"net": "Réseau"}) == "net" == find_category("NÉT", {"net": "Réseau"})


@pytest.mark.parametrize("typed", ["", " ", "agent", "x" * 5000, "agents, training"])
def test_what_names_no_category_is_none(typed: str) -> None:
    assert find_category(typed, {"agents": "Agents & Tool Use"}) is None


async def test_a_servers_own_questions_stay_when_the_bundled_pack_is_loaded_anew(
    db: Database, bank: BankService, pack: Path
) -> None:
    own = NewQuestion(guild_id=GUILD, slug="own", pack="own", category="c", kind="open", difficulty="easy")
    async with db.transaction() as tx:
        await store.put_question(tx, own, NewVersion("1", "c", "{}", datetime(2026, 1, 5, tzinfo=UTC)))
        before = [row.question_id for row in await store.list_active(tx, GUILD, "open")]
    assert len(before) == 1
    await bank.load(pack)
    here, elsewhere = [await candidates(db, bank, guild_id=guild_id) for guild_id in (GUILD, GUILD + 1)]
    assert before[0] in {row.question_id for row in here}
    assert before[0] not in {row.question_id for row in elsewhere}
