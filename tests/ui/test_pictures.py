"""What is drawn is looked at as pixels and never compared with a stored picture: Pillow's versions differ."""

import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot.ui.pictures import INK, PAPER, Card, plain, readable

RED = 0xB02020
ZALGO = "a" + "\u0300\u0301\u0302\u0317\u0334\u0489" * 30


def looked_at(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(card.png())).convert("RGB")


def written(words: str, width: int = 300) -> Image.Image:
    card = Card(width, 60)
    card.write(words, (0, 0, width, 60), 28)
    return looked_at(card)


def is_same(one: str, other: str) -> bool:
    return written(one).tobytes() == written(other).tobytes()


@pytest.fixture(params=[True, False], ids=["raqm", "basic"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)


@pytest.mark.usefixtures("layout")
@pytest.mark.parametrize(
    "words",
    ["Ada", "Дмитрий Ковалёв", "محمد الفارسي", "שלום", "Nguyễn Thị Hương", "田中さくら", "김민준", "Ελένη"],
)
def test_names_in_many_scripts_are_drawn_with_their_own_letters(words: str) -> None:
    card = Card(300, 60)
    assert card.shows(words, 28)
    assert not is_same(words, "…")
    for letter in words.replace(" ", ""):
        assert not is_same(letter, "…"), letter


@pytest.mark.usefixtures("layout")
def test_rare_characters_of_given_names_are_there() -> None:
    for letter in "玥喆堃昇彧":
        assert not is_same(letter, "…"), letter


@pytest.mark.usefixtures("layout")
def test_letters_that_no_font_has_become_one_ellipsis_and_no_boxes() -> None:
    assert is_same("प्रिया", "…")
    assert is_same("Ada สมชาย", "Ada …")
    assert is_same("𒀀𒀁𒀂 Ada", "… Ada")
    assert not Card(10, 10).shows("प्रिया शर्मा", 28)
    assert Card(10, 10).shows("Ada प्रिया", 28)


@pytest.mark.usefixtures("layout")
def test_ornaments_that_no_font_has_are_left_out_with_the_space_around_them() -> None:
    assert is_same("🚀 Ada 🚀", "Ada")
    assert is_same("Ada 👩🏽‍💻 Lovelace", "Ada Lovelace")
    assert is_same("🇩🇪 Hans", "Hans")
    assert not Card(10, 10).shows("🚀🔥", 28)


def test_letters_in_fancy_dress_are_drawn_plainly() -> None:
    assert is_same("\U0001d4d0\U0001d4ed\U0001d4ea \U0001d577", "Ada L")


def test_plain_text_has_one_line_and_nothing_without_a_shape() -> None:
    assert plain("a\u202eb\u200b\tc\n d\ufeff\ud800") == "ab c d"
    assert plain("\u3164\u2800 \u200d\u200b\u115f") == ""
    assert plain("e\u0301") == "\u00e9"
    assert plain("👩\u200d💻") == "👩\u200d💻"


@pytest.mark.parametrize("words", ["W" * 300, "(" + "\u0645" * 200, ZALGO * 9, "ﷺ" * 9, "田" * 99, "ǻ" * 99])
def test_text_stays_in_its_box_and_says_that_it_was_cut(words: str) -> None:
    card = Card(300, 120)
    length = card.write(words, (100, 40, 100, 40), 28)
    assert length <= 100
    picture = looked_at(card)
    inside = picture.crop((100, 40, 200, 80))
    assert len(inside.getcolors()) > 1
    picture.paste((PAPER >> 16, PAPER >> 8 & 255, PAPER & 255), (100, 40, 200, 80))
    assert picture.getcolors() == [(300 * 120, (0x2B, 0x2D, 0x31))]


def test_letters_higher_than_their_box_are_cut_too() -> None:
    card = Card(300, 120)
    card.write("Åĝ|", (100, 50, 100, 12), 28)
    picture = looked_at(card)
    picture.paste((PAPER >> 16, PAPER >> 8 & 255, PAPER & 255), (100, 50, 200, 62))
    assert len(picture.getcolors()) == 1


def test_a_letter_bears_two_marks_at_most() -> None:
    assert is_same("q" + "\u0316\u0330" * 20, "q\u0316\u0330")
    assert not is_same("q\u0316\u0330", "q\u0316")


def test_what_fits_is_not_cut() -> None:
    card = Card(400, 60)
    wide = card.width_of("Grace Hopper", 28)
    assert card.write("Grace Hopper", (0, 0, wide + 1, 60), 28) == wide
    assert card.write("Grace Hopper", (0, 0, wide - 1, 60), 28) < wide


def test_text_stands_left_right_or_in_the_middle() -> None:
    def ink(align: str) -> tuple[int, int]:
        card = Card(200, 60, 0)
        card.write("II", (0, 0, 200, 60), 28, INK, align)
        left, _, right, _ = looked_at(card).getbbox()
        return left, right

    assert ink("left")[0] < 8
    assert ink("right")[1] > 192
    assert abs(sum(ink("middle")) - 200) < 6


def test_a_first_letter_that_stands_out_is_drawn_as_a_whole() -> None:
    def ink(align: str) -> int:
        card = Card(200, 60, 0)
        card.write("J", (0, 0, 200, 60), 28, INK, align)
        return sum(looked_at(card).convert("L").histogram()[128:])

    assert ink("left") >= ink("middle") * 0.97


def test_a_box_is_as_long_as_it_is_told_and_none_where_it_has_no_length() -> None:
    card = Card(200, 60, 0)
    card.box(10, 10, 120, 30, RED)
    assert looked_at(card).getbbox() == (10, 10, 130, 40)
    nothing = Card(200, 60, 0)
    nothing.box(10, 10, 0, 30, RED)
    assert looked_at(nothing).getbbox() is None


def test_a_disc_stands_around_its_middle() -> None:
    card = Card(100, 100, 0)
    card.disc(50, 40, 42, INK)
    assert looked_at(card).getbbox() == (29, 19, 71, 61)


def contrast(one: int, other: int) -> float:
    def light(colour: int) -> float:
        linear = []
        for value in (colour >> 16, colour >> 8 & 255, colour & 255):
            part = value / 255
            linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@given(st.integers(0, 0xFFFFFF))
def test_letters_can_be_read_on_any_colour_and_the_colour_seen_on_the_card(colour: int) -> None:
    shown = readable(colour)
    assert contrast(shown, INK) > 4.4
    assert contrast(shown, PAPER) > 1.5


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable(RED) == RED


def test_a_start_does_not_pay_for_pillow() -> None:
    code = "import sys, bot.ui.pictures, bot.features.quiz.picture; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 our own words
