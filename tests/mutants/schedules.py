"""Schedules, discussions, problems: when, where and what is asked, and what is told to organisers."""

from tests.mutants.mutant import Mutant

RULES = "bot/features/schedules/rules.py"
STORE = "bot/features/schedules/store.py"
SERVICE = "bot/features/schedules/service.py"
RUNS = "bot/features/schedules/runs.py"
CHOICE = "bot/features/schedules/selection.py"
TALK = "bot/features/discussions/service.py"
TALK_RULES = "bot/features/discussions/rules.py"

MUTANTS = (
    Mutant(
        f"{RULES}::choose",
        "if uses.get(c.question_id, (0, 0))[0] == least]",
        "]",
        "a question comes again while others were never asked",
    ),
    Mutant(
        f"{STORE}::list_due_schedules",
        'schedules.c.state == "active", ',
        "",
        "paused schedules are planned at each look",
        same="_plan reads the schedule again and leaves a paused one alone; it costs time only",
    ),
    Mutant(
        f"{STORE}::list_schedules",
        "schedules.c.guild_id == guild_id, ",
        "",
        "organisers see and count the schedules of other servers",
    ),
    Mutant(
        f"{RUNS}::ScheduleRuns._list_due",
        "if mine(s.guild_id) and",
        "if",
        "a process plans the schedules of servers that are not its own",
    ),
    Mutant(
        f"{RUNS}::ScheduleRuns.next_at",
        "if mine(guild_id)",
        "",
        "a server that removed the bot keeps the alarm ringing",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService._change",
        "        await outbox.retry_guild(tx, schedule.guild_id, now)\n",
        "",
        "what waited for a mended schedule comes ten minutes later",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService._change",
        "if wanted.recurrence != schedule.recurrence:",
        "if False:",
        "a new time counts from the day after tomorrow on",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService.post_now",
        "now - last.due_at < DOUBLE_PRESS",
        "False",
        "pressing Post now twice posts two questions",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService._find",
        "schedule.guild_id != guild_id or",
        "",
        "an organiser pauses another server's schedule by its number",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService._find",
        'or schedule.state == "removed"',
        "",
        "a removed schedule is resumed by an old button",
    ),
    Mutant(
        f"{SERVICE}::SchedulesService.health",
        "await outbox.list_struggling(tx, guild_id)",
        "()",
        "health does not name what waits",
    ),
    Mutant(
        f"{CHOICE}::list_pools",
        'bank.list_free if kind == "choice"',
        'bank.list_candidates if kind == "choice"',
        "the day's question is one that a quiz is just solving",
    ),
    Mutant(
        f"{CHOICE}::_choose",
        "if one.question_id not in past.open_now]",
        "]",
        "a question that is being discussed is asked again in the same server",
    ),
    Mutant(
        f"{CHOICE}::order_of",
        'f"{seed} options"',
        '"options"',
        "the right option has the same letter in each choice question",
    ),
    Mutant(
        "bot/features/problems/store.py::resolve_one",
        "        problems.c.code == code,\n",
        "",
        "a channel that is back closes the problem of the lost role too",
    ),
    Mutant(
        "bot/features/problems/store.py::list_problems",
        "problems.c.guild_id == guild_id, ",
        "",
        "health shows the problems of other servers",
    ),
    Mutant(
        "bot/features/problems/lifecycle.py::report",
        "    if trouble is Trouble.UNAVAILABLE:\n        return",
        "    if False:\n        return",
        "organisers are told of each hiccup of Discord's",
    ),
    Mutant(
        f"{TALK_RULES}::may_discuss",
        "o.user_id == user_id and",
        "",
        "three discussions of others use up a member's own",
    ),
    Mutant(
        f"{TALK_RULES}::may_discuss",
        ">= DISCUSSIONS_OPEN",
        "> DISCUSSIONS_OPEN",
        "eleven discussions are open in a server",
    ),
    Mutant(
        f"{TALK}::DiscussionsService._refuse",
        "        if chosen.question_id in await self._bank.list_held(tx, options.guild_id):\n"
        "            return InQuiz()\n",
        "",
        "a discussion gives away what a quiz is asking",
    ),
    Mutant(
        f"{TALK}::DiscussionsService._refuse",
        "if missing is None or missing:",
        "if missing is None:",
        "a discussion begins where the bot may not post, and waits",
    ),
    Mutant(
        f"{TALK}::DiscussionsService.suggest",
        "            asked |= await self._bank.list_held(tx, guild_id)\n",
        "",
        "the list offers what a quiz is asking, which is refused then",
    ),
)
