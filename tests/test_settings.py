import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, load_settings
from questions import BUNDLED
from tests.db.files import closed

ROOT = Path(__file__).parent.parent
TOKEN = "MTIz.secret.part"  # noqa: S105 not a token
NAMES = {str(field.validation_alias or name).upper(): name for name, field in Settings.model_fields.items()}


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings()


# The example


def test_the_example_names_every_setting_with_a_comment_and_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown: dict[str, str] = {}
    for number, line in enumerate(lines):
        if not line or line.startswith("#"):
            continue
        name, _, value = line.partition("=")
        shown[name] = value
        # Two that belong together may share the comment above the first.
        above = [text for text in lines[:number] if not re.match(r"[A-Z_]+=", text) or not text]
        assert above[-1].startswith("#"), f"{name} has no comment"
    assert set(shown) == set(NAMES)
    for name, value in shown.items():
        default = Settings.model_fields[NAMES[name]].default
        shown_as = type(default)(value) if isinstance(default, int | float) else value or None
        assert shown_as == (None if name == "LOG_LEVELS" else default), name


def test_the_example_as_it_stands_gives_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    assert load_settings() == Settings(_env_file=None)


# Where settings come from


def test_the_environment_beats_the_file_and_the_file_beats_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\nLOG_FORMAT=json\nSOMETHING_ELSE=1\n")
    found = settings(monkeypatch, LOG_LEVEL="ERROR")
    assert (found.log_level, found.log_format, found.shard_count) == ("ERROR", "json", None)


def test_without_anything_there_are_good_defaults() -> None:
    found = load_settings()
    assert found.database_url == "sqlite+aiosqlite:///studyloop.db"
    assert (found.discord_token, found.shard_ids, found.offset) == (None, None, timedelta())


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_value_is_an_unset_one(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    assert settings(monkeypatch, **dict.fromkeys(NAMES, blank)) == Settings(_env_file=None)


def test_blanks_around_a_value_mean_nothing_in_the_environment_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = {
        "DATABASE_URL": " sqlite:///x.db ",
        "BACKUP_DIR": " /b ",
        "LOG_LEVEL": "DEBUG ",
        "HEALTH_HOST": " ::1",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    from_file = load_settings()
    (tmp_path / ".env").unlink()
    assert settings(monkeypatch, **lines) == from_file
    assert from_file.backup_dir == Path("/b")


def test_a_folder_may_be_written_from_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/people/ada")
    found = settings(monkeypatch, QUESTIONS_DIR="~/pack", BACKUP_DIR="~")
    assert (found.questions_dir, found.backup_dir) == (Path("/people/ada/pack"), Path("/people/ada"))
    assert found.pack_dir == Path("/people/ada/pack")
    with pytest.raises(SettingsError, match=r"^BACKUP_DIR: starts with ~nobody-of-that-name"):
        settings(monkeypatch, BACKUP_DIR="~nobody-of-that-name/b")


def test_without_a_folder_the_pack_is_the_bundled_one() -> None:
    assert load_settings().pack_dir == BUNDLED


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load_settings().log_level = "DEBUG"


# The single ones


def test_the_token_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, DISCORD_TOKEN=TOKEN)
    assert found.discord_token is not None
    assert found.discord_token.get_secret_value() == TOKEN
    assert TOKEN not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"


@pytest.mark.parametrize(
    ("typed", "ids"),
    [("0", (0,)), ("0,1", (0, 1)), (" 0 , 1 ", (0, 1)), ("3,", (3,)), ("", None), (" , ", None)],
)
def test_shard_ids_are_a_list(
    monkeypatch: pytest.MonkeyPatch, typed: str, ids: tuple[int, ...] | None
) -> None:
    assert settings(monkeypatch, SHARD_IDS=typed, SHARD_COUNT="4").shard_ids == ids


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite:///data/x.db"),
        ("sqlite:////data/x.db", "sqlite+aiosqlite:////data/x.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_a_database_may_be_named_without_its_driver(
    monkeypatch: pytest.MonkeyPatch, typed: str, url: str
) -> None:
    assert settings(monkeypatch, DATABASE_URL=typed).database_url == url


def test_the_clocks_offset_is_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, STUDYLOOP_CLOCK_OFFSET="-90.5").offset == timedelta(seconds=-90.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://localhost/x"),
        ("DATABASE_URL", "studyloop.db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite+aiosqlite:/// "),
        ("DISCORD_API_URL", "no address"),
        ("SHARD_COUNT", "0"),
        ("SHARD_COUNT", "many"),
        ("SHARD_COUNT", "1,2"),
        ("SHARD_IDS", "a,b"),
        ("SHARD_IDS", "-1"),
        ("SHARD_IDS", "4"),
        ("SHARD_IDS", "0,0"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVELS", "outbox=LOUD"),
        ("LOG_LEVELS", "outbx=DEBUG"),
        ("STUDYLOOP_CLOCK_OFFSET", "soon"),
        ("STUDYLOOP_CLOCK_OFFSET", "inf"),
        ("STUDYLOOP_CLOCK_OFFSET", "1e300"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(monkeypatch, **({"SHARD_COUNT": "4"} | {name: value}))
    text = str(caught.value)
    assert text.startswith(f"{name}: ")
    assert "\n" not in text
    assert "Value error" not in text


def test_an_unknown_part_is_refused_and_the_parts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, LOG_LEVELS="outbox=debug").log_levels == {"outbox": "DEBUG"}
    with pytest.raises(
        SettingsError, match=r"^LOG_LEVELS: .*no part 'outbx'; the parts are alarm, .*, outbox, "
    ):
        settings(monkeypatch, LOG_LEVELS="outbox=DEBUG,outbx=DEBUG")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LOG_LEVEL=DEBUG\n# Gr\xfc\xdfe\n")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read \(it is not UTF-8 from byte 20 on\)$"):
        load_settings()


def test_a_file_that_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\n")
    closed(monkeypatch, ".env")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read \(Permission denied\)$"):
        load_settings()


def test_shard_ids_without_a_count_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^SHARD_IDS: .*SHARD_COUNT"):
        settings(monkeypatch, SHARD_IDS="0")


def test_all_wrong_values_are_told_at_once_and_never_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(monkeypatch, DISCORD_TOKEN=TOKEN, LOG_LEVEL="LOUD", SHARD_COUNT="x")
    text = str(caught.value)
    assert "LOG_LEVEL: " in text
    assert "SHARD_COUNT: " in text
    assert TOKEN not in text


@given(st.sampled_from(sorted(NAMES)), st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_no_value_is_too_strange(name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        try:
            settings(patch, **{name: value})
        except SettingsError as error:
            assert "\n" not in str(error)  # noqa: PT017 either outcome is right


def test_an_env_file_of_a_windows_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its first line counts, whatever mark stands before it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("DISCORD_TOKEN=a.b.c\r\nBACKUP_KEEP=3\r\n".encode("utf-8-sig"))
    loaded = load_settings()
    assert loaded.discord_token is not None
    assert loaded.discord_token.get_secret_value() == "a.b.c"
    assert loaded.backup_keep == 3
