import math

import pytest

from questions.amounts import amounts


def value(text: str) -> float:
    read = amounts([text])
    assert read is not None, text
    return read[0].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16", 16),
        ("1,024 tokens", 1024),
        ("-0.5", -0.5),
        ("\u22122", -2),
        ("about 1.5x", 1.5),
        ("$0.30", 0.3),
        ("`4.0`", 4),
        ("35 %", 35),
        ("6e21 FLOPs", 6e21),
        ("6 x 10^21 FLOPs", 6e21),
        ("6 \u00d7 10^-3", 6e-3),
        ("2^10 tokens", 1024),
        ("16 GB", 16e9),
        ("2 GiB of cache", 2 * 1024**3),
        ("640 KB", 640e3),
        ("300 us", 3e-4),
        ("2 hours", 7200),
        ("70B", 70e9),
        ("1.1 trillion parameters", 1.1e12),
        ("~ 7 million", 7e6),
    ],
)
def test_what_is_an_amount(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["", "two", "The 8 key heads", "Tool rounds: 5", "W4A16", "It grows 8x", "1" * 40, "x^2", "Rank 8"],
)
def test_what_is_none(text: str) -> None:
    assert amounts([text]) is None


@pytest.mark.parametrize(
    "texts",
    [
        ["500 MB", "1 GB", "2 GB", "4 GiB"],
        ["900 ms", "1 s", "2 minutes", "1 hour"],
        ["1 head", "2 heads", "4 heads", "8 heads"],
        ["0.5", "7M", "1 thousand", "2"],
    ],
)
def test_units_of_one_dimension_can_be_compared(texts: list[str]) -> None:
    assert amounts(texts) is not None


@pytest.mark.parametrize(
    "texts",
    [
        ["1 GB", "2 GB", "3 GB", "as before"],
        ["1 GB", "2 GB", "3 GB", "4 Gb"],
        ["1 layer", "2 heads", "3 heads", "4 heads"],
        ["10%", "20%", "30%", "40 tokens"],
    ],
)
def test_others_cannot(texts: list[str]) -> None:
    assert amounts(texts) is None


def test_what_stands_behind_the_unit_is_kept() -> None:
    read = amounts(["1 GB of weights", "1 GB of gradients"])
    assert read is not None
    assert read[0] != read[1]
    assert read[0].value == read[1].value


def test_no_number_is_too_large() -> None:
    assert value("9" * 30 + "^99") == math.inf
    assert value("9e999") == math.inf
