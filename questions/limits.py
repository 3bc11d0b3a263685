"""Every limit of a question pack, each with its reason."""

from typing import Final, NamedTuple


class Bounds(NamedTuple):
    """The smallest and the largest allowed count, both inclusive."""

    low: int
    high: int


# Files
# A question is about 5 KB, so 1 MiB holds some 200 of them; more is not a category but an accident.
FILE_BYTES: Final = 1024 * 1024
# Four times the bundled pack with all its choice items; keeps the reading of a hostile pack short.
PACK_BYTES: Final = 8 * 1024 * 1024
# 25 categories and pack.yaml, and room for nothing else.
PACK_FILES: Final = 26
# file > questions > question > references > reference > value are 5; three to spare for later kinds.
NESTING: Final = 8
# A question has about 40 values; 20,000 are read in about a second.
FILE_VALUES: Final = 20_000
# Nobody reads more in one go, and the rest is mostly an echo of the first.
FILE_MISTAKES: Final = 100

# Names
# With a prefix a slug still fits into a custom_id (100) and into the name of an autocomplete choice (100).
SLUG: Final = Bounds(1, 60)
# Shown as an embed's author and as a choice in a menu (100), beside a count.
CATEGORY_NAME: Final = Bounds(1, 60)
# A select menu of Discord holds 25 options.
CATEGORIES: Final = Bounds(1, 25)
PACK_TITLE: Final = Bounds(1, 80)
# One line in the list of packs; a select option's description ends at 100, a list entry does not.
PACK_DESCRIPTION: Final = Bounds(1, 300)

# Open questions
# What a phone's notification shows of the message; below 10 characters it says nothing.
TITLE: Final = Bounds(10, 72)
# Ten minutes a day is what a member has; 45 is a real interview's whole slot.
MINUTES: Final = Bounds(5, 45)
# Read on one phone screen.
PROMPT: Final = Bounds(80, 900)
# From direction to method: one is no path, four give the answer away.
HINTS: Final = Bounds(2, 3)
HINT: Final = Bounds(40, 280)
# 400 words take two minutes to read; fewer than 150 teach nothing.
MODEL_ANSWER_WORDS: Final = Bounds(150, 400)
# An embed's description ends at 4,096; the rest of the reveal needs its share of REVEAL.
MODEL_ANSWER: Final = Bounds(1, 2_900)
# A group of check boxes in a form holds 10; with 3 or fewer a review says too little.
RUBRIC: Final = Bounds(4, 8)
# A check box's label ends at 100.
RUBRIC_POINT: Final = Bounds(20, 100)
FOLLOW_UPS: Final = Bounds(2, 3)
# Three of them stay below an embed field's 1,024.
FOLLOW_UP: Final = Bounds(30, 190)
REFERENCES: Final = Bounds(1, 4)
REFERENCE_TITLE: Final = Bounds(5, 110)
CITED_FOR: Final = Bounds(10, 120)
# Longer addresses carry tracking, and four of them would eat the reveal's budget.
URL: Final = Bounds(10, 300)
# The embeds of one message hold 6,000 characters together; 700 are left for headings and the footer.
REVEAL: Final = 5_300

# Choice items
# Read by everybody within the first seconds of a live quiz; 400 leave room for six lines of code.
STEM: Final = Bounds(20, 400)
OPTIONS: Final = Bounds(4, 4)
# A select option's label ends at 100; the letter and a mark go in front.
OPTION_TEXT: Final = Bounds(1, 90)
# One or two sentences; four of them and the stem stay below 1,500 characters.
EXPLANATION: Final = Bounds(20, 250)
