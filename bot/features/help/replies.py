"""What `/help` shows, by role, on one screen. Pure."""

from __future__ import annotations

from bot.features.scores import rules as pays
from bot.ui import text
from bot.ui.message import Message

ORGANISERS = """

**For organisers**
`/setup` starts a question a day in a channel; run it again to change things
`/manage schedule` add, edit, list, pause, resume, skip, remove, post-now
`/manage log` the channel for what members **Report**: you hide the answer there, or dismiss the report
`/manage reviews` names of reviewers shown or not; `/manage question export` a month as a file
`/manage health` last and next question, what failed and what to do"""


def _members() -> str:
    """Return what members can do. Points are those of the table."""
    right = pays.CHOICE_RIGHT.values()
    return f"""**StudyLoop** brings a question a day; you answer before you see the others.

**Answer** the question in its channel: a form opens, ten minutes are enough. Your answer opens the room \
with everybody else's. **Hint** and **Remind me** stand below. An answer before the reveal brings \
{text.count(pays.WRITTEN_ANSWER, "point")}; at the reveal comes the model answer.
In the room: **Review** ticks the points of a good answer ({text.count(pays.REVIEW, "point")} for you, \
{pays.RUBRIC_POINT} for each that is confirmed for its author), **Upvote** brings its author {pays.UPVOTE}. \
**Save** keeps it for you, **Report** tells organisers.
On other days you **tap A to D**: only you see it, and you can change it until the reveal. Right brings \
{min(right)} to {max(right)} points, wrong {pays.CHOICE_WRONG}.

`/quiz` a live quiz in this channel: whoever answers plays, nothing is paid for speed
`/practice` alone: what is due again comes first, then new questions; no clock
`/discuss` a room on any question, now
`/today` the open questions and how you stand; `date:` any past one
`/me saved` what you have saved
`/leaderboard` who has how many points
Right-click (or hold) a message of yours > Apps > **Count as my answer**, where answers are open"""


def reply(*, organiser: bool) -> Message:
    """Return what the person can use; an organiser reads of the organisers' commands too."""
    return Message(_members() + (ORGANISERS if organiser else ""))
