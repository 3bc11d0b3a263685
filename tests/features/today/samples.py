from typing import Any

from bot.features.drops.outcomes import Question
from bot.features.today.outcomes import Today


def today_of(*questions: Question, **changes: Any) -> Today:
    """Return what /today knows of these questions: nothing answered, nothing to review, nothing coming."""
    given: dict[str, Any] = {
        "answers": {},
        "choices": {},
        "reviews": (),
        "coming": None,
        "organiser": False,
    }
    return Today(questions=questions, **(given | changes))
