"""What `/help` shows, by role, on one screen. Pure."""

from __future__ import annotations

from bot.ui.message import Message

MEMBERS = """**StudyLoop** brings a question a day; you answer before you see the others.

**Answer** the question in its channel: a form opens, ten minutes are enough. Your answer opens the room \
with everybody else's. **Hint** and **Remind me** stand below. An answer before the reveal brings 10 points; \
at the reveal comes the model answer.
In the room: **Review** ticks the points of a good answer (3 points for you, 2 for each that is confirmed \
for its author), **Upvote** brings its author 1. **Save** keeps it for you, **Report** tells organisers.
On other days you **tap A to D**: only you see it, and you can change it until the reveal. Right brings 5 to \
12 points, wrong 1.

`/quiz` a live quiz in this channel: whoever answers plays, nothing is paid for speed
`/practice` alone: what is due again comes first, then new questions; no clock
`/discuss` a room on any question, now
`/today` the open questions and how you stand; `date:` any past one
`/me saved` what you have saved
`/leaderboard` who has how many points
Right-click (or hold) a message of yours > Apps > **Count as my answer**, where answers are open"""

ORGANISERS = """

**For organisers**
`/setup` starts a question a day in a channel; run it again to change things
`/manage schedule` add, edit, list, pause, resume, skip, remove, post-now
`/manage log` the channel for what members **Report**: you hide the answer there, or dismiss the report
`/manage reviews` names of reviewers shown or not; `/manage question export` a month as a file
`/manage health` last and next question, what failed and what to do"""


def reply(*, organiser: bool) -> Message:
    """Return what the person can use; an organiser reads of the organisers' commands too."""
    return Message(MEMBERS + (ORGANISERS if organiser else ""))
