"""A small pack without a mistake. The tests break one thing in it and name the line by heart."""

from questions import Mistake, examine_files

MANIFEST = """\
pack: small
title: A small pack
description: Two categories, for tests.
language: en
categories:
  - key: agents
    name: Agents & Tool Use
    colour: "#10B981"
  - key: training
    name: Training
    colour: "#F59E0B"
"""

# 150 words, the least that is allowed.
WORDS = " ".join(f"word{i:03}" for i in range(150))

# The numbers of the lines are asserted all over the tests: add at the end only.
AGENTS = f"""\
# line 1
category: agents
questions:
  - slug: first-question
    kind: open
    title: How do agents stop in time
    difficulty: hard
    minutes: 20
    prompt: |
      Your agent runs in a loop and burns money overnight.

      How do you make sure that it stops, and what does it leave behind when it did?
    hints:
      - First ask what the loop is allowed to spend, in steps and money.
      - Then ask what progress means, and how the loop could tell that there is none.
    model_answer: |
      {WORDS}
    rubric:
      - Names a hard limit on steps, time or money
      - Detects that the same call repeats without progress
      - Saves the state before giving up on a task
      - Tells a person what was done and what was left
    follow_ups:
      - How would you choose the limit for a new kind of task?
      - What do you show to the user when the limit is reached?
    references:
      - title: A paper on loops
        url: https://arxiv.org/abs/2210.03629
        cited_for: the loop of thought, action and observation
"""

CHOICE = """\
category: training
questions:
  - slug: choose-one
    kind: choice
    subject: first-question
    difficulty: easy
    stem: Which of these four numbers is the smallest prime?
    options:
      - text: two
        right: true
        explanation: Two has no divisors but one and itself.
      - text: one
        right: false
        explanation: One is no prime by definition.
      - text: three
        right: false
        explanation: Three is a prime, but two is smaller.
      - text: four
        right: false
        explanation: Four is two times two.
    reference:
      title: Elements, book seven
      url: https://example.org/elements
      cited_for: the definition of a prime number
"""


def pack_files(agents: str = AGENTS, training: str = CHOICE, manifest: str = MANIFEST) -> dict[str, bytes]:
    """Return the files of the pack, any of them replaced."""
    texts = {"pack.yaml": manifest, "agents.yaml": agents, "training.yaml": training}
    return {name: text.encode() for name, text in texts.items()}


def mistakes_in(agents: str = AGENTS, training: str = CHOICE, manifest: str = MANIFEST) -> list[Mistake]:
    """Return the mistakes of the pack with any of its files replaced."""
    return list(examine_files("small", pack_files(agents, training, manifest)).mistakes)


def changed(text: str, old: str, new: str) -> str:
    """Replace what stands exactly once in the text."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)
