"""The figures over a pack's choice items, and each bound of theirs from both sides."""

import time

import pytest

from questions import ChoiceOption, ChoiceQuestion, Difficulty, Mistake, Reference, examine_files, lint
from questions.choice_balance import ENOUGH_ITEMS, Balance, balance_complaints, weigh
from tests.questions.samples import AGENTS, MANIFEST

SLUGS = tuple(f"item-{i}" for i in range(100))


def item(
    texts: list[str], right: int, slug: str = "item-0", stem: str = "A stem to be answered"
) -> ChoiceQuestion:
    return ChoiceQuestion(
        slug=slug,
        kind="choice",
        subject="first-question",
        difficulty=Difficulty.EASY,
        stem=stem,
        options=tuple(
            ChoiceOption(text=text, right=i == right, explanation=f"Because of reason number {i}")
            for i, text in enumerate(texts)
        ),
        reference=Reference(title="A title", url="https://a.org/x", cited_for="all that is said here"),
    )


def balance(
    items: int = 100,
    longest: int = 25,
    shortest: int = 25,
    positions: tuple[int, ...] = (25, 25, 25, 25),
    absolute: tuple[int, int] = (0, 0),
) -> Balance:
    """Return figures; `absolute` is how many right and wrong options have an absolute word."""
    return Balance(items, SLUGS[:longest], SLUGS[:shortest], positions, absolute[0], SLUGS[: absolute[1]])


# What is counted


def test_longest_and_shortest_are_strict() -> None:
    items = [
        item(["aaa", "bb", "cc", "dd"], 0, "longest"),
        item(["aaa", "bbb", "cc", "dd"], 0, "shared"),
        item(["a", "bb", "cc", "dd"], 0, "shortest"),
        item(["a", "b", "cc", "dd"], 0, "also-shared"),
        item(["a" * 9, "bb", "cc", "dd"], 0, "by-far"),
    ]
    weighed = weigh(items)
    assert weighed.longest == ("by-far", "longest")
    assert weighed.shortest == ("shortest",)


def test_positions_are_those_of_the_file() -> None:
    assert weigh([item(["a", "b", "c", "d"], right) for right in (3, 0, 3, 1)]).positions == (1, 1, 0, 2)


@pytest.mark.parametrize(
    "word", ["always", "Never", "only", "all", "none", "every", "must", "cannot", "impossible", "guarantees"]
)
def test_absolute_words(word: str) -> None:
    weighed = weigh([item([f"x {word} y", f"z {word}", f"{word} {word}", "smallest onlyness"], 0)])
    assert (weighed.absolute_right, weighed.absolute_wrong) == (1, ("item-0", "item-0"))


def test_the_line() -> None:
    assert balance(120, 29, 26, (30, 30, 31, 29)).line() == (
        "120 choice items: right option longest in 24 %, shortest in 22 %, positions 25/25/26/24 %"
    )


# What is complained about


def test_a_balanced_pack() -> None:
    assert list(balance_complaints(balance())) == []


@pytest.mark.parametrize("name", ["longest", "shortest"])
def test_the_right_option_is_too_often_of_one_length(name: str) -> None:
    advice = {
        "longest": "shorten it or lengthen a wrong one",
        "shortest": "lengthen it or shorten a wrong one",
    }[name]
    assert list(balance_complaints(balance(**{name: 30}))) == []
    assert list(balance_complaints(balance(**{name: 31}))) == [
        (
            f"the right option is the {name} in 31 of 100 choice items (31 %); at most 30 % are allowed,"
            f" {advice}, first of all in item-0, item-1, item-2 and 28 more"
        )
    ]


@pytest.mark.parametrize(
    ("positions", "wrong"),
    [
        ((30, 20, 25, 25), []),
        ((31, 23, 23, 23), [(1, 31)]),
        ((23, 23, 35, 19), [(3, 35), (4, 19)]),
    ],
)
def test_positions_that_are_too_frequent_or_too_rare(
    positions: tuple[int, ...], wrong: list[tuple[int, int]]
) -> None:
    assert list(balance_complaints(balance(positions=positions))) == [
        f"the right option stands in position {place} in {count} of 100 choice items ({count} %);"
        " 20 to 30 % are allowed, change the order of some items' options"
        for place, count in wrong
    ]


def test_absolute_words_by_the_option() -> None:
    # Three wrong options to each right one.
    assert list(balance_complaints(balance(absolute=(2, 6)))) == []
    assert list(balance_complaints(balance(absolute=(2, 7)))) == [
        (
            "absolute words (always, never, only ...) stand in 7 of 300 wrong options and in 2 of 100 right"
            " ones; they may not be more frequent in wrong ones, take some out of item-0, item-1, item-2"
            " and 4 more"
        )
    ]
    (one,) = balance_complaints(balance(absolute=(0, 1)))
    assert one.endswith("take some out of item-0")


def test_few_items_are_not_judged() -> None:
    worst = {"longest": 19, "shortest": 19, "positions": (19, 0, 0, 0), "absolute": (0, 19)}
    assert list(balance_complaints(balance(ENOUGH_ITEMS - 1, **worst))) == []
    assert len(list(balance_complaints(balance(ENOUGH_ITEMS, **worst)))) == 7


@pytest.mark.parametrize("items", range(ENOUGH_ITEMS, 200))
def test_every_number_of_items_can_be_balanced(items: int) -> None:
    positions = tuple((items + i) // 4 for i in range(4))
    assert list(balance_complaints(balance(items, 0, 0, positions))) == []


# In a pack


def pack_of(items: int) -> dict[str, bytes]:
    """Return a pack whose items have the right option first, and alike in nothing else that matters."""
    lines = ["category: training", "questions:"]
    for i in range(items):
        subject = f"{SLUGS[i % 100]} {'abcdefghij'[i % 10] * 20} {'klmnopqrst'[i // 10 % 10] * 20}"
        lines += [
            f"  - slug: item-{i}",
            "    kind: choice\n    subject: first-question\n    difficulty: easy",
            f"    stem: Of {subject}, which?\n    options:",
        ]
        for j, text in enumerate(("alpha", "betas", "gamma", "delta")):
            lines += [f"      - text: {text}\n        right: {str(j == 0).lower()}"]
            lines += [f"        explanation: Reason number {j} names confusion number {j}."]
        lines += [
            "    reference:\n      title: A title\n      url: https://a.org/x\n      cited_for: what is here"
        ]
    texts = {"pack.yaml": MANIFEST, "agents.yaml": AGENTS, "training.yaml": "\n".join(lines)}
    return {name: text.encode() for name, text in texts.items()}


def test_a_pack_out_of_balance_is_told_once_at_its_manifest() -> None:
    advice = "20 to 30 % are allowed, change the order of some items' options"
    place = "the right option stands in position"
    assert list(examine_files("pack", pack_of(20)).mistakes) == [
        Mistake("pack.yaml", 0, "", f"{place} 1 in 20 of 20 choice items (100 %); {advice}"),
        *(
            Mistake("pack.yaml", 0, "", f"{place} {i} in 0 of 20 choice items (0 %); {advice}")
            for i in (2, 3, 4)
        ),
    ]
    assert examine_files("pack", pack_of(19)).mistakes == ()


def test_with_some_questions_missing_the_pack_is_not_judged() -> None:
    files = pack_of(21)
    files["training.yaml"] = files["training.yaml"].replace(b"difficulty: easy", b"difficulty: high", 1)
    assert [mistake.line for mistake in examine_files("pack", files).mistakes] == [6]


def test_a_large_pack_is_linted_in_a_moment() -> None:
    items = [
        item(
            ["alpha", "betas", "gamma", "delta"],
            i % 4,
            f"i-{i}",
            f"Of {'xyz'[i % 3] * (i % 80)} {i}, which one is it?",
        )
        for i in range(2_000)
    ]
    start = time.process_time()
    found = list(lint(items))
    assert time.process_time() - start < 5
    assert found
