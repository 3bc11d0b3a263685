import re
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.ui.errors import CHANGED_COMMAND, DIRECT_ONLY, FORBIDDEN_COMMAND, ErrorPath
from bot.ui.ids import Address, parse
from bot.ui.refusals import TABLE
from tests.ui.fakes import COMMAND, FORM, TYPING, PaperInteraction

ADDRESS = Address("answers", "answer", 5)
TEXT = "my long answer, which took ten minutes"


class Drafts:
    """Where texts are kept."""

    def __init__(self) -> None:
        self.kept: list[tuple[Address, str]] = []
        self.error: Exception | None = None

    async def keep(self, interaction: Any, address: Address, text: str) -> int:
        del interaction
        if self.error is not None:
            raise self.error
        self.kept.append((address, text))
        return 77


@pytest.fixture
def drafts() -> Drafts:
    return Drafts()


@pytest.fixture
def errors(drafts: Drafts) -> ErrorPath:
    return ErrorPath(drafts.keep)


def paper(**options: Any) -> Any:
    return PaperInteraction("answers:answer:v1:5", **options)


def http_error(code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=404, reason="no")
    return discord.HTTPException(response, {"code": code, "message": "no"})


def outdated() -> app_commands.CommandSignatureMismatch:
    command: Any = SimpleNamespace(name="old")
    return app_commands.CommandSignatureMismatch(command)


def reference_in(text: str) -> str:
    found = re.search(r"`([0-9a-f]{8})`", text)
    assert found is not None, text
    return found[1]


async def test_the_person_and_the_log_get_the_same_reference(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper()
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    ((how, content, fields),) = interaction.said
    assert (how, fields["ephemeral"]) == ("send", True)
    assert f"reference={reference_in(content)} guild=1 what=answers:answer:v1:5" in caplog.text
    assert "ValueError: a bug" in caplog.text
    assert "a bug" not in content


async def test_a_forms_text_is_kept_and_can_be_sent_again(errors: ErrorPath, drafts: Drafts) -> None:
    interaction = paper(kind=FORM, text=TEXT)
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    assert drafts.kept == [(ADDRESS, TEXT)]
    ((_, content, fields),) = interaction.said
    assert "your text is kept" in content
    (button,) = fields["view"].children
    assert parse(button.custom_id) == Address("answers", "again", 77)


async def test_where_even_that_fails_the_text_comes_back_as_a_file(
    errors: ErrorPath, drafts: Drafts, caplog: pytest.LogCaptureFixture
) -> None:
    drafts.error = OSError("the disk is full")
    interaction = paper(kind=FORM, text=TEXT)
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    ((_, content, fields),) = interaction.said
    (file,) = fields["files"]
    assert file.fp.read().decode() == TEXT
    assert reference_in(content) in caplog.text
    assert "the disk is full" in caplog.text


async def test_what_was_typed_does_not_stand_in_the_log(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    await errors.handle(paper(kind=FORM, text=TEXT), ValueError("a bug"), ADDRESS)
    assert TEXT not in caplog.text


async def test_after_the_first_reply_it_follows_up(errors: ErrorPath) -> None:
    interaction = paper()
    interaction.said.append(("defer", "", {}))
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    assert interaction.said[-1][0] == "followup"


@pytest.mark.parametrize("code", [10062, 40060])
async def test_a_reply_that_came_too_late_is_only_noted(
    errors: ErrorPath, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper()
    await errors.handle(interaction, http_error(code), ADDRESS)
    assert interaction.said == []
    assert "too late" in caplog.text


async def test_an_error_that_cannot_be_told_ends_there(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper()
    interaction.error = OSError("the connection broke")
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    assert "could not be told" in caplog.text


async def test_whoever_is_typing_gets_no_suggestions_and_no_message(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper(kind=TYPING)
    await errors.handle(interaction, ValueError("a bug"), None)
    assert interaction.said == [("suggest", [], {})]
    assert "ValueError: a bug" in caplog.text


@pytest.mark.parametrize("error", [app_commands.CommandNotFound("old", []), outdated()])
async def test_a_command_of_an_older_version_is_no_error(
    errors: ErrorPath, error: app_commands.AppCommandError, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper(kind=COMMAND)
    await errors.on_command(interaction, error)
    assert interaction.said[0][1] == CHANGED_COMMAND
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (app_commands.MissingPermissions(["manage_guild"]), FORBIDDEN_COMMAND),
        (app_commands.NoPrivateMessage(), DIRECT_ONLY),
    ],
)
async def test_refusals_of_commands_are_sentences(
    errors: ErrorPath, error: app_commands.AppCommandError, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper(kind=COMMAND)
    await errors.on_command(interaction, error)
    assert interaction.said[0][1] == sentence
    assert caplog.text == ""


async def test_a_commands_own_error_is_logged_with_its_cause(
    errors: ErrorPath, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper(kind=COMMAND)
    interaction.command = SimpleNamespace(qualified_name="manage health", name="health")
    error = app_commands.CommandInvokeError(interaction.command, ValueError("a bug"))
    await errors.on_command(interaction, error)
    assert "what=manage health" in caplog.text
    assert "ValueError: a bug" in caplog.text
    assert "CommandInvokeError" not in caplog.text
    assert reference_in(interaction.said[0][1]) in caplog.text


class Number(app_commands.Transformer):
    """An option that takes 3 to 25."""

    def __init__(self, least: int | None, most: int | None) -> None:
        self._least, self._most = least, most

    @property
    def min_value(self) -> int | None:
        return self._least

    @property
    def max_value(self) -> int | None:
        return self._most


@pytest.mark.parametrize(
    ("typed", "option", "sentence"),
    [
        (26, Number(3, 25), "“26”: choose a number from 3 to 25 and send the command again."),
        (
            "**x**",
            Number(None, None),
            "“\\*\\*x\\*\\*”: choose one that Discord suggests and send the command again.",
        ),
    ],
)
async def test_a_value_that_an_option_does_not_take(
    errors: ErrorPath, typed: Any, option: Number, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper(kind=COMMAND)
    error = app_commands.TransformerError(typed, discord.AppCommandOptionType.integer, option)
    await errors.on_command(interaction, error)
    assert interaction.said[0][1] == f"One of the options does not take {sentence}"
    assert caplog.text == ""


@pytest.mark.parametrize("code", [200000, 60003, 50013, 160006])
async def test_a_refusal_that_is_known_is_told_with_its_step(
    errors: ErrorPath, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    interaction = paper()
    await errors.handle(interaction, http_error(code), ADDRESS)
    ((_, content, _fields),) = interaction.said
    assert content.startswith(TABLE[code].sentence)
    assert reference_in(content) in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_text_that_was_refused_is_kept_and_told_why(errors: ErrorPath, drafts: Drafts) -> None:
    interaction = paper(kind=FORM, text=TEXT)
    await errors.handle(interaction, http_error(200000), ADDRESS)
    assert drafts.kept == [(ADDRESS, TEXT)]
    ((_, content, _fields),) = interaction.said
    assert content.startswith(f"{TABLE[200000].sentence} Your text is kept: press **Try again**.")


@pytest.mark.parametrize("code", [50035, 12345])
async def test_a_refusal_that_is_the_bots_own_error_is_one(errors: ErrorPath, code: int) -> None:
    interaction = paper()
    await errors.handle(interaction, http_error(code), ADDRESS)
    ((_, content, _fields),) = interaction.said
    assert "Something went wrong on my side" in content


async def test_of_several_fields_the_longest_text_is_kept(errors: ErrorPath, drafts: Drafts) -> None:
    interaction = paper(kind=FORM, text="short")
    interaction.data["components"].append(
        {"type": 18, "component": {"type": 4, "custom_id": "more", "value": TEXT}}
    )
    await errors.handle(interaction, ValueError("a bug"), ADDRESS)
    assert drafts.kept == [(ADDRESS, TEXT)]
