from typing import Any

import pytest

from bot.ui.ids import Address
from bot.ui.router import OLD, Router, on_click
from tests.ui.fakes import CLICK, COMMAND, FORM, PaperInteraction


class Errors:
    """The error path, which writes down what came to it."""

    def __init__(self) -> None:
        self.handled: list[tuple[BaseException, Address | None]] = []

    async def handle(self, interaction: Any, error: BaseException, address: Address | None) -> None:
        del interaction
        self.handled.append((error, address))


class Cog:
    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    @on_click("answers", "answer")
    async def answer(self, interaction: Any, subject_id: int) -> None:
        del interaction
        self.calls.append(("answer", subject_id))

    @on_click("answers", "broken")
    async def broken(self, interaction: Any, subject_id: int) -> None:
        raise LookupError(f"{interaction.type} {subject_id}")

    async def unmarked(self, interaction: Any, subject_id: int) -> None:
        raise AssertionError(f"nobody may call this: {interaction} {subject_id}")


class OtherCog:
    @on_click("answers", "answer")
    async def the_same(self, interaction: Any, subject_id: int) -> None:
        """Handle what the first cog handles."""


@pytest.fixture
def errors() -> Errors:
    return Errors()


@pytest.fixture
def cog() -> Cog:
    return Cog()


@pytest.fixture
def router(errors: Errors, cog: Cog) -> Router:
    path: Any = errors
    router = Router(path)
    router.register(cog)
    return router


async def dispatch(router: Router, custom_id: str, **options: Any) -> PaperInteraction:
    interaction: Any = PaperInteraction(custom_id, **options)
    await router.dispatch(interaction)
    return interaction


@pytest.mark.parametrize("kind", [CLICK, FORM])
async def test_a_click_and_a_form_reach_their_handler(router: Router, cog: Cog, kind: Any) -> None:
    interaction = await dispatch(router, "answers:answer:v1:42", kind=kind)
    assert cog.calls == [("answer", 42)]
    assert interaction.said == []


async def test_a_command_is_not_for_the_router(router: Router, cog: Cog) -> None:
    await dispatch(router, "answers:answer:v1:42", kind=COMMAND)
    assert cog.calls == []


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "answers:answer:v0:42",
        "answers:unmarked:v1:1",
        "quiz:choose:v1:1",
        "answers:answer:v1:x",
        "x" * 5000,
    ],
)
async def test_what_nobody_knows_gets_a_sentence(
    router: Router, cog: Cog, errors: Errors, custom_id: str
) -> None:
    interaction = await dispatch(router, custom_id)
    ((how, content, fields),) = interaction.said
    assert (how, content, fields["ephemeral"]) == ("send", OLD, True)
    assert (cog.calls, errors.handled) == ([], [])


async def test_an_interaction_without_data_gets_a_sentence(router: Router) -> None:
    interaction: Any = PaperInteraction()
    interaction.data = None
    await router.dispatch(interaction)
    assert interaction.said[0][1] == OLD


async def test_an_error_goes_to_the_error_path_with_what_it_was_about(router: Router, errors: Errors) -> None:
    await dispatch(router, "answers:broken:v1:9")
    ((error, address),) = errors.handled
    assert isinstance(error, LookupError)
    assert address == Address("answers", "broken", 9)


async def test_an_error_while_saying_so_goes_there_too(router: Router, errors: Errors) -> None:
    interaction: Any = PaperInteraction("nonsense")
    interaction.error = OSError("the connection broke")
    await router.dispatch(interaction)
    assert isinstance(errors.handled[0][0], OSError)
    assert errors.handled[0][1] is None


def test_two_handlers_for_one_thing_are_refused(router: Router) -> None:
    with pytest.raises(ValueError, match="two handlers for answers:answer"):
        router.register(OtherCog())
