from hypothesis import given
from hypothesis import strategies as st

from bot.features.scores.rules import Standing, difference, rank


def test_ties_share_a_rank_and_the_next_is_counted_on() -> None:
    ranks = [(line.rank, line.user_id) for line in rank([(4, 5), (3, 10), (1, 20), (2, 10), (5, 5)])]
    assert ranks == [(1, 1), (2, 2), (2, 3), (4, 4), (4, 5)]


def test_nobody_has_no_rank() -> None:
    assert rank([]) == []


@given(st.dictionaries(st.integers(1, 50), st.integers(-20, 50), max_size=20))
def test_a_rank_is_one_more_than_those_who_have_more(totals: dict[int, int]) -> None:
    standings = rank(totals.items())
    assert {(line.user_id, line.points) for line in standings} == set(totals.items())
    for line in standings:
        assert isinstance(line, Standing)
        assert line.rank == 1 + sum(points > line.points for points in totals.values())
    assert [line.points for line in standings] == sorted(totals.values(), reverse=True)


@given(st.integers(), st.integers())
def test_the_difference_brings_one_to_the_other(current: int, wanted: int) -> None:
    assert current + difference(current, wanted) == wanted
