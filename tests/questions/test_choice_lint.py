"""Each rule for a choice item is broken alone in a pack without a mistake: the only mistake is that one."""

import pytest
from rapidfuzz import fuzz, utils

from questions import ChoiceQuestion, Mistake, examine_files
from questions.choice_lint import LENGTH_FACTOR, LENGTH_SLACK, SAME_STEM
from tests.bundled import bundled_pack
from tests.questions.samples import AGENTS, CHOICE, changed, mistakes_in, pack_files

STEM = "Which of these four numbers is the smallest prime?"
PLACE = "options are shuffled and stand alone, write out what is meant"


def only(line: int, field: str, message: str) -> list[Mistake]:
    return [Mistake("training.yaml", line, field, message)]


def with_options(*texts: str, right: int = 0, stem: str = STEM) -> str:
    """Return the file with other options and explanations that say something of their own."""
    head, tail = CHOICE.partition("    options:\n")[0], CHOICE[CHOICE.index("    reference:") :]
    options = "".join(
        f"      - text: {text!r}\n        right: {str(i == right).lower()}\n"
        f"        explanation: Reason number {i} names confusion number {i}.\n"
        for i, text in enumerate(texts)
    )
    return changed(head, STEM, repr(stem)) + "    options:\n" + options + tail


def with_second(stem: str, first: str = STEM) -> str:
    """Return the file with a second item, alike in nothing but what `stem` makes it."""
    item = changed(with_options("alpha", "beta", "gamma", "delta", stem=stem), "choose-one", "choose-two")
    return changed(CHOICE, STEM, repr(first)) + item.partition("questions:\n")[2]


def test_the_samples_have_no_mistake() -> None:
    assert mistakes_in() == []
    assert mistakes_in(training=with_options("alpha", "beta", "gamma", "delta")) == []
    assert mistakes_in(training=with_second("Why does a larger batch take more memory?")) == []


# Its subject


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("frist-question", "did you mean first-question?"),
        ("elsewhere", "give the slug of the one it belongs to"),
        # A choice item is no subject, not even of itself.
        ("choose-one", "give the slug of the one it belongs to"),
    ],
)
def test_a_subject_that_is_no_open_question_of_the_pack(subject: str, hint: str) -> None:
    text = changed(CHOICE, "subject: first-question", f"subject: {subject}")
    message = f"is {subject}, which is no open question of this pack; {hint}"
    assert mistakes_in(training=text) == only(5, "subject", message)


def test_a_mistake_in_a_slug_is_not_told_again_for_each_item_of_the_subject() -> None:
    other = AGENTS.partition("questions:\n")[2].replace("first-question", "second-question")
    found = mistakes_in(agents=changed(AGENTS, "slug: first-question", "slug: First") + other)
    assert [(mistake.file, mistake.line) for mistake in found] == [("agents.yaml", 4)]


def test_in_a_pack_of_choice_items_alone_the_subjects_are_free() -> None:
    files = {name: text for name, text in pack_files().items() if name != "agents.yaml"}
    assert examine_files("quiz", files).mistakes == ()


# Wording


@pytest.mark.parametrize(
    ("old", "line", "field"),
    [
        (STEM, 7, "stem"),
        ("text: two", 9, "options.1.text"),
        ("One is no prime by definition.", 14, "options.2.explanation"),
    ],
)
@pytest.mark.parametrize(
    ("addition", "message"),
    [
        ("www.a.org", "has the address www.a.org; addresses are allowed in references only"),
        ("<br>", "has the HTML tag <br>; write it as `code` or remove it"),
    ],
)
def test_addresses_and_tags(old: str, line: int, field: str, addition: str, message: str) -> None:
    assert mistakes_in(training=changed(CHOICE, old, f"{old} {addition}")) == only(line, field, message)
    assert mistakes_in(training=changed(CHOICE, old, f"{old} `{addition}`")) == []


def test_a_heading() -> None:
    text = changed(CHOICE, f"stem: {STEM}", f"stem: |\n      # Primes\n      {STEM}")
    assert mistakes_in(training=text) == only(7, "stem", "has a heading with #; use **bold** instead")


def test_a_full_stop_after_an_option() -> None:
    expected = only(9, "options.1.text", "ends with a full stop; remove it")
    assert mistakes_in(training=changed(CHOICE, "text: two", "text: two.")) == expected


@pytest.mark.parametrize(
    ("text", "mark"),
    [("**two**", "**"), ("__init__", "__"), ("2*3*4", "*3*"), ("a || b", "||"), ("[two](x)", "](")],
)
def test_markup_in_an_option(text: str, mark: str) -> None:
    message = f"has the markup {mark}; options are plain text, write names of code as `code`"
    assert mistakes_in(training=changed(CHOICE, "text: two", f"text: '{text}'")) == only(
        9, "options.1.text", message
    )
    assert mistakes_in(training=changed(CHOICE, "text: two", f"text: '`{text}`'")) == []


@pytest.mark.parametrize("text", ["2 * 3 * 4", "batch_size", "a*b", "f(x) = 2*x", "one|two"])
def test_what_only_looks_like_markup(text: str) -> None:
    assert mistakes_in(training=changed(CHOICE, "text: two", f"text: '{text}'")) == []


# Other options


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "none of the above",
        "any of the above",
        "Both A and B",
        "see option C",
        "the first option",
        "the last options",
        "the options above",
    ],
)
def test_a_phrase_that_names_other_options(text: str) -> None:
    (found,) = mistakes_in(training=changed(CHOICE, "text: four", f"text: {text}"))
    assert (found.line, found.field) == (18, "options.4.text")
    assert found.message.startswith("says ")
    assert found.message.endswith(PLACE)


@pytest.mark.parametrize("text", ["All of these", "none of them", "A and C", "A, B and D", "only B or C"])
def test_an_option_that_is_nothing_but_other_options(text: str) -> None:
    expected = only(18, "options.4.text", f"says {text}; {PLACE}")
    assert mistakes_in(training=changed(CHOICE, "text: four", f"text: {text}")) == expected


@pytest.mark.parametrize(
    ("old", "line", "field"), [(STEM, 7, "stem"), ("Four is two times two.", 20, "options.4.explanation")]
)
def test_other_options_in_stem_and_explanation(old: str, line: int, field: str) -> None:
    text = changed(CHOICE, old, f"{old} See option B for the rest.")
    assert mistakes_in(training=text) == only(line, field, f"says option B; {PLACE}")


@pytest.mark.parametrize(
    "text",
    [
        "A and B are trained, W is frozen",
        "the judge prefers answer A",
        "all of these layers are trained",
        "the first answer of each group",
    ],
)
def test_what_only_sounds_like_other_options(text: str) -> None:
    options = with_options(
        text, "gradient clipping in each step", "a warmup of ten percent", "dropout of 0.2"
    )
    assert mistakes_in(training=options) == []


# Negation


@pytest.mark.parametrize(
    ("stem", "word"),
    [
        ("Which of these numbers is not a prime?", "not"),
        ("Which of these numbers isn't a prime?", "isn't"),
        ("Some are primes. Which are found except by luck?", "except"),
        ("What does an optimizer not change in a step?", "not"),
        ("Which statement on primes is false?", "false"),
        ("Which number cannot be written as a product?", "cannot"),
    ],
)
def test_a_small_negation_in_what_is_asked(stem: str, word: str) -> None:
    message = f"asks with a small {word}; ask for what is so, or write {word.upper()}"
    assert mistakes_in(training=changed(CHOICE, STEM, f'"{stem}"')) == only(7, "stem", message)
    assert mistakes_in(training=changed(CHOICE, STEM, f'"{changed(stem, word, word.upper())}"')) == []


@pytest.mark.parametrize(
    "stem",
    [
        "The loss does not fall. Which change helps first?",
        "Which change helps when the loss does not fall?",
        "Why does the loss not fall in this run?",
        "What is wrong with a learning rate of 0.1 here?",
        "Which line of the loop is wrong here?",
        "Which is `not` in the operators of Python?",
    ],
)
def test_a_negation_that_is_no_trap(stem: str) -> None:
    assert mistakes_in(training=changed(CHOICE, STEM, f'"{stem}"')) == []


# Options among themselves


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("keys and values", "Keys and values"),
        ("the keys and the values", "keys and values"),
        ("shares the key head", "share key heads"),
        ("scales the gradient", "scales the gradeint"),
        ("keys, values", "keys values"),
    ],
)
def test_options_that_say_the_same(first: str, second: str) -> None:
    text = with_options(first, "queries and biases", second, "layers of the stack")
    expected = only(15, "options.3.text", "says the same as options.1; options have to differ")
    assert mistakes_in(training=text) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("keys share queries", "queries share keys"),
        ("typical batches", "atypical batches"),
        ("the loss increases", "the loss decreases"),
        ("8 heads in 2 groups", "8 heads in 3 groups"),
        ("a cache in float8", "a cache in float4"),
        ("the encoder stack", "the decoder stack"),
        ("x > y in each step", "x < y in each step"),
        ("`O(n)` per token", "`O(n^2)` per token"),
        ("`x[:, 0]` of it", "`x[0, :]` of it"),
        ("`X` is missing", "`x` is missing"),
        ("(a + b) * c", "a + (b * c)"),
        ("`[]`", "`{}`"),
        ("x = y for all", "x != y for all"),
        ("grows to \u221e", "grows to \u2192"),
    ],
)
def test_options_that_differ_in_little_but_in_meaning(first: str, second: str) -> None:
    text = with_options(first, "something else here", second, "and yet another one")
    assert mistakes_in(training=text) == []


def test_options_of_the_same_amount() -> None:
    text = with_options("500 MB", "1 GB", "1,000 MB", "2 GB")
    expected = only(15, "options.3.text", "is the same amount as options.2; options have to differ")
    assert mistakes_in(training=text) == expected


@pytest.mark.parametrize("texts", [("1 GB", "2 GB", "8 GB", "4 GB"), ("900 ms", "2 s", "1,500 ms", "3 s")])
def test_amounts_without_an_order(texts: tuple[str, ...]) -> None:
    message = "are amounts in no order; list them from small to large or from large to small"
    assert mistakes_in(training=with_options(*texts)) == only(8, "options", message)
    # Sorted by hand as they are listed here, either way round is fine.
    right_order = (
        (texts[0], texts[2], texts[1], texts[3]) if "s" in texts[1] else (*texts[:2], "4 GB", "8 GB")
    )
    assert mistakes_in(training=with_options(*right_order)) == []
    assert mistakes_in(training=with_options(*reversed(right_order))) == []


def test_lengths_of_one_form() -> None:
    longest = int(LENGTH_FACTOR * 5 + LENGTH_SLACK)
    assert mistakes_in(training=with_options("alpha", "betas", "gamma", "x" * longest)) == []
    message = (
        f"have 5 to {longest + 1} characters; beside one of 5 at most {longest} are allowed,"
        " give all of them the same form"
    )
    text = with_options("alpha", "betas", "gamma", "x" * (longest + 1))
    assert mistakes_in(training=text) == only(8, "options", message)


# What gives the right option away


def test_a_word_of_the_stem_in_the_right_option_alone() -> None:
    message = (
        "repeats prime from the stem as the only option; say it otherwise, or let a wrong option say it too"
    )
    text = changed(CHOICE, "text: two", "text: Prime two")
    assert mistakes_in(training=text) == only(9, "options.1.text", message)
    # Where a wrong option says it too, and where a wrong one alone does, nothing is given away.
    assert mistakes_in(training=changed(text, "text: three", "text: prime three")) == []
    assert mistakes_in(training=changed(CHOICE, "text: three", "text: prime three")) == []


@pytest.mark.parametrize("text", ["these two", "two of which", "two is"])
def test_small_words_of_the_stem_give_nothing_away(text: str) -> None:
    assert mistakes_in(training=changed(CHOICE, "text: two", f"text: {text}")) == []


# Explanations


@pytest.mark.parametrize(
    "explanation",
    [
        "The smallest prime of these numbers is two.",
        "Two is right, as it is the correct answer.",
        "Two: that is the smallest of the four primes.",
    ],
)
def test_an_explanation_that_only_says_its_option_again(explanation: str) -> None:
    text = changed(CHOICE, "Two has no divisors but one and itself.", f'"{explanation}"')
    message = "only says the option again; give the reason, or what it confuses"
    assert mistakes_in(training=text) == only(11, "options.1.explanation", message)


def test_an_explanation_out_of_its_option_alone() -> None:
    options = with_options("clips each gradient", "adds a warmup", "halves the batch", "turns off dropout")
    text = changed(options, "Reason number 0 names confusion number 0.", "Clipping the gradients.")
    message = "only says the option again; give the reason, or what it confuses"
    assert mistakes_in(training=text) == only(11, "options.1.explanation", message)


def test_an_explanation_twice() -> None:
    text = changed(CHOICE, "Four is two times two.", "Three is prime but the two is smaller.")
    message = "is the explanation of options.3 too; each option has its own reason"
    assert mistakes_in(training=text) == only(20, "options.4.explanation", message)


@pytest.mark.parametrize(
    ("old", "line", "field"),
    [
        ("        explanation: One is no prime by definition.\n", 12, "options.2.explanation"),
        (
            (
                "    reference:\n      title: Elements, book seven\n      url: https://example.org/elements\n"
                "      cited_for: the definition of a prime number\n"
            ),
            3,
            "reference",
        ),
    ],
)
def test_explanation_and_reference_are_needed(old: str, line: int, field: str) -> None:
    assert mistakes_in(training=changed(CHOICE, old, "")) == only(line, field, "is missing; add it")


# Two items


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (STEM, "Of these four numbers, which is the smallest prime?"),
        (STEM, "Which of those four numbers is the smallest of all primes?"),
        (
            "What does grouped-query attention share between query heads?",
            "In grouped-query attention, what do the query heads have in common?",
        ),
        (
            "A decoder with 64 query heads goes from 64 to 8 KV heads. What happens to its scores' FLOPs?",
            "A decoder with 64 query heads goes to 8 KV heads from 64. What happens to scores' FLOPs?",
        ),
    ],
)
def test_a_stem_with_the_same_words(first: str, second: str) -> None:
    message = "asks almost what choose-one asks; no two items may ask for the same fact"
    assert mistakes_in(training=with_second(second, first)) == only(29, "stem", message)


def test_the_same_setting_with_another_question() -> None:
    setting = "A model has 32 layers, 8 KV heads and head size 128 in FP16."
    first = f"{setting} How many bytes of cache does a token need?"
    assert (
        mistakes_in(training=with_second(f"{setting} How does its decode time grow with the context?", first))
        == []
    )


def test_a_stem_in_another_file_with_another_subject() -> None:
    item = changed(with_options("alpha", "beta", "gamma", "delta"), "choose-one", "choose-two")
    found = mistakes_in(agents=AGENTS + item.partition("questions:\n")[2])
    assert [str(mistake) for mistake in found] == [
        "training.yaml:7: stem: asks almost what choose-two asks; no two items may ask for the same fact"
    ]


def bundled() -> list[ChoiceQuestion]:
    questions = [entry.question for entry in bundled_pack().questions]
    return [question for question in questions if isinstance(question, ChoiceQuestion)]


def test_the_thresholds_leave_the_bundled_pack_room() -> None:
    items = bundled()
    stems = [" ".join(sorted(utils.default_process(item.stem).split())) for item in items]
    alike = [fuzz.ratio(a, b) for i, a in enumerate(stems) for b in stems[i + 1 :]]
    assert len(items) >= 120
    assert max(alike) < SAME_STEM - 5
    for item in items:
        lengths = [len(option.text) for option in item.options]
        assert max(lengths) < LENGTH_FACTOR * min(lengths) + LENGTH_SLACK, item.slug


@pytest.mark.parametrize(
    ("text", "part"), [("_private_", "the marks away"), (r"\(x\)", "the backslash away")]
)
def test_marks_that_an_option_loses_are_told_once(text: str, part: str) -> None:
    (mistake,) = mistakes_in(training=changed(CHOICE, "text: two", f"text: {text}"))
    assert (mistake.line, mistake.field) == (9, "options.1.text")
    assert part in mistake.message


@pytest.mark.parametrize(
    ("old", "line", "field"),
    [
        (STEM, 7, "stem"),
        ("One is no prime by definition.", 14, "options.2.explanation"),
        ("Elements, book seven", 22, "reference.title"),
        ("the definition of a prime number", 24, "reference.cited_for"),
    ],
)
def test_marks_that_other_texts_lose_are_told(old: str, line: int, field: str) -> None:
    (mistake,) = mistakes_in(training=changed(CHOICE, old, f"{old} ___ and ___"))
    assert (mistake.line, mistake.field) == (line, field)
    assert "of which Discord takes the marks away" in mistake.message


def test_an_item_in_japanese() -> None:
    """Its words have no blanks between them: neither the reasons nor the options look empty or alike."""
    text = """
category: training
questions:
  - slug: choose-one
    kind: choice
    subject: first-question
    difficulty: easy
    stem: 四つの数のうち最小の素数はどれですか。
    options:
      - text: 二
        right: true
        explanation: 約数が一と自分だけの最小の数だからです。
      - text: 一
        right: false
        explanation: 定義によれば素数に含まれません。
      - text: 三
        right: false
        explanation: 素数ですが、もっと小さいものがあります。
      - text: 四
        right: false
        explanation: 二を二倍した合成数で割り切れます。
    reference:
      title: 原論第七巻
      url: https://example.org/elements
      cited_for: 素数の定義そのもの
"""
    assert mistakes_in(training=text) == []
