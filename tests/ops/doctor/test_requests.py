"""What doctor asks a bot that runs."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.ops.doctor.machine.facts import asked_at, look_at_requests
from bot.ops.doctor.rules import RequestFacts

HOST = "127.0.0.1"
FIGURES = """# TYPE studyloop_discord_requests_waiting gauge
studyloop_discord_requests_waiting{priority="question"} 12.0
studyloop_discord_requests_waiting{priority="edit"} 3.0
# TYPE studyloop_discord_invalid_requests gauge
studyloop_discord_invalid_requests 8123.0
"""


@contextmanager
def serving(text: str) -> Iterator[int]:
    """Answer every request with this text; gives the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_figures_of_a_bot_that_runs() -> None:
    with serving(FIGURES) as port:
        assert look_at_requests(HOST, port) == RequestFacts(waiting=15, invalid=8123)
        assert look_at_requests("0.0.0.0", port) == RequestFacts(waiting=15, invalid=8123)  # noqa: S104 as a setting


@pytest.mark.parametrize("text", ["", "<html>", "studyloop_discord_invalid_requests many\n", "\x00"])
def test_what_another_program_answers(text: str) -> None:
    with serving(text) as port:
        assert look_at_requests(HOST, port) is None


def test_a_bot_that_does_not_answer_or_listens_nowhere() -> None:
    with serving("") as port:
        pass
    assert look_at_requests(HOST, port) is None
    assert look_at_requests(HOST, None) is None


def test_what_it_listens_on_is_not_always_where_to_ask() -> None:
    assert asked_at("0.0.0.0") == asked_at("::") == "127.0.0.1"  # noqa: S104 as a setting
    assert asked_at("::1") == "[::1]"
    assert asked_at("10.0.0.5") == "10.0.0.5"
