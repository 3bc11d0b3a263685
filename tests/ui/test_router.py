from typing import Any

import pytest

from bot.ui.errors import FORBIDDEN_COMMAND
from bot.ui.ids import Address
from bot.ui.request import Click
from bot.ui.router import OLD, Router, on_press, on_submit, organisers_alone
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

    @on_press("answers", "answer")
    async def answer(self, click: Click) -> None:
        self.calls.append(("answer", click.subject_id))

    @on_submit("answers", "answer")
    async def submit(self, click: Click) -> None:
        self.calls.append((click.texts["text"], click.subject_id))

    @on_press("quiz", "a")
    @on_press("quiz", "b")
    async def choose(self, click: Click) -> None:
        self.calls.append((click.action, click.subject_id))

    @on_submit("answers", "addition")
    async def add(self, click: Click) -> None:
        self.calls.append(("add", click.subject_id))

    @on_press("daily", "panel")
    @organisers_alone
    async def panel(self, click: Click) -> None:
        self.calls.append(("panel", click.subject_id))

    @on_press("answers", "broken")
    async def broken(self, click: Click) -> None:
        raise LookupError(f"{click.action} {click.subject_id}")

    async def unmarked(self, click: Click) -> None:
        raise AssertionError(f"nobody may call this: {click}")


class OtherCog:
    @on_press("answers", "answer")
    async def the_same(self, click: Click) -> None:
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


async def test_a_press_and_a_form_of_one_name_have_handlers_of_their_own(router: Router, cog: Cog) -> None:
    pressed = await dispatch(router, "answers:answer:v1:42")
    sent = await dispatch(router, "answers:answer:v1:43", kind=FORM, text="mine")
    assert cog.calls == [("answer", 42), ("mine", 43)]
    assert pressed.said == sent.said == []


async def test_several_buttons_can_have_one_handler(router: Router, cog: Cog) -> None:
    for option in "ab":
        await dispatch(router, f"quiz:{option}:v1:5")
    assert cog.calls == [("a", 5), ("b", 5)]


@pytest.mark.parametrize(("custom_id", "kind"), [("answers:addition:v1:1", CLICK), ("quiz:a:v1:1", FORM)])
async def test_a_form_is_no_press_and_a_press_no_form(
    router: Router, cog: Cog, custom_id: str, kind: Any
) -> None:
    interaction = await dispatch(router, custom_id, kind=kind)
    assert interaction.said[0][1] == OLD
    assert cog.calls == []


@pytest.mark.parametrize("organiser", [True, False])
async def test_some_buttons_are_for_organisers(router: Router, cog: Cog, organiser: bool) -> None:  # noqa: FBT001 an example
    interaction = await dispatch(router, "daily:panel:v1:8", organiser=organiser)
    assert cog.calls == ([("panel", 8)] if organiser else [])
    assert [said[1] for said in interaction.said] == ([] if organiser else [FORBIDDEN_COMMAND])


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
@pytest.mark.parametrize("kind", [CLICK, FORM])
async def test_what_nobody_knows_gets_a_sentence(
    router: Router, cog: Cog, errors: Errors, custom_id: str, kind: Any
) -> None:
    interaction = await dispatch(router, custom_id, kind=kind)
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
