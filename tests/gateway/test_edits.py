import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest

import bot.gateway.edits
from bot.core.clock import ManualClock
from bot.db import News
from bot.gateway.edits import Edit, Edits
from bot.ui.message import Button, Message
from tests.features.drops.samples import NOW
from tests.jumping import jumping_clock

PAUSE = 0.05
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def clock() -> AsyncIterator[None]:
    """Have each pause end at once and not a moment early."""
    with jumping_clock():
        yield


def snowflake(age: timedelta = timedelta(), number: int = 1) -> int:
    """Return the id of a message that is so old."""
    return discord.utils.time_snowflake(NOW - age) + number


def refusal(status: int, code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="no")
    return discord.HTTPException(response, {"code": code, "message": "no"})


class PaperBot:
    """The few calls of a bot that edits need: what was done stands in `done`, `errors` come first."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.errors: list[Exception] = []
        self.unarchive_error: Exception | None = None
        self.channels: dict[int, Any] = {}
        self.slow: asyncio.Event | None = None
        self.http = SimpleNamespace(edit_channel=self._edit_channel)

    def get_channel(self, channel_id: int) -> Any:
        return self.channels.get(channel_id)

    def get_partial_messageable(self, channel_id: int) -> Any:
        def get_partial_message(message_id: int) -> Any:
            async def edit(**fields: Any) -> None:
                await self._do("edit", channel_id, message_id, fields["content"])

            async def delete() -> None:
                await self._do("delete", channel_id, message_id)

            return SimpleNamespace(edit=edit, delete=delete)

        return SimpleNamespace(get_partial_message=get_partial_message)

    async def _edit_channel(self, channel_id: int, **fields: Any) -> None:
        if self.unarchive_error is not None:
            raise self.unarchive_error
        self.done.append(("channel", channel_id, fields))

    async def _do(self, *what: Any) -> None:
        if self.slow is not None:
            await self.slow.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.done.append(what)


class Board:
    """A source: messages whose newest text is not shown yet."""

    news = frozenset(News)

    def __init__(self) -> None:
        self.newest: dict[tuple[int, int], str | None] = {}
        self.shown: dict[tuple[int, int], str | None] = {}
        self.looks = 0
        self.error: Exception | None = None
        self.refused: Callable[[], Any] | None = None

    async def list_edits(self) -> list[Edit]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        stale = [key for key, text in self.newest.items() if self.shown.get(key, "") != text]
        return [Edit(*key, self._message(self.newest[key]), self._done(key), self.refused) for key in stale]

    def _message(self, text: str | None) -> Message | None:
        return None if text is None else Message(text, rows=((Button("x", "a:b:v1:1"),),))

    def _done(self, key: tuple[int, int]) -> Callable[[], Any]:
        text = self.newest[key]

        async def done() -> None:
            self.shown[key] = text

        return done


class Editor:
    """The edits with what they work on."""

    def __init__(self) -> None:
        self.bot = PaperBot()
        self.board = Board()
        self.clock = ManualClock(NOW)
        paper: Any = self.bot
        self.edits = Edits(paper, self.clock, (self.board,))

    async def rest(self) -> None:
        """Wait until nothing is collected or edited."""
        async with asyncio.timeout(5):
            while tasks := [
                task
                for task in (self.edits._collecting, *self.edits._busy.values())
                if task is not None and not task.done()
            ]:
                await asyncio.wait(tasks)

    async def look(self) -> None:
        self.edits.wake()
        await self.rest()


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Editor:
    monkeypatch.setattr(bot.gateway.edits, "COLLECT_PAUSE", 0.0)
    monkeypatch.setattr(bot.gateway.edits, "YOUNG_PAUSE", PAUSE)
    monkeypatch.setattr(bot.gateway.edits, "FAILED_PAUSE", PAUSE)
    monkeypatch.setattr(bot.gateway.edits, "OLD_PAUSE", 3 * PAUSE)
    return Editor()


async def test_a_stale_message_shows_its_newest_state_once(editor: Editor) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "two answered"
    await editor.look()
    await editor.look()
    assert editor.bot.done == [("edit", 1, message, "two answered")]


async def test_many_changes_are_one_edit_with_the_last(editor: Editor) -> None:
    message = snowflake()
    for number in range(20):
        editor.board.newest[1, message] = f"{number} answered"
        editor.edits.wake()
    await editor.rest()
    assert editor.bot.done == [("edit", 1, message, "19 answered")]


async def test_a_change_during_an_edit_follows_it(editor: Editor) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "one"
    editor.bot.slow = asyncio.Event()
    editor.edits.wake()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    editor.board.newest[1, message] = "two"
    editor.edits.wake()  # as a commit does; the channel is busy
    await asyncio.sleep(PAUSE / 2)
    editor.bot.slow.set()
    await editor.rest()
    assert editor.board.shown[1, message] == "one"
    await asyncio.sleep(2 * PAUSE)
    await editor.rest()
    assert [what[3] for what in editor.bot.done] == ["one", "two"]


async def test_an_old_message_keeps_no_young_one_waiting(editor: Editor) -> None:
    old, young = snowflake(2 * HOUR), snowflake()
    editor.board.newest[1, old] = "a tap"
    await editor.look()
    editor.board.newest[1, young] = "the result"
    editor.board.newest[1, old] = "another tap"
    await editor.look()
    await asyncio.sleep(1.5 * PAUSE)
    await editor.rest()
    assert editor.board.shown[1, young] == "the result"
    assert editor.board.shown[1, old] == "a tap"


async def test_what_was_edited_longest_ago_comes_first(editor: Editor) -> None:
    busy, quiet = snowflake(number=1), snowflake(number=2)
    editor.board.newest[1, busy] = "0"
    await editor.look()
    editor.board.newest[1, quiet] = "the result"
    for number in range(1, 6):
        editor.board.newest[1, busy] = str(number)
        await editor.look()
        await asyncio.sleep(1.2 * PAUSE)
        await editor.rest()
    assert [what[3] for what in editor.bot.done][:2] == ["0", "the result"]


async def test_a_message_that_fails_lets_the_others_pass(editor: Editor) -> None:
    bad, good = snowflake(number=1), snowflake(number=2)
    editor.bot.errors = [refusal(503, 0)]
    editor.board.newest[1, bad] = "x"
    await editor.look()
    editor.board.newest[1, good] = "y"
    await editor.look()
    await asyncio.sleep(1.5 * PAUSE)
    await editor.rest()
    assert (1, good) in editor.board.shown


@pytest.mark.parametrize(("age", "pause"), [(timedelta(), PAUSE), (2 * HOUR, 3 * PAUSE)])
async def test_a_channels_edits_are_paced_by_the_age_of_the_message(
    editor: Editor, age: timedelta, pause: float
) -> None:
    for number in (1, 2):
        editor.board.newest[1, snowflake(age, number)] = "x"
    loop = asyncio.get_running_loop()
    began = loop.time()
    await editor.look()
    assert len(editor.bot.done) == 1
    async with asyncio.timeout(5):
        while len(editor.bot.done) < 2:  # noqa: ASYNC110 the pause ends by a timer
            await asyncio.sleep(0.005)
    assert loop.time() - began >= pause - 1e-6
    await editor.rest()


async def test_channels_do_not_wait_for_each_other(editor: Editor) -> None:
    for channel in range(10):
        editor.board.newest[channel, snowflake()] = "x"
    await editor.look()
    assert len(editor.bot.done) == 10


async def test_a_message_without_a_state_is_deleted(editor: Editor) -> None:
    message = snowflake()
    editor.board.newest[1, message] = None
    await editor.look()
    assert editor.bot.done == [("delete", 1, message)]
    assert editor.board.shown[1, message] is None


@pytest.mark.parametrize(
    "error", [refusal(503, 0), ConnectionResetError("lost"), TimeoutError("slow")], ids=repr
)
async def test_what_may_work_later_stays_stale(editor: Editor, error: Exception) -> None:
    editor.board.newest[1, snowflake()] = "x"
    editor.bot.errors = [error]
    await editor.look()
    assert editor.board.shown == {}
    await asyncio.sleep(1.5 * PAUSE)
    await editor.look()
    assert len(editor.bot.done) == 1


@pytest.mark.parametrize("code", [10008, 10003], ids=["message", "channel"])
async def test_what_is_gone_is_let_go(editor: Editor, code: int) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "x"
    editor.bot.errors = [refusal(404, code)]
    await editor.look()
    assert editor.board.shown == {(1, message): "x"}


@pytest.mark.parametrize("code", [50005, 50021], ids=["somebody else's", "a line of Discord's own"])
async def test_what_can_never_be_edited_is_let_go(editor: Editor, code: int) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "x"
    editor.bot.errors = [refusal(403, code)]
    await editor.look()
    assert editor.board.shown == {(1, message): "x"}


async def test_what_is_refused_is_left_alone_for_longer_each_time(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.gateway.edits, "REFUSED_PAUSE", PAUSE)
    monkeypatch.setattr(bot.gateway.edits, "REFUSED_LONGEST", 3 * PAUSE)
    loop = asyncio.get_running_loop()
    tries: list[float] = []

    async def refuse(*_: Any) -> None:
        tries.append(loop.time())
        raise refusal(400, 50035)

    editor.bot._do = refuse
    editor.board.newest[1, snowflake()] = "x"
    editor.edits.wake()
    async with asyncio.timeout(5):
        while len(tries) < 4:  # noqa: ASYNC110 each pause ends by a timer
            await asyncio.sleep(0.005)
    await editor.edits.close()
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses == pytest.approx([PAUSE, 2 * PAUSE, 3 * PAUSE])


@pytest.mark.parametrize("code", [50083, 160005, 50001])
async def test_a_closed_channel_is_tried_with_one_of_its_messages(editor: Editor, code: int) -> None:
    for number in range(20):
        editor.board.newest[1, snowflake(number=number)] = "x"
    editor.bot.unarchive_error = refusal(403, 50013)
    editor.bot.errors = [refusal(403, code)] * 3
    for _ in range(3):
        await editor.look()
        await asyncio.sleep(1.5 * PAUSE)
    assert len(editor.bot.errors) == 2
    editor.bot.errors.clear()
    editor.board.newest[2, snowflake()] = "another channel"
    await editor.look()
    assert list(editor.board.shown) == [(2, snowflake())]


async def test_a_locked_thread_that_takes_no_edits_gets_rid_of_withdrawn_texts(editor: Editor) -> None:
    edited, withdrawn = snowflake(number=1), snowflake(number=2)
    editor.board.newest[1, edited] = "x"
    editor.bot.errors = [refusal(403, 160005)]
    editor.bot.unarchive_error = refusal(403, 50013)
    await editor.look()
    editor.board.newest[1, withdrawn] = None
    await asyncio.sleep(1.5 * PAUSE)
    await editor.look()
    assert editor.bot.done == [("delete", 1, withdrawn)]


async def test_what_waits_is_drawn_when_its_turn_comes_and_not_at_each_look(editor: Editor) -> None:
    drawn: list[int] = []
    edits: list[Edit] = []

    def add(number: int) -> None:
        async def draw() -> Message:
            drawn.append(number)
            return Message(str(number))

        edits.append(Edit(1, snowflake(number=number), draw, asyncio.Event().wait))

    class Source:
        async def list_edits(self) -> list[Edit]:
            return edits

    for number in range(10):
        add(number)
    editor.edits._sources = (Source(),)
    editor.bot.errors = [refusal(403, 50001)]
    for _ in range(5):
        await editor.look()
        await asyncio.sleep(1.2 * PAUSE)
    assert len(drawn) == 1


async def test_a_message_that_cannot_be_drawn_holds_up_no_other(
    editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    good = snowflake(number=2)

    async def draw() -> Message:
        raise LookupError("no such question")

    async def never() -> None:
        raise AssertionError

    class Source:
        async def list_edits(self) -> list[Edit]:
            return [Edit(1, snowflake(number=1), draw, never), *await editor.board.list_edits()]

    editor.edits._sources = (Source(),)
    editor.board.newest[1, good] = "y"
    await editor.look()
    await asyncio.sleep(1.5 * PAUSE)
    await editor.look()
    assert "no such question" in caplog.text
    assert editor.board.shown == {(1, good): "y"}


async def test_an_archived_thread_is_opened_for_the_edit(editor: Editor) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "x"
    editor.bot.errors = [refusal(400, 50083)]
    await editor.look()
    assert editor.bot.done == [("channel", 1, {"archived": False}), ("edit", 1, message, "x")]


async def test_what_is_refused_is_not_up_to_date_and_not_tried_at_every_look(editor: Editor) -> None:
    editor.board.newest[1, snowflake()] = None
    editor.bot.errors = [refusal(403, 50001), refusal(403, 50001)]
    for _ in range(3):
        await editor.look()
        await asyncio.sleep(1.5 * PAUSE)
    assert editor.board.shown == {}
    assert len(editor.bot.errors) == 1


async def test_an_archived_thread_that_cannot_be_opened_is_tried_later(
    editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "x"
    editor.bot.errors = [refusal(400, 50083)]
    editor.bot.unarchive_error = refusal(403, 50013)
    await editor.look()
    assert editor.board.shown == {}
    assert "Traceback" not in caplog.text


async def test_an_error_of_ours_is_logged_and_it_is_tried_again(
    editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    editor.board.newest[1, snowflake()] = "x"
    editor.bot.errors = [ValueError("a bug")]
    await editor.look()
    assert "a bug" in caplog.text
    await asyncio.sleep(1.5 * PAUSE)
    await editor.look()
    assert len(editor.bot.done) == 1


async def test_a_source_that_fails_is_logged_and_holds_up_no_other(
    editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Board()
    broken.error = LookupError("no such question")
    editor.edits._sources = (broken, editor.board)
    editor.board.newest[1, snowflake()] = "x"
    await editor.look()
    assert "no such question" in caplog.text
    assert len(editor.bot.done) == 1
    broken.error = None
    broken.newest[2, snowflake()] = "y"
    await editor.look()
    assert len(editor.bot.done) == 2


async def test_after_the_end_nothing_is_edited_and_nothing_is_left_running(editor: Editor) -> None:
    editor.board.newest[1, snowflake()] = "x"
    editor.bot.slow = asyncio.Event()
    editor.edits.wake()
    await asyncio.sleep(0.01)
    await editor.edits.close()
    assert len(asyncio.all_tasks()) == 1
    assert editor.board.shown == {}
    looks = editor.board.looks
    await editor.look()
    assert editor.board.looks == looks


async def test_under_load_it_looks_now_and_once_more_after_a_moment(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.gateway.edits, "COLLECT_PAUSE", PAUSE)
    message = snowflake()
    for number in range(50):
        editor.board.newest[1, message] = f"{number} answered"
        editor.edits.wake()
        await editor.rest()
    assert editor.board.looks <= 2
    await asyncio.sleep(3 * PAUSE)
    await editor.rest()
    assert editor.board.shown[1, message] == "49 answered"
    assert editor.board.looks <= 5


async def test_a_look_that_is_still_to_come_ends_with_the_bot(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.gateway.edits, "COLLECT_PAUSE", PAUSE)
    editor.edits.wake()
    await editor.rest()
    editor.edits.wake()
    await editor.edits.close()
    await asyncio.sleep(2 * PAUSE)
    assert editor.board.looks == 1


async def test_a_channel_has_one_timer_however_many_messages_wait(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    timers: list[float] = []
    call_later = loop.call_later

    def counting(delay: float, call: Callable[..., object], *args: object) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, call, *args)

    for number in range(40):
        editor.board.newest[1, snowflake(number=number)] = "x"
    monkeypatch.setattr(loop, "call_later", counting)
    editor.edits.wake()
    await editor.rest()
    monkeypatch.undo()
    assert len(timers) == 1


class Of:
    """A source of one kind of news."""

    def __init__(self, board: Board, news: News) -> None:
        self.news = frozenset({news})
        self.list_edits = board.list_edits


async def test_a_commit_asks_those_whom_it_concerns_and_those_who_are_behind(editor: Editor) -> None:
    answers, drops = Board(), Board()
    paper: Any = editor.bot
    editor.edits = Edits(paper, editor.clock, (Of(answers, News.ANSWERS), Of(drops, News.DROPS)))
    editor.edits.wake(frozenset({News.ANSWERS, News.POSTS}))
    await editor.rest()
    assert (answers.looks, drops.looks) == (1, 0)
    editor.edits.wake(frozenset({News.POSTS}))
    await editor.rest()
    assert (answers.looks, drops.looks) == (1, 0)
    answers.newest[1, snowflake()] = "x"
    editor.bot.errors = [refusal(500, 0)] * 50
    editor.edits.wake(frozenset({News.ANSWERS}))
    await editor.rest()
    looks = answers.looks
    await asyncio.sleep(PAUSE)
    editor.edits.wake(frozenset({News.POSTS}))
    await editor.rest()
    assert answers.looks > looks, "what was refused may pass since"
    assert drops.looks == 0


async def test_a_source_that_fails_is_asked_again_with_the_next_commit(editor: Editor) -> None:
    answers, drops = Board(), Board()
    paper: Any = editor.bot
    editor.edits = Edits(paper, editor.clock, (Of(answers, News.ANSWERS), Of(drops, News.DROPS)))
    answers.newest[1, snowflake()] = "x"
    answers.error = RuntimeError("busy")
    editor.edits.wake(frozenset({News.ANSWERS}))
    await editor.rest()
    answers.error = None
    await asyncio.sleep(PAUSE)
    editor.edits.wake(frozenset({News.DROPS}))
    await editor.rest()
    assert [what[3] for what in editor.bot.done] == ["x"]


async def test_what_is_edited_and_not_done_yet_is_put_off(editor: Editor) -> None:
    class Unfinished(Board):
        async def list_edits(self) -> list[Edit]:
            async def not_yet() -> bool:
                return False

            return [Edit(1, snowflake(), Message("revealed"), not_yet)]

    paper: Any = editor.bot
    editor.edits = Edits(paper, editor.clock, (Unfinished(),))
    editor.edits.wake()
    await asyncio.sleep(20 * PAUSE)
    assert 1 <= len(editor.bot.done) <= 6, "each time after twice as long"


@pytest.mark.parametrize("mended", [True, False])
async def test_whoever_wrote_what_may_not_stand_there_hears_of_it(editor: Editor, *, mended: bool) -> None:
    message = snowflake()
    heard: list[int] = []

    async def refused() -> bool:
        heard.append(message)
        if mended:
            editor.board.newest[1, message] = "what may stand"
        return mended

    editor.board.newest[1, message] = "a forbidden word"
    editor.board.refused = refused
    editor.bot.errors = [refusal(400, 200000)]
    await editor.look()
    await asyncio.sleep(1.5 * PAUSE)
    await editor.look()
    assert heard == [message]
    assert editor.bot.done == ([("edit", 1, message, "what may stand")] if mended else [])
    assert (message in editor.edits._pauses) is not mended


@pytest.mark.parametrize("code", [40004, 30046, 20028])
async def test_what_passes_by_waiting_is_tried_again_soon(editor: Editor, code: int) -> None:
    message = snowflake()
    editor.board.newest[1, message] = "x"
    editor.bot.errors = [refusal(400, code)]
    await editor.look()
    assert editor.edits._pauses[message].seconds == bot.gateway.edits.FAILED_PAUSE


async def test_what_was_refused_is_tried_as_soon_as_the_bots_rights_are_others(editor: Editor) -> None:
    rights = [0]
    editor.edits._place = lambda _: (False, rights[0])
    editor.board.newest[1, snowflake()] = "x"
    editor.bot.errors = [refusal(403, 50001)]
    for _ in range(2):
        await editor.look()
        await asyncio.sleep(1.5 * PAUSE)
    assert editor.board.shown == {}
    rights[0] = 1
    await editor.look()
    assert editor.board.shown == {(1, snowflake()): "x"}
