from tests.loopcord.limits import Limits


def test_so_many_a_second_pass_and_the_next_is_told_when() -> None:
    limits = Limits(per_second=3)
    assert [limits.wait("/channels/1/messages", now) for now in (10.0, 10.2, 10.4)] == [None, None, None]
    assert limits.wait("/channels/1/messages", 10.5) == 0.5
    assert limits.wait("/channels/1/messages", 11.1) is None
    assert limits.globally == 1


def test_replies_to_interactions_pass_always() -> None:
    limits = Limits(per_second=1)
    assert limits.wait("/channels/1/messages", 10.0) is None
    assert limits.wait("/interactions/1/token/callback", 10.0) is None
    assert limits.wait("/webhooks/1/token/messages/@original", 10.0) is None


def test_after_too_many_refusals_within_the_time_nothing_is_answered_for_a_while() -> None:
    limits = Limits(most_invalid=3, invalid_seconds=10, ban_seconds=5)
    for now, status in ((1.0, 403), (2.0, 200), (3.0, 429), (12.0, 401)):
        limits.answered(status, now)
    assert not limits.is_banned(12.0), "the first has been forgotten"
    assert limits.invalid == 2
    limits.answered(403, 12.5)
    assert limits.is_banned(13.0)
    assert not limits.is_banned(17.5)
    assert limits.banned == 1
