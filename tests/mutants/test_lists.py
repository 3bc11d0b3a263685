"""The lists are in step with the source; `make mutants` runs them."""

import pytest

from tests.mutants.lists import SUBJECTS, everything
from tests.mutants.mutant import ROOT, Mutant, StaleError

FEWEST = 110
SOURCE = """
def first():
    return "same"


class Second:
    def third(self):
        if True:
            return "same"
        return "other"
"""


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_text_stands_where_its_list_says_once_and_its_change_can_be_compiled(subject: str) -> None:
    for mutant in SUBJECTS[subject]:
        source = (ROOT / mutant.path).read_text()
        broken = mutant.applied(source)
        assert broken != source, mutant.name
        compile(broken, mutant.path, "exec")


def test_there_are_enough_with_names_of_their_own() -> None:
    names = [mutant.name for mutant in everything()]
    assert len(names) == len(set(names))
    assert sum(not mutant.same for mutant in everything()) >= FEWEST


def test_a_text_is_looked_for_in_its_function() -> None:
    mutant = Mutant("a.py::Second.third", '"same"', '"new"', "it is another")
    assert mutant.applied(SOURCE) == SOURCE[::-1].replace('"same"'[::-1], '"new"'[::-1], 1)[::-1]
    assert mutant.function(SOURCE) == "Second.third"
    assert Mutant("a.py", "class Second", "class Fourth", "").function(SOURCE) == ""


@pytest.mark.parametrize(
    ("at", "old"),
    [("a.py", '"same"'), ("a.py", "gone"), ("a.py::first", "other"), ("a.py::Second.first", "same")],
)
def test_what_stands_there_twice_or_not_at_all_is_stale(at: str, old: str) -> None:
    with pytest.raises(StaleError):
        Mutant(at, old, "", "nobody knows").applied(SOURCE)
