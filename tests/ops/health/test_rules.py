from datetime import UTC, datetime

import pytest

from bot.ops.health import rules
from bot.ops.health.rules import STUCK_SECONDS, Condition

WELL = Condition(shards={0: True, 1: True}, started_at=100.0, last_look=1000.0)


def test_a_bot_that_works_is_live_and_ready() -> None:
    assert rules.why_not_live(WELL, 1010.0) == {}
    assert rules.why_not_ready(WELL, 1010.0) == {}


def test_while_it_starts_it_is_live_and_not_ready() -> None:
    assert rules.why_not_live(Condition(), 1e9) == {}
    assert rules.why_not_ready(Condition(), 1e9) == {"gateway": "is not connected to Discord yet"}


@pytest.mark.parametrize("last_look", [None, 500.0])
def test_an_alarm_that_stopped_looking_needs_a_new_start(last_look: float | None) -> None:
    stuck = Condition(shards={0: True}, started_at=500.0, last_look=last_look)
    assert rules.why_not_live(stuck, 500.0 + STUCK_SECONDS) == {}
    late = 501.0 + STUCK_SECONDS
    assert rules.why_not_live(stuck, late) == {"alarm": "has not looked for what is due for 301 seconds"}
    assert "alarm" in rules.why_not_ready(stuck, late)


def test_what_is_down_is_named_and_no_reason_to_start_anew() -> None:
    down = Condition(
        shards={0: True, 1: False, 2: False}, database="does not answer", started_at=1.0, last_look=9.0
    )
    assert rules.why_not_live(down, 10.0) == {}
    assert rules.why_not_ready(down, 10.0) == {
        "gateway": "not connected: shard 1, 2",
        "database": "does not answer",
    }


def test_a_bot_that_ends_is_not_ready() -> None:
    ending = Condition(shards={0: True}, started_at=1.0, last_look=9.0, closing=True)
    assert rules.why_not_ready(ending, 10.0) == {"process": "is ending"}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v10/channels/1/messages", "message"),
        ("/api/v10/channels/1/messages/2", "message"),
        ("/api/v10/channels/1/messages/2/threads", "thread"),
        ("/api/v10/channels/1/threads", "thread"),
        ("/api/v10/channels/1/thread-members/3", "thread"),
        ("/api/v10/channels/1", "channel"),
        ("/api/v10/interactions/1/token/callback", "reply"),
        ("/api/v10/webhooks/1/token/messages/@original", "followup"),
        ("/api/v10/applications/1/commands", "commands"),
        ("/api/v10/gateway/bot", "gateway"),
        ("/api/v10/users/@me", "account"),
        ("/proxy/api/v10/guilds/1/members/2", "account"),
        ("/attachments/1/2/picture.png", "other"),
        ("", "other"),
    ],
)
def test_a_requests_kind(path: str, route: str) -> None:
    assert rules.route_of(path) == route


def test_every_status_is_one_of_few_words() -> None:
    assert {rules.status_of(status) for status in range(100, 600)} == {
        *("1xx", "2xx", "3xx", "4xx", "429", "5xx")
    }


@pytest.mark.parametrize(
    ("headers", "scope"),
    [
        ({"X-RateLimit-Scope": "user"}, "user"),
        ({"X-RateLimit-Scope": "shared"}, "shared"),
        ({"X-RateLimit-Scope": "user", "X-RateLimit-Global": "true"}, "global"),
        ({"X-RateLimit-Scope": "invented"}, "other"),
        ({}, "other"),
    ],
)
def test_whose_limit_it_was(headers: dict[str, str], scope: str) -> None:
    assert rules.scope_of(headers) == scope


def test_close_codes_are_counted_by_themselves_as_far_as_they_are_known() -> None:
    assert [rules.close_code_of(code) for code in (1006, 4004, 4999, None)] == [
        *("1006", "4004", "other", "none")
    ]


def test_which_interaction_a_path_acknowledges() -> None:
    assert rules.interaction_of("/api/v10/interactions/123/t0ken/callback") == 123
    assert rules.interaction_of("/api/v10/webhooks/123/t0ken") is None


def test_the_age_of_an_interaction_by_its_id() -> None:
    made = datetime(2026, 1, 5, 8, 0, tzinfo=UTC).timestamp()
    snowflake = int((made - rules.SNOWFLAKE_EPOCH) * 1000) << 22
    assert rules.age_of(snowflake, made + 1.5) == pytest.approx(1.5)
    assert rules.age_of(snowflake, made - 60) == 0  # a clock that is behind Discord's
