"""Facts in, findings out: what Discord says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.ops.doctor.account import rules
from bot.ops.doctor.rules import Account, Commands, DiscordFacts, Finding, QuestionChannel, Scheduled

ACCOUNT = Account("StudyLoop", "99", 950, 1000, timedelta(minutes=90), timedelta(seconds=0.4))
SCHEDULED = Scheduled(1, 2, "text", "blind", "mixed", None, "UTC")
FINE = DiscordFacts(ACCOUNT, commands=Commands())


def at(part: str, findings: list[Finding]) -> list[Finding]:
    found = [one for one in findings if one.part == part]
    assert all(one.level == "ok" or one.todo for one in found)
    return found


def test_all_is_well() -> None:
    found = rules.judge(replace(FINE, places=(QuestionChannel(SCHEDULED, "Home", "daily"),)))
    assert [(one.part, one.level) for one in found] == [
        ("Discord", "ok"),
        ("clock", "ok"),
        ("commands", "ok"),
        ("server Home", "ok"),
    ]
    assert "StudyLoop (application 99); 950 of 1,000 starts are left" in found[0].what


def test_a_refused_token_and_no_network() -> None:
    (refused,) = rules.judge(DiscordFacts(None, is_refused=True))
    assert (refused.level, "DISCORD_TOKEN" in refused.todo) == ("problem", True)
    (away,) = rules.judge(DiscordFacts(None, error="no answer within 8 s"))
    assert (away.level, "--offline" in away.todo) == ("problem", True)


@pytest.mark.parametrize(("left", "level"), [(1000, "ok"), (200, "ok"), (199, "warning"), (49, "problem")])
def test_starts(left: int, level: str) -> None:
    found = rules.judge(replace(FINE, account=replace(ACCOUNT, starts_left=left)))
    assert [one.level for one in at("Discord", found)] == [level]


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [(4.9, "ok", "agrees"), (6, "warning", "6 s ahead of"), (-90, "warning", "90 s behind")],
)
def test_the_clock(seconds: float, level: str, words: str) -> None:
    found = rules.judge(replace(FINE, account=replace(ACCOUNT, ahead=timedelta(seconds=seconds))))
    (one,) = at("clock", found)
    assert one.level == level
    assert words in one.what


def test_places() -> None:
    def judged(place: QuestionChannel) -> Finding:
        return rules.judge(replace(FINE, places=(place,)))[-1]

    gone = judged(QuestionChannel(SCHEDULED, None, None))
    assert (gone.part, gone.level) == ("server 1", "warning")
    assert judged(QuestionChannel(SCHEDULED, "Home", None)).level == "problem"
    lacking = judged(QuestionChannel(SCHEDULED, "Home", "daily", ("embed_links", "create_private_threads")))
    assert lacking.what == "In #daily the bot lacks: Embed Links, Create Private Threads."
    assert lacking.level == "problem"
    assert judged(QuestionChannel(SCHEDULED, "Home", "daily", ping="gone")).level == "warning"
    assert judged(QuestionChannel(SCHEDULED, "Home", "daily", ping="silent")).level == "warning"
    assert judged(QuestionChannel(SCHEDULED, "Home", "daily", ping="rings")).level == "ok"
    open_now = judged(QuestionChannel(SCHEDULED, "Home", "daily", cannot_hide=True))
    assert (open_now.level, "answers cannot be hidden" in open_now.what) == ("warning", True)
    assert judged(QuestionChannel(SCHEDULED, None, None, error="it answers 500")).level == "warning"


OURS: dict[str, Any] = {
    "name": "today",
    "type": 1,
    "description": "Today's question",
    "nsfw": False,
    "default_member_permissions": None,
    "contexts": [0, 2],
    "options": [
        {"type": 4, "name": "n", "description": "N", "required": False, "min_value": 0, "choices": []}
    ],
}
# As Discord gives it back.
THEIRS: dict[str, Any] = {
    **OURS,
    "id": "7",
    "application_id": "9",
    "version": "8",
    "dm_permission": True,
    "contexts": [2, 0],
    "integration_types": [0],
    "options": [{"type": 4, "name": "n", "description": "N", "min_value": 0}],
}


def test_what_discord_adds_is_no_difference() -> None:
    assert rules.compare([OURS], [THEIRS]) == Commands()
    manage = OURS | {"default_member_permissions": 32}
    assert rules.compare([manage], [THEIRS | {"default_member_permissions": "32"}]) == Commands()


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Another"},
        {"options": []},
        {"options": [{"type": 4, "name": "n", "description": "N", "min_value": 0, "required": True}]},
        {"default_member_permissions": "32"},
        {"contexts": [0]},
        {"nsfw": True},
    ],
)
def test_a_command_in_another_form(change: dict[str, Any]) -> None:
    assert rules.compare([OURS], [THEIRS | change]) == Commands(changed=("today",))


def test_commands_that_are_missing_or_too_many() -> None:
    same_name = {"name": "today", "type": 3}
    found = rules.compare([OURS, {"name": "quiz"}], [same_name])
    assert found == Commands(missing=("quiz", "today"), extra=("today",))
    (said,) = at("commands", rules.judge(replace(FINE, commands=found)))
    assert said.level == "warning"
    assert said.what == "quiz, today are not known to Discord; today are of another version."
