"""Standings and the hardest question: the part of rules.py about who stands where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.features.quiz import rules
from bot.features.quiz.rules import Round


def one_round(points: int, right: str, wrong: str = "") -> Round:
    """Return a round in which these people (letters) were right and wrong."""
    right_ones = frozenset(map(ord, right))
    return Round(points, right_ones, right_ones | frozenset(map(ord, wrong)))


def lines(*rounds: Round) -> list[tuple[int, str, int, int, int, int | None]]:
    return [
        (p.rank, chr(p.user_id), p.points, p.right, p.answered, p.change) for p in rules.standings(rounds)
    ]


def test_standings_with_ties_and_changes_of_place() -> None:
    one = one_round(1, "ab", "c")
    assert lines(one) == [
        (1, "a", 1, 1, 1, None),
        (1, "b", 1, 1, 1, None),
        (3, "c", 0, 0, 1, None),
    ]
    two = one_round(2, "cd", "a")
    assert lines(one, two) == [
        (1, "c", 2, 1, 2, 2),
        (1, "d", 2, 1, 1, None),
        (3, "a", 1, 1, 2, -2),
        (3, "b", 1, 1, 1, -2),
    ]
    # Among equals whoever was right more often stands first; they still share the rank.
    three = one_round(1, "a", "d")
    assert lines(one, two, three)[:3] == [
        (1, "a", 2, 2, 3, 2),
        (1, "c", 2, 1, 2, 0),
        (1, "d", 2, 1, 2, 0),
    ]
    assert lines() == []
    assert lines(one_round(3, "")) == []


ROUNDS = st.lists(
    st.builds(
        one_round,
        st.sampled_from((1, 2, 3)),
        st.text("abcdefgh", max_size=8),
        st.text("abcdefgh", max_size=8),
    ),
    max_size=25,
)


@given(ROUNDS)
def test_standings_of_any_quiz(rounds: list[Round]) -> None:
    places = rules.standings(rounds)
    assert {p.user_id for p in places} == {u for r in rounds for u in r.chose}, "whoever chose plays"
    assert len({p.user_id for p in places}) == len(places)
    assert sum(p.points for p in places) == sum(r.points * len(r.right) for r in rounds)
    for place in places:
        assert place.rank == 1 + sum(other.points > place.points for other in places)
        assert place.right <= place.answered <= len(rounds)
    assert [p.rank for p in places] == sorted(p.rank for p in places)
    before = {p.user_id: p.rank for p in rules.standings(rounds[:-1])}
    for place in places:
        assert place.change == (before[place.user_id] - place.rank if place.user_id in before else None)


def test_the_hardest_question() -> None:
    easy, half, none = one_round(1, "ab"), one_round(1, "a", "b"), one_round(1, "", "ab")
    nobody = one_round(1, "")
    assert rules.hardest([easy, half, none]) == 2
    assert rules.hardest([half, easy, half]) == 0, "the earliest of equals"
    assert rules.hardest([nobody, half]) == 1, "one that nobody answered was not hard"
    assert rules.hardest([easy, nobody]) is None
    assert rules.hardest([]) is None


@given(ROUNDS)
def test_no_question_is_harder_than_the_hardest(rounds: list[Round]) -> None:
    index = rules.hardest(rounds)
    shares = [len(r.right) / len(r.chose) for r in rounds if r.chose]
    if index is None:
        assert all(share == 1 for share in shares)
    else:
        assert len(rounds[index].right) / len(rounds[index].chose) == min(shares) < 1
