"""Servers that leave and come back, their deletion; points; the question bank."""

from tests.mutants.mutant import Mutant

SERVICE = "bot/features/servers/service.py"
STORE = "bot/features/servers/store.py"
DELETION = "bot/features/servers/deletion.py"
LEDGER = "bot/features/scores/store.py"
SCORES = "bot/features/scores/service.py"
BANK_STORE = "bot/features/bank/store.py"

MUTANTS = (
    Mutant(
        "bot/features/servers/rules.py::is_over",
        "now >= deleted_at(left_at)",
        "now >= left_at",
        "a server that removed the bot by mistake loses everything at once",
    ),
    Mutant(
        f"{SERVICE}::ServersService._compare_all",
        "if on_shard(g) and not is_here(g)}",
        "if not is_here(g)}",
        "a process takes the servers of another process for gone",
    ),
    Mutant(
        f"{SERVICE}::ServersService._judge",
        "now if g in self._removed else self._missing.get(g, now + GRACE)",
        "now",
        "a server that is slow at a start counts as gone",
    ),
    Mutant(
        f"{SERVICE}::ServersService._left",
        "            if await store.add(tx, guild_id, now):\n",
        "            await store.add(tx, guild_id, now)\n            if True:\n",
        "a server that has been gone for a week is stopped once more",
        same="what is gone is not judged again: _compare_all leaves it out of `absent`",
    ),
    Mutant(
        f"{SERVICE}::ServersService._came_back",
        "            await schedule_departure.came_back(tx, guild_id, now)\n",
        "",
        "a server that is back gets the question of the days it was gone at once",
    ),
    Mutant(
        f"{STORE}::delete_points",
        ".where(t.c.guild_id == guild_id, t.c.user_id.in_(users))",
        ".where(t.c.user_id.in_(users))",
        "deleting one server takes its people's points in all others",
    ),
    Mutant(
        f"{STORE}::belongs",
        'if condition is not None and key.parent.name != "guild_id":',
        "if False:",
        "hints, choices and drafts of a deleted server stay for ever",
    ),
    Mutant(
        f"{DELETION}::Deletion._batch",
        "            await store.begin_deleting(tx, guild_id)\n",
        "            pass\n",
        "a server whose deletion has begun comes back to half of its data",
    ),
    Mutant(
        f"{DELETION}::Deletion._end",
        "        if guild_id in await store.list_known(tx):\n            return False\n",
        "",
        "what a late click wrote during the deletion stays for ever",
    ),
    Mutant(
        f"{LEDGER}::list_totals",
        "totals.c.guild_id == guild_id, ",
        "",
        "the leaderboard shows people of other servers",
    ),
    Mutant(
        f"{LEDGER}::list_totals",
        "totals.c.points > 0",
        "totals.c.points >= 0",
        "people without points stand on the leaderboard",
    ),
    Mutant(
        f"{SCORES}::award_each",
        "changes.get(a.user_id, 0) + change",
        "change",
        "the reply to a review names one of several changes to the points",
    ),
    Mutant(
        f"{SCORES}::award_all",
        "current.get(given.user_id, 0)",
        "0",
        "what was paid before a crash is paid again",
        same="callers pay once, where a question is closed; practice.record says the same of itself",
    ),
    Mutant(
        "bot/features/scores/rules.py::rank",
        "standings[-1].rank if tied else place",
        "place",
        "people with equal points have different places",
    ),
    Mutant(
        BANK_STORE,
        "        questions.c.active,\n    )\n    .order_by(questions.c.id)",
        "    )\n    .order_by(questions.c.id)",
        "retired questions are asked",
    ),
    Mutant(
        f"{BANK_STORE}::retire",
        ".where(questions.c.guild_id == guild_id)",
        "",
        "loading the bundled pack takes the packs of servers out",
    ),
    Mutant(
        BANK_STORE,
        'sa.or_(questions.c.guild_id == EVERYBODY, questions.c.guild_id == sa.bindparam("guild_id"))',
        "questions.c.guild_id >= 0",
        "a server is asked another server's own questions",
    ),
)
