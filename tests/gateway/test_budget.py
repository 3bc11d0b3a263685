from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.budget import BANNED_AT, GO_ON_AT, INVALID_WINDOW, STOP_AT, Budget

RATE = 45


def send_all(
    budget: Budget, count: int, now: float = 1_000.0, busy: list[float] | None = None
) -> list[float]:
    """Send so many as early as they may go; return when. `busy` are pauses in which nobody looked."""
    sent: list[float] = []
    pauses = list(busy or [])
    while len(sent) < count:
        if wait := budget.wait(now):
            now += wait + 1e-9
            continue
        budget.spend(now)
        sent.append(now)
        if pauses and len(sent) % 10 == 0:
            now += pauses.pop()
    return sent


def most_in_a_second(sent: list[float]) -> int:
    return max(sum(at - 1 + 1e-5 < other <= at for other in sent) for at in sent)


def test_a_thousand_take_as_long_as_the_rate_says() -> None:
    sent = send_all(Budget(RATE), 1_000)
    assert 1_000 / RATE - 1 <= sent[-1] - sent[0] <= 1_000 / RATE


@given(st.lists(st.floats(0, 3), max_size=30), st.integers(1, 200))
def test_no_second_has_more_than_discord_allows(pauses: list[float], rate: int) -> None:
    sent = send_all(Budget(rate), 300, busy=pauses)
    assert most_in_a_second(sent) <= rate + max(1, rate // 50)


def test_what_a_busy_machine_missed_is_made_up_for() -> None:
    sent = send_all(Budget(RATE), 400, busy=[0.2] * 30)
    assert sent[-1] - sent[0] <= 1.1 * 400 / RATE


def test_it_holds_as_long_as_discord_says() -> None:
    budget = Budget(RATE)
    budget.hold(1_010.0)
    budget.hold(1_005.0)
    assert send_all(budget, 1) == [1_010.0 + 1e-9]


def test_near_the_ban_it_stops_and_goes_on_when_enough_is_forgotten() -> None:
    budget = Budget(RATE)
    for number in range(STOP_AT - 1):
        budget.refused(1_000.0 + number / 100)
    assert not budget.is_stopped(1_080.0)
    budget.refused(1_080.0)
    assert budget.is_stopped(1_080.0)
    assert budget.invalid(1_080.0) == STOP_AT < BANNED_AT
    # The first ones leave the window: not yet enough.
    assert budget.is_stopped(1_000.0 + INVALID_WINDOW + 5)
    assert not budget.is_stopped(1_000.0 + INVALID_WINDOW + 12)
    assert budget.invalid(1_000.0 + INVALID_WINDOW + 12) < GO_ON_AT
    assert budget.invalid(1_080.0 + INVALID_WINDOW + 1) == 0
