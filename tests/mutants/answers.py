"""Answers: who may see, write, add, withdraw; rooms, hints, reminders, drafts."""

from tests.mutants.mutant import Mutant

ACCESS = "bot/features/answers/access.py"
SERVICE = "bot/features/answers/service.py"
STORE = "bot/features/answers/store.py"
POSTS = "bot/features/answers/posts.py"
ROOMS = "bot/features/answers/room_posts.py"

MUTANTS = (
    Mutant(
        f"{ACCESS}::Reader.finds_question",
        "self.sees is not False",
        "self.sees is True",
        "a question is lost to everybody with its channel",
    ),
    Mutant(
        f"{ACCESS}::Reader.reads_rubric",
        "self.revealed or self.inside",
        "self.revealed or self.inside or not self.blind",
        "the points of a good answer are read before answering in open channels",
    ),
    Mutant(
        f"{ACCESS}::Reader.reports_answers",
        "or self.was_inside",
        "",
        "who withdrew reads a nasty answer in the room and cannot report it",
    ),
    Mutant(
        f"{ACCESS}::is_exported",
        "and not hidden",
        "",
        "an export shows what organisers have hidden",
    ),
    Mutant(
        f"{ACCESS}::takes_reviews",
        "now < revealed_at + REVIEW_AFTER_REVEAL",
        "now <= revealed_at + REVIEW_AFTER_REVEAL",
        "a review at the very moment of the end is taken",
    ),
    Mutant(
        "bot/features/answers/rules.py::check",
        "visible < shortest // 2",
        "visible < 1",
        "eighty spaces and one letter count as an answer and bring ten points",
    ),
    Mutant(
        "bot/features/answers/rules.py::is_attempt",
        "why.length >= why.shortest // 2",
        "why.length >= why.shortest // 20",
        "each short reply with the ping is lectured in the channel",
    ),
    Mutant(
        f"{STORE}::put_reminder",
        "reminders.c.drop_id == drop_id, reminders.c.user_id == user_id",
        "reminders.c.drop_id == drop_id",
        "the second who asks for a reminder gets none: the first one's is found",
    ),
    Mutant(
        f"{STORE}::find_draft",
        "        drafts.c.purpose == purpose,\n",
        "",
        "the form of an answer opens with the draft of an addition",
    ),
    Mutant(
        f"{STORE}::list_drafts",
        "        drafts.c.subject_id == subject_id,\n",
        "",
        "the form of today's question opens with the draft for another one",
    ),
    Mutant(
        f"{STORE}::delete_draft",
        "        drafts.c.user_id == user_id,\n",
        "",
        "an answer that is taken deletes everybody's drafts for that question",
    ),
    Mutant(
        f"{STORE}::set_answer",
        "    announce(tx, News.ANSWERS)\n",
        "",
        "what was added or withdrawn stays as it was in the room for up to a minute",
    ),
    Mutant(
        f"{SERVICE}::AnswersService.count_message",
        'drop.mode == "blind" and drop.state == "open"',
        'drop.mode == "blind"',
        "a late answer by reply is refused after the reveal of a hidden question",
    ),
    Mutant(
        f"{SERVICE}::AnswersService._accept",
        "earlier.hidden or earlier.state",
        "earlier.state",
        "who withdraws what was hidden writes it again",
    ),
    Mutant(
        f"{SERVICE}::AnswersService._accept",
        "earlier is None or (earlier.scored and await",
        "earlier is None or (earlier.scored or await",
        "withdrawing and writing again after reading the others is paid",
    ),
    Mutant(
        f"{SERVICE}::AnswersService.withdraw",
        "            await self._peers.withdrew(tx, drop, user_id)\n",
        "",
        "who agreed to an early reveal and withdrew counts again when they write again",
    ),
    Mutant(
        f"{SERVICE}::AnswersService.withdraw",
        "            if not answer.hidden:\n",
        "            if True:\n",
        "a hidden answer that is withdrawn is taken off the count twice",
    ),
    Mutant(
        f"{SERVICE}::AnswersService._own",
        "answer is None or answer.guild_id != guild_id",
        "answer is None",
        "an answer is changed from another server by a forged button",
        same="get_written_drop looks at the question's server too",
    ),
    Mutant(
        f"{SERVICE}::AnswersService._own",
        "answer.hidden and not hidden_too",
        "False",
        "a hidden answer gets an addition",
    ),
    Mutant(
        f"{SERVICE}::_written_at",
        "max(now, earlier.created_at + timedelta.resolution)",
        "now",
        "reviews of a withdrawn text count for the one written in its place at the same moment",
    ),
    Mutant(
        "bot/features/answers/lifecycle.py::_set_hidden",
        "    if answer.hidden == hidden:\n        return 0\n",
        "",
        "hiding twice takes an answer off the count twice",
    ),
    Mutant(
        "bot/features/answers/lifecycle.py::show_again",
        'if answer.state == "live":',
        "if True:",
        "an answer that its author withdrew while it was hidden stands in the room again",
        same="what is queued for it is skipped: AnswerPost.prepare shows no withdrawn answer",
    ),
    Mutant(
        f"{POSTS}::AnswerPost.prepare",
        'if drop.mode == "blind" else ()',
        "if False else ()",
        "whoever answers a hidden question is not let into its room",
    ),
    Mutant(
        f"{POSTS}::ReminderPost.prepare",
        'if answer is not None and answer.state == "live":',
        "if False:",
        "who has answered meanwhile is reminded all the same",
    ),
    Mutant(
        f"{POSTS}::ReminderPost.prepare",
        'or drop.state != "open"',
        "",
        "a question that was revealed early is reminded of",
    ),
    Mutant(
        f"{ROOMS}::RoomPost.prepare",
        'if now_fits.mode == "blind"',
        'if now_fits.mode == "blind" and drop.state == "open"',
        "a hidden room that is opened after the reveal is another, public one",
    ),
    Mutant(
        f"{ROOMS}::AboutDrop._reopen",
        "part >= MOST_ROOMS",
        "part > MOST_ROOMS",
        "a room is opened once more than said against a moderator's will",
    ),
    Mutant(
        f"{ROOMS}::AboutDrop._reopen",
        "if answer.message_id is not None:",
        "if True:",
        "an answer that waited for the old room stands in the new one twice",
        same="the post of the earlier round is skipped: AnswerPost.prepare compares rounds",
    ),
    Mutant(
        "bot/features/answers/edits.py::AnswerEdits.list_edits",
        'or post.state != "sent"',
        "",
        "the message of a withdrawn text is rewritten to the new one, and the new one is posted too",
    ),
    Mutant(
        "bot/features/answers/queries.py::get_written_drop",
        "drop.guild_id != guild_id or",
        "",
        "a question of one server is answered in another by a forged button",
    ),
    Mutant(
        "bot/features/answers/queries.py::reader_of",
        "seen is None or (seen and not revealed)",
        "seen and not revealed",
        "who answered reads nothing of a question whose channel was deleted",
    ),
)
