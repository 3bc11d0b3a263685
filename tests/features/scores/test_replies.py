from bot.features.scores.replies import reply
from bot.features.scores.service import Leaderboard, Standing
from tests.features.answers.samples import NASTY_NAMES
from tests.features.drops.samples import SNOWFLAKE, assert_fits, words_of
from tests.features.drops.test_messages import JARGON

FIRST = tuple(Standing(place, place, 100 - place) for place in range(1, 16))


def test_it_fits_with_the_longest_names() -> None:
    names = {line.user_id: "*" * 32 for line in FIRST}
    message = reply(Leaderboard(FIRST, Standing(900, 900, 1), 900), names, 900)
    assert_fits(message)
    assert JARGON.search(words_of(message)) is None


def test_nobody_yet_is_told_how_to_begin() -> None:
    message = reply(Leaderboard((), None, 0), {}, 1)
    assert_fits(message)
    assert "/today" in message.content


def test_ones_own_line_is_bold_and_stands_below_where_it_is_not_among_the_first() -> None:
    names = {1: "ada", 900: "eli"}
    inside = words_of(reply(Leaderboard(FIRST, FIRST[0], 15), names, 1))
    assert "`  1.` **ada** · 99 points" in inside
    assert "…" not in inside
    outside = words_of(reply(Leaderboard(FIRST, Standing(17, 900, 1), 20), names, 900))
    assert "…\n` 17.` **eli** · 1 point" in outside
    assert "You are number 17 of 20." in outside
    assert "no points yet" in words_of(reply(Leaderboard(FIRST, None, 15), names, 5))


def test_who_left_has_no_name() -> None:
    assert "somebody who left" in words_of(reply(Leaderboard(FIRST[:1], None, 1), {}, 5))


def test_names_cannot_format_or_turn_the_line_around() -> None:
    for name in NASTY_NAMES:
        text = words_of(reply(Leaderboard(FIRST[:1], None, 1), {1: name}, 5))
        assert "\u202e" not in text
        assert text.splitlines()[2].count("`") - text.splitlines()[2].count("\\`") == 2, text


def test_a_mention_in_place_of_a_name_stays_one() -> None:
    """The gateway may be too slow to name somebody; in an embed a mention shows the name and rings nobody."""
    line = Standing(1, SNOWFLAKE, 5)
    text = words_of(reply(Leaderboard((line,), None, 1), {SNOWFLAKE: f"<@{SNOWFLAKE}>"}, 5))
    assert f" <@{SNOWFLAKE}> · 5 points" in text
    other = words_of(reply(Leaderboard((line,), None, 1), {SNOWFLAKE: "<@1>"}, 5))
    assert " <@1>" not in other
