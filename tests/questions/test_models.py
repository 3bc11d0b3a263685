import pytest
from pydantic import ValidationError

from questions import Difficulty, OpenQuestion, PackQuestion, Reference, examine_files
from tests.questions.samples import AGENTS, changed, pack_files


def open_question(agents: str = AGENTS) -> PackQuestion:
    pack = examine_files("small", pack_files(agents)).pack
    assert pack is not None
    return pack.questions[0]


def test_a_question_cannot_be_changed_once_it_exists() -> None:
    question = open_question().question
    with pytest.raises(ValidationError):
        question.slug = "other"


def test_a_reference_takes_no_other_fields_and_no_other_types() -> None:
    fields = {"title": "A paper", "url": "https://arxiv.org/abs/1", "cited_for": "the whole idea"}
    assert Reference.model_validate(fields).title == "A paper"
    with pytest.raises(ValidationError):
        Reference.model_validate({**fields, "year": "2024"})
    with pytest.raises(ValidationError):
        Reference.model_validate({**fields, "title": 12345})


def test_blank_ends_are_stripped_and_lists_become_tuples() -> None:
    question = open_question().question
    assert isinstance(question, OpenQuestion)
    assert question.model_answer.endswith("word149")
    assert question.rubric[0] == "Names a hard limit on steps, time or money"
    assert question.difficulty is Difficulty.HARD


def test_the_version_is_the_same_in_every_process() -> None:
    # Written down: a change of this number would give every question in every database a new version.
    assert open_question().version == "a1867fb55fd39559"


def test_the_version_does_not_depend_on_the_form_of_the_file() -> None:
    quoted = changed(AGENTS, "title: How do agents stop in time", 'title: "How do agents stop in time"')
    moved = changed(
        changed(quoted, "    minutes: 20\n", ""), "    kind: open\n", "    minutes: 20\n    kind: open\n"
    )
    assert open_question(moved).version == open_question().version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 20", "minutes: 21"),
        ("difficulty: hard", "difficulty: easy"),
        ("word000", "word00x"),
        ("Names a hard limit", "Names a firm limit"),
        ("2210.03629", "2210.03628"),
        ("slug: first-question", "slug: first-questions"),
    ],
)
def test_the_version_changes_with_any_part_of_the_content(old: str, new: str) -> None:
    assert open_question(changed(AGENTS, old, new)).version != open_question().version


def test_the_version_changes_with_the_category() -> None:
    entry = open_question()
    assert PackQuestion(category="training", question=entry.question).version != entry.version


def test_questions_stand_in_the_order_of_the_manifest() -> None:
    files = pack_files()
    swapped = {
        "pack.yaml": files["pack.yaml"],
        "z.yaml": files["agents.yaml"],
        "a.yaml": files["training.yaml"],
    }
    pack = examine_files("small", swapped).pack
    assert pack is not None
    assert [(entry.category, entry.question.slug) for entry in pack.questions] == [
        ("agents", "first-question"),
        ("training", "choose-one"),
    ]
