"""Live quizzes, choice questions of the day, practice: which tap counts, what it pays, what comes next."""

from tests.mutants.mutant import Mutant

RULES = "bot/features/quiz/rules.py"
STORE = "bot/features/quiz/store.py"
SERVICE = "bot/features/quiz/service.py"
TAPS = "bot/features/quiz/taps.py"
ROUNDS = "bot/features/quiz/rounds.py"
POSTS = "bot/features/quiz/posts.py"
PRACTICE = "bot/features/practice/service.py"
SESSION = "bot/features/practice/session.py"
CARDS = "bot/features/practice/store.py"
MEMORY = "bot/features/practice/rules.py"

MUTANTS = (
    Mutant(
        f"{RULES}::judge",
        "at > ends_at + GRACE",
        "at > ends_at",
        "a choice of the last moment, on its way for half a second, is late",
    ),
    Mutant(
        f"{RULES}::after_restart",
        "max(ends_at - touched_at, SHORTEST_REST)",
        "ends_at - touched_at",
        "after a restart a question closes before anybody can choose",
    ),
    Mutant(
        f"{RULES}::everybody_is_in",
        "set(before) <= set(now)",
        "len(before) <= len(now)",
        "a newcomer's choice ends the question for somebody who is still thinking",
    ),
    Mutant(
        f"{RULES}::pick",
        "(never + seen)[:size]",
        "mixed[:size]",
        "a rematch asks what was just asked",
    ),
    Mutant(
        f"{RULES}::_ranks",
        "ordered.index(points) + 1",
        "ordered.index(points)",
        "the winner of a quiz has place 0",
    ),
    Mutant(
        f"{STORE}::last_seen",
        "quizzes.c.channel_id == channel_id, ",
        "",
        "what another channel was asked counts as seen here",
    ),
    Mutant(
        f"{STORE}::list_being_asked",
        "quizzes.c.guild_id == guild_id, ",
        "",
        "a quiz in one server keeps its questions from all others",
    ),
    Mutant(
        f"{STORE}::_asked",
        "before.c.position == quiz_items.c.position - 1",
        "before.c.position == quiz_items.c.position",
        "a question ends early though a player of the last one has not chosen",
    ),
    Mutant(
        f"{STORE}::list_all_choices",
        ', quiz_items.c.state == "closed"',
        "",
        "choices of a question that was called off count in the standings",
    ),
    Mutant(
        f"{STORE}::delete_offers",
        ", quizzes.c.created_at < before",
        "",
        "the button under a refusal is gone when somebody else is refused",
    ),
    Mutant(
        f"{SERVICE}::QuizService.again",
        "old is None or old.guild_id != guild_id",
        "old is None",
        "a quiz of another server is repeated by a forged button",
    ),
    Mutant(
        f"{SERVICE}::QuizService._first_at",
        "(post.due_at if waits and post else now) + rules.LEAD",
        "now + rules.LEAD",
        "a rematch begins before the last quiz has said how it ended",
    ),
    Mutant(
        f"{SERVICE}::QuizService._may_stop",
        "        if quiz.starter_id != user_id and not organiser:\n            return NotYours(quiz)\n",
        "",
        "anybody stops a quiz",
    ),
    Mutant(
        f"{SERVICE}::QuizService._may_stop",
        "quiz.guild_id != guild_id or",
        "",
        "an organiser of another server stops a quiz",
    ),
    Mutant(
        f"{SERVICE}::QuizService.missed",
        "quiz is None or quiz.guild_id != guild_id",
        "quiz is None",
        "the misses of a quiz are practised in another server",
    ),
    Mutant(
        f"{TAPS}::QuizTaps._flush_item",
        "if tap.guild_id == asked.guild_id}",
        "}",
        "a forged button plays in a quiz of another server",
    ),
    Mutant(
        f"{TAPS}::_is_asked",
        'return post is not None and post.state == "sending"',
        "return post is not None",
        "the next question is answered before it is shown",
    ),
    Mutant(
        f"{ROUNDS}::Rounds._fail",
        "        self._put_off[item.id] = now + PUT_OFF\n",
        "        self._put_off[item.id] = now\n",
        "a question that cannot be closed keeps the alarm busy",
    ),
    Mutant(
        f"{ROUNDS}::Rounds.opened",
        'quiz.state != "running" or item.state != "planned"',
        'item.state != "planned"',
        "a quiz that was stopped while a question was sent goes on with it",
        same="end() has made the item void before: its state is not planned any more",
    ),
    Mutant(
        f"{ROUNDS}::Rounds._close",
        "        elif rules.is_idle([before.answered if before else 1, item.answered]):\n"
        "            await end(tx, quiz, IDLE, now)\n",
        "",
        "a quiz goes on in an empty channel to its last question",
    ),
    Mutant(
        f"{ROUNDS}::queue_item",
        "not_after=due_at + rules.LONGEST_PAUSE",
        "not_after=due_at + 6 * rules.LONGEST_PAUSE",
        "a quiz goes on an hour later when everybody has left",
    ),
    Mutant(
        f"{POSTS}::ItemPost.blocked",
        "blocked.trouble in NO_WAY_IN",
        "True",
        "one refusal of Discord's that passes ends a quiz",
    ),
    Mutant(
        "bot/features/choices/rules.py::judge",
        'if state == "open" and now >= reveal_at else',
        "if now >= reveal_at else",
        "a question that was just sent late takes no taps",
    ),
    Mutant(
        "bot/features/choices/store.py::get_option",
        "choices.c.drop_id == drop_id, choices.c.user_id == user_id",
        "choices.c.drop_id == drop_id",
        "a member is shown what somebody else has chosen",
    ),
    Mutant(
        f"{MEMORY}::pick",
        "if why(item.question_id, memory, now) is not Why.AGAIN]",
        "]",
        "practice asks what is not due yet and never ends",
    ),
    Mutant(
        f"{CARDS}::list_paid",
        "            item_answers.c.guild_id == guild_id,\n",
        "",
        "points in one server keep a member from points in another",
    ),
    Mutant(
        f"{CARDS}::list_paid",
        "            item_answers.c.right,\n",
        "",
        "a wrong tap keeps the right one in a quiz from being paid",
    ),
    Mutant(
        f"{CARDS}::list_due",
        ".where(cards.c.user_id == user_id)",
        "",
        "a member practises what others have missed",
    ),
    Mutant(
        f"{CARDS}::get_session",
        "practice_sessions.c.guild_id == guild_id, practice_sessions.c.user_id == user_id",
        "practice_sessions.c.user_id == user_id",
        "practice in a second server goes on with the question of the first",
    ),
    Mutant(
        f"{PRACTICE}::bring_up",
        "min(card.due_at, now)",
        "now",
        "what is long due goes to the end when it is brought up",
    ),
    Mutant(
        f"{PRACTICE}::PracticeService.choose",
        "            if session.answered_at is None:\n                if item",
        "            if True:\n                if item",
        "a second press on an option counts twice",
    ),
    Mutant(
        f"{PRACTICE}::PracticeService.finish",
        "            if session.ended_at is None:\n",
        "            if True:\n",
        "pressing Done twice moves the end of a sitting",
        same="nothing asks when a sitting ended, only whether it did",
    ),
    Mutant(
        f"{SESSION}::Asking.waiting",
        "return None if item.question_id in await self.hidden(tx, session.guild_id) else item",
        "return item",
        "a question that waits in practice shows what the server is being asked",
    ),
    Mutant(
        f"{SESSION}::answered",
        "and card.state == mine.state",
        "",
        "a rating undoes what a quiz has said of the card since",
    ),
    Mutant(
        f"{SESSION}::is_over",
        "session.ended_at is not None or",
        "",
        "after Done the count of the sitting goes on",
    ),
)
