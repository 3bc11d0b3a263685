"""Content rules for choice items: one at a time, and no two that ask for the same."""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from questions.amounts import amounts
from questions.mistakes import Path
from questions.models import ChoiceOption, ChoiceQuestion
from questions.text import UNSPACED, shown
from questions.wording import Finding, lost_marks, markup_complaints, prose_of

# The longest option may have this many times the characters of the shortest, and some more: beyond it the
# form of an option says more than its content. The factor alone would forbid `7` beside `1,024 tokens`.
LENGTH_FACTOR: Final = 2.2
LENGTH_SLACK: Final = 12
# Words that an explanation has and neither its option nor the stem: with fewer it only says the option again.
# The barest reason ("it forgets the factor 2") has as many.
NEW_WORDS: Final = 2
# Shorter ones are mostly the small words of the language.
WORD_LETTERS: Final = 4
# Two words this long that differ in one letter after the first are one word and its misspelling.
MISSPELT_LETTERS: Final = 5
# Of 100, over the sorted words of two stems; the bundled pack's most alike and paraphrases with the same
# words lie far from it on either side, see tests/questions/test_choice_lint.py.
SAME_STEM: Final = 77

# Options are shuffled, so no text may know the place of another. "Answer A" is
# left alone: judges compare such.
_BANNED: Final = (
    re.compile(r"(?i)\b(?:all|none|any|both|neither|either) of the (?:above|below)\b"),
    re.compile(r"\b[Bb]oth [A-D] and [A-D]\b"),
    re.compile(r"\b[Oo]ptions? [A-D]\b"),
    re.compile(r"(?i)\bthe (?:first|second|third|fourth|last|previous|next) (?:two |three )?options?\b"),
    re.compile(r"(?i)\boptions? (?:above|below)\b"),
)
# Where it is the whole option. "A and B" inside of one may be LoRA's matrices.
_BANNED_OPTION: Final = (
    re.compile(r"(?i)(?:all|none|any|both|neither|either) of (?:these|those|them|the (?:others?|options))"),
    re.compile(r"(?:[Oo]nly |[Nn]either |[Ee]ither )?[A-D](?:(?:,? (?:and|or|nor|&)|,) [A-D])+(?: only)?"),
)
# Marks of Discord's that change an option's look outside of code: `__init__`, `2*3*4`, `a || b`, `[x](y)`.
_OPTION_MARKUP: Final = re.compile(r"\*\*|__|~~|\|\||\]\(|```|(?<!\*)\*[^*\s][^*]*\*")
# From the question word to where another clause begins: in it stands what is asked for.
_ASKED: Final = re.compile(
    r"\b(?:[Ww]hich|[Ww]hat)\b(?:(?!\b(?:if|when|that|because|whose|where|while|after|although|unless|who|so)\b)"
    r"[^?.,;:\n])*"
)
_NEGATION: Final = re.compile(
    r"\b(?:not|cannot|except|never)\b|\b\w+n['\u2019]t\b"
    r"|(?:statement|claim|option|answer|following|these|those)\b.*"
    r"\b(?:is|are) (?:false|wrong|incorrect|untrue)\b"
)
_WORD: Final = re.compile(r"[a-z][a-z-]*")
# A code span, a letter where words have no blanks, a word or number, or a sign; signs between sentences and
# around words are none.
_PIECE: Final = re.compile(
    rf"`[^`\n]+`|[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+(?:[.,]\d+)*|[^\w\s,.;?'\"`]|_"
)
_FUNCTION_WORDS: Final = frozenset(
    _WORD.findall(
        """about after also because been before between both could does each from have here into just like
        many more most much other over same should some such than that their them then there these they this
        those through under until very were what when where which while whose will with within without would
        your"""
    )
)
_ARTICLES: Final = frozenset({"a", "an", "the"})
# Words that an explanation may use without having said anything.
_EMPTY_WORDS: Final = _ARTICLES | frozenset(
    _WORD.findall(
        """and answer are as at be because by correct correctly for hence here in incorrect is it its of on
        option or right since so statement that this thus to true was which why wrong"""
    )
)
_ENDINGS: Final = re.compile(r"(?:ing|ed|es|s|e)$")


def lint_choices(
    choices: Sequence[tuple[int, ChoiceQuestion]], subjects: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong in choice items, each given with its position in the list of questions.

    `subjects` are the slugs of the pack's open questions; without any the items may have any subject.
    """
    for position, item in choices:
        for path, message in _item(item, subjects):
            yield Finding(position, path, message)
    yield from _similar_stems(choices)


def _item(item: ChoiceQuestion, subjects: Collection[str]) -> Iterator[tuple[Path, str]]:
    if subjects and item.subject not in subjects:
        near = difflib.get_close_matches(item.subject, sorted(subjects), n=1)
        hint = f"did you mean {near[0]}?" if near else "give the slug of the one it belongs to"
        yield ("subject",), f"is {shown(item.subject, 60)}, which is no open question of this pack; {hint}"
    for path, text in _texts(item):
        lost = () if path[-1] == "text" else lost_marks(text)
        for complaint in (*markup_complaints(text), *lost, *_phrases(text)):
            yield path, complaint
    for name, text in (("title", item.reference.title), ("cited_for", item.reference.cited_for)):
        for complaint in lost_marks(text):
            yield ("reference", name), complaint
    yield from _negation(item)
    for i, option in enumerate(item.options):
        for complaint in _option(option.text):
            yield ("options", i, "text"), complaint
    yield from _same_options(item.options)
    yield from _lengths(item.options)
    yield from _order(item.options)
    yield from _echo(item)
    yield from _explanations(item)


def _texts(item: ChoiceQuestion) -> Iterator[tuple[Path, str]]:
    yield ("stem",), item.stem
    for i, option in enumerate(item.options):
        yield ("options", i, "text"), option.text
        yield ("options", i, "explanation"), option.explanation


def _phrases(text: str) -> Iterator[str]:
    prose = prose_of(text)
    for pattern in _BANNED:
        if found := pattern.search(prose):
            yield f"says {shown(found[0])}; options are shuffled and stand alone, write out what is meant"


def _negation(item: ChoiceQuestion) -> Iterator[tuple[Path, str]]:
    for asked in _ASKED.finditer(prose_of(item.stem)):
        if found := _NEGATION.search(asked[0]):
            word = found[0].split()[-1]
            message = f"asks with a small {shown(word)}; ask for what is so, or write {shown(word.upper())}"
            yield ("stem",), message
            return


def _option(text: str) -> Iterator[str]:
    if text.endswith("."):
        yield "ends with a full stop; remove it"
    if any(pattern.fullmatch(text.rstrip(".")) for pattern in _BANNED_OPTION):
        yield f"says {shown(text)}; options are shuffled and stand alone, write out what is meant"
    if found := _OPTION_MARKUP.search(prose_of(text)):
        yield f"has the markup {shown(found[0])}; options are plain text, write names of code as `code`"
    else:
        yield from lost_marks(text)


def _same_options(options: Sequence[ChoiceOption]) -> Iterator[tuple[Path, str]]:
    values = amounts([option.text for option in options])
    for (i, first), (j, second) in combinations(enumerate(options), 2):
        if _same_text(first.text, second.text):
            yield ("options", j, "text"), f"says the same as options.{i + 1}; options have to differ"
        elif values is not None and values[i] == values[j]:
            yield ("options", j, "text"), f"is the same amount as options.{i + 1}; options have to differ"


def _same_text(first: str, second: str) -> bool:
    """Tell whether two options differ by nothing but articles, plurals, signs between words and misspellings.

    The order of the words counts: `keys share queries` is not `queries share keys`. So does each number.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - a start that checks no pack must not pay for it

    words, others = _content(first), _content(second)
    if len(words) != len(others):
        return False
    return all(
        one == other
        or (
            min(len(one), len(other)) >= MISSPELT_LETTERS
            and one[0] == other[0]
            and (one + other).isalpha()
            and OSA.distance(one, other, score_cutoff=1) <= 1
        )
        for one, other in zip(words, others, strict=True)
    )


def _content(text: str) -> list[str]:
    """Return what a text consists of: code as it is, words without their case, their plural and articles."""
    pieces = (piece if piece[0] == "`" else piece.casefold() for piece in _PIECE.findall(text))
    return [piece.removesuffix("s") for piece in pieces if piece not in _ARTICLES]


def _lengths(options: Sequence[ChoiceOption]) -> Iterator[tuple[Path, str]]:
    lengths = [len(option.text) for option in options]
    shortest, longest = min(lengths), max(lengths)
    if longest > LENGTH_FACTOR * shortest + LENGTH_SLACK:
        message = (
            f"have {shortest} to {longest} characters; beside one of {shortest} at most"
            f" {int(LENGTH_FACTOR * shortest + LENGTH_SLACK)} are allowed, give all of them the same form"
        )
        yield ("options",), message


def _order(options: Sequence[ChoiceOption]) -> Iterator[tuple[Path, str]]:
    values = amounts([option.text for option in options])
    if values is None:
        return
    steps = {(one.value > other.value) - (one.value < other.value) for one, other in pairwise(values)} - {0}
    if len(steps) > 1:
        yield ("options",), "are amounts in no order; list them from small to large or from large to small"


def _echo(item: ChoiceQuestion) -> Iterator[tuple[Path, str]]:
    """Find what leads a guesser to the right option: it sounds like the stem and the others do not."""
    stem = _long_words(item.stem)
    right = next(i for i, option in enumerate(item.options) if option.right)
    wrong = {word for option in item.options if not option.right for word in _long_words(option.text)}
    echoed = sorted((stem & _long_words(item.options[right].text)) - wrong)
    if echoed:
        message = (
            f"repeats {shown(', '.join(echoed))} from the stem as the only option;"
            " say it otherwise, or let a wrong option say it too"
        )
        yield ("options", right, "text"), message


def _long_words(text: str) -> set[str]:
    words = _WORD.findall(text.casefold())
    return {word for word in words if len(word) >= WORD_LETTERS and word not in _FUNCTION_WORDS}


def _explanations(item: ChoiceQuestion) -> Iterator[tuple[Path, str]]:
    stem = _stems(item.stem)
    seen: dict[tuple[str, ...], int] = {}
    for i, option in enumerate(item.options):
        path = ("options", i, "explanation")
        if len(_stems(option.explanation) - stem - _stems(option.text)) < NEW_WORDS:
            yield path, "only says the option again; give the reason, or what it confuses"
        first = seen.setdefault(tuple(_content(option.explanation)), i)
        if first != i:
            yield path, f"is the explanation of options.{first + 1} too; each option has its own reason"


def _stems(text: str) -> set[str]:
    """Return a text's words without their endings and without those that say nothing."""
    pieces = (piece for piece in _PIECE.findall(text.casefold()) if piece not in _EMPTY_WORDS)
    return {_ENDINGS.sub("", piece) or piece for piece in pieces if any(c.isalnum() for c in piece)}


def _similar_stems(choices: Sequence[tuple[int, ChoiceQuestion]]) -> Iterator[Finding]:
    """Compare each stem with those before it, over their sorted words, until one is found."""
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - as above

    before: list[str] = []
    for position, item in choices:
        stem = " ".join(sorted(utils.default_process(item.stem).split()))
        found = process.extractOne(stem, before, scorer=fuzz.ratio, score_cutoff=SAME_STEM)
        if found is not None:
            first = choices[found[2]][1].slug
            message = f"asks almost what {first} asks; no two items may ask for the same fact"
            yield Finding(position, ("stem",), message)
        before.append(stem)
