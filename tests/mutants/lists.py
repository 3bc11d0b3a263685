"""All mutants, by subject."""

from tests.mutants import (
    answers,
    clicks,
    drops,
    moderation,
    outbox,
    quiz,
    reviews,
    schedules,
    servers,
    storage,
    trial,
)
from tests.mutants.mutant import Mutant

SUBJECTS = {
    "answers": answers.MUTANTS,
    "clicks": clicks.MUTANTS,
    "drops": drops.MUTANTS,
    "moderation": moderation.MUTANTS,
    "outbox": outbox.MUTANTS,
    "quiz": quiz.MUTANTS,
    "reviews": reviews.MUTANTS,
    "schedules": schedules.MUTANTS,
    "servers": servers.MUTANTS,
    "storage": storage.MUTANTS,
    "trial": trial.MUTANTS,
}


def everything() -> list[Mutant]:
    """Return all mutants in the order of their subjects."""
    return [one for mutants in SUBJECTS.values() for one in mutants]
