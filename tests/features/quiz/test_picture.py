import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.features.quiz.picture import GAP, HEAD, MARGIN, MEDALS, MOST_LINES, ROW, Line, alt, standings
from bot.ui.message import Picture
from bot.ui.pictures import readable

COLOUR = 0x5865F2
BAR = readable(COLOUR)


def player(rank: int, points: int, name: str = "Ada") -> Line:
    return Line(rank, name, points, points // 2, 10, 0)


def players(count: int, name: str = "Player {}") -> list[Line]:
    return [player(n + 1, 2 * (count - n), name.format(n + 1)) for n in range(count)]


def drawn(lines: list[Line], colour: int = COLOUR) -> Picture:
    return standings("Quiz standings", "10 questions · LLM Fundamentals", lines, colour)


def looked_at(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def row_of(image: Image.Image, number: int) -> Image.Image:
    top = HEAD + number * (ROW + GAP)
    return image.crop((0, top, image.width, top + ROW))


def is_like(one: tuple[int, ...], colour: int) -> bool:
    other = (colour >> 16, colour >> 8 & 255, colour & 255)
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


def columns_of(image: Image.Image, colour: int) -> list[int]:
    """Return the columns in which the colour is."""
    data = image.tobytes()
    pixels = zip(data[::3], data[1::3], data[2::3], strict=True)
    return sorted({i % image.width for i, pixel in enumerate(pixels) if is_like(pixel, colour)})


def bar(image: Image.Image, number: int) -> int:
    found = columns_of(row_of(image, number), BAR)
    return found[-1] - found[0] + 1 if found else 0


def bright(image: Image.Image) -> bytes:
    """Return for every pixel whether it is of a letter."""
    return image.convert("L").point(lambda light: light > 170).tobytes()


def differing(one: bytes, other: bytes) -> float:
    return sum(a != b for a, b in zip(one, other, strict=True)) / len(one)


def test_bars_follow_the_points() -> None:
    image = looked_at(drawn([player(1, 40), player(2, 30), player(3, 10), player(4, 1), player(5, 0)]))
    longest, *others = (bar(image, n) for n in range(5))
    assert longest > image.width * 0.8
    for length, points in zip(others, (30, 10, 1, 0), strict=True):
        assert abs(length - longest * points / 40) <= 2


def test_without_any_points_there_are_no_bars() -> None:
    image = looked_at(drawn([player(1, 0), player(1, 0)]))
    assert (bar(image, 0), bar(image, 1)) == (0, 0)


def test_the_first_three_places_are_marked_and_shared_ones_alike() -> None:
    image = looked_at(drawn([player(r, 20 - r) for r in (1, 2, 2, 4, 5)]))
    badges = [row_of(image, n).crop((0, 0, MARGIN + 44, ROW)) for n in range(5)]

    def medals(badge: Image.Image) -> list[int]:
        return [rank for rank, colour in MEDALS.items() if len(columns_of(badge, colour)) > 30]

    assert [medals(badge) for badge in badges] == [[1], [2], [2], [], []]
    assert badges[1].tobytes() == badges[2].tobytes()
    assert badges[3].tobytes() != badges[4].tobytes()


@pytest.mark.parametrize("count", [0, 1, 6, MOST_LINES, MOST_LINES + 1, 40])
def test_the_picture_grows_by_line_and_counts_the_rest(count: int) -> None:
    picture = drawn(players(count))
    image = looked_at(picture)
    shown = min(count, MOST_LINES)
    assert image.width == 720
    assert HEAD + shown * (ROW + GAP) <= image.height <= HEAD + shown * (ROW + GAP) + 50
    assert len(picture.data) < 100_000
    below = HEAD + shown * (ROW + GAP)
    is_counted = len(image.crop((0, below, image.width, image.height)).getcolors()) > 1
    assert is_counted == (count > MOST_LINES)
    assert (f"\nand {count - MOST_LINES} more" in picture.alt) == (count > MOST_LINES)


def test_the_same_standings_are_the_same_bytes() -> None:
    assert drawn(players(12)) == drawn(players(12))
    assert drawn(players(12)).data != drawn(players(11)).data
    assert drawn(players(6)).data != drawn(players(6, "Other {}")).data


def test_the_alt_text_says_what_is_drawn() -> None:
    lines = [Line(1, "Ada", 12, 6, 10, 0), Line(2, "Ben", 1, 1, 9, 0), Line(2, "Cem *x*", 1, 1, 1, 0)]
    assert alt("Quiz standings", "10 questions", lines) == (
        "Quiz standings. 10 questions\n"
        "1. Ada: 12 points, 6 of 10 right\n"
        "2. Ben: 1 point, 1 of 9 right\n"
        "2. Cem *x*: 1 point, 1 of 1 right"
    )


def test_a_name_that_cannot_be_seen_is_said_to_be_so_and_one_without_letters_here_stands_in_the_alt() -> None:
    hidden = drawn([player(1, 2, "\u3164\u200b"), player(2, 2, "प्रिया")])
    assert "1. (no visible name): 2 points" in hidden.alt
    assert "2. प्रिया: 2 points" in hidden.alt
    # Drawn in the same letters as if somebody were called so, only in a quieter colour.
    named = drawn([player(1, 2, "(no visible name)"), player(2, 2, "(name in the ALT text)")])
    other = drawn([player(1, 2, "…"), player(2, 2, "")])
    for number in range(2):
        shapes = [
            bright(row_of(looked_at(p), number).crop((80, 0, 450, ROW))) for p in (hidden, named, other)
        ]
        assert differing(shapes[0], shapes[1]) < 0.01
        assert differing(shapes[0], shapes[2]) > 0.03


def test_a_long_alt_text_ends_in_a_count_within_discords_limit() -> None:
    picture = drawn(players(20, "🚀" * 30 + " {}"))
    assert len(picture.alt.encode("utf-16-le")) // 2 <= 1024
    said = picture.alt.splitlines()[1:-1]
    assert 5 < len(said) < MOST_LINES
    assert picture.alt.endswith(f"\nand {20 - len(said)} more")


# Whatever people call themselves, names of surrogates and unassigned characters too.
@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=32), max_size=6), st.integers(0, 0xFFFFFF))
def test_any_names_and_colour_make_a_picture(names: list[str], colour: int) -> None:
    picture = drawn([player(n + 1, 10 - n, name) for n, name in enumerate(names)], colour)
    assert looked_at(picture).width == 720
    assert picture.alt.encode()
    assert len(picture.alt.splitlines()) == len(names) + 1


def test_large_numbers_leave_room_for_the_name() -> None:
    lines = [Line(1, "W" * 32, 1_234_567, 1000, 1000, 0), player(999, 1)]
    image = looked_at(drawn(lines))
    assert bar(image, 0) > 600
