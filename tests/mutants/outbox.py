"""The outbox and the gateway: exactly once, paced, in order; rooms, edits, names, starts."""

from tests.mutants.mutant import Mutant

STORE = "bot/outbox/store.py"
DISPATCHER = "bot/outbox/dispatcher.py"
SEARCH = "bot/outbox/search.py"
TRANSPORT = "bot/outbox/transport.py"
PACER = "bot/gateway/pacer.py"
BUDGET = "bot/gateway/budget.py"
DIRECTORY = "bot/gateway/directory.py"
EDITS = "bot/gateway/edits.py"
ROOMS = "bot/gateway/rooms.py"
NAMES = "bot/gateway/names.py"
STARTS = "bot/gateway/starts.py"

MUTANTS = (
    Mutant(
        f"{STORE}::insert_post",
        "    announce(tx, News.POSTS)\n",
        "",
        "a room or a report comes up to a minute after what caused it",
    ),
    Mutant(
        STORE,
        '        posts.c.attempts == sa.bindparam("seen_attempts"),\n',
        "",
        "two processes send the same post",
    ),
    Mutant(
        STORE,
        '        posts.c.guild_id == sa.bindparam("guild_id"),\n',
        "",
        "direct messages of all servers wait behind one server's",
    ),
    Mutant(
        f"{STORE}::list_struggling",
        ", posts.c.attempts > 0",
        "",
        "health names everything that is planned as struggling",
    ),
    Mutant(
        f"{STORE}::retry_guild",
        "        posts.c.due_at <= now,\n",
        "",
        "a permission that changes reveals what was tried and put off to its time",
    ),
    Mutant(
        f"{STORE}::_change_pending",
        "posts.c.kind == kind, ",
        "",
        "taking back a question's post takes back the reminder of the same number",
    ),
    Mutant(
        f"{STORE}::_change_pending",
        ', posts.c.state == "pending"',
        "",
        "what was sent is marked as skipped",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._deliver",
        "            if not await store.claim(tx, post, now):\n                return\n",
        "            await store.claim(tx, post, now)\n",
        "a post that another process has taken is sent twice",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._settle",
        "            await self._transport.remove(found)\n",
        "            pass\n",
        "a message that nobody wants any more stays where a lost reply left it",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._put_off",
        'rules.is_given_up if post.state == "sending" else rules.is_too_late',
        "rules.is_too_late",
        "a message that may stand is forgotten, and nothing follows it",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._try",
        "            await self._put_off(post, MY_ERROR)\n",
        "",
        "a post that cannot be rendered is tried without a pause",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._hold",
        "blocked.trouble is Trouble.UNREACHABLE and post.channel_id == 0",
        "False",
        "closed direct messages are tried every ten minutes for a week",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._is_free",
        " and self._mine(lane[0])",
        "",
        "a process posts for servers that are not its own",
    ),
    Mutant(
        f"{DISPATCHER}::Dispatcher._mark_sent",
        "            await self._kinds[post.kind].sent(tx, post, receipt)\n",
        "        async with self._db.transaction() as tx:\n"
        "            await self._kinds[post.kind].sent(tx, post, receipt)\n",
        "a crash between two transactions leaves a question without room and reveal",
    ),
    Mutant(
        f"{SEARCH}::_find_message",
        "message.author.id == _me(bot) and",
        "",
        "somebody's own bot with the same number is taken for the message",
    ),
    Mutant(
        f"{SEARCH}::_is_like",
        "and thread.name == name",
        "",
        "any thread of the bot's is taken for the room",
    ),
    Mutant(
        f"{SEARCH}::_keep_first",
        "min(ids, default=None)",
        "max(ids, default=None)",
        "of two rooms the one is deleted that people are in",
    ),
    Mutant(
        f"{TRANSPORT}::DiscordTransport.create",
        "guild is None or guild.unavailable",
        "guild is None",
        "during an outage of a server each post is refused as if its channel were gone",
    ),
    Mutant(
        f"{TRANSPORT}::DiscordTransport.create",
        'return Unknown(f"Discord answered {error.status}")',
        "return _blocked(creation, error)",
        "a message that was created before a 500 is created again",
    ),
    Mutant(
        f"{PACER}::Pacer._may_go",
        "priority is Priority.PERSON or not self._stops(now)",
        "not self._stops(now)",
        "near the ban nobody who waits is served any more",
    ),
    Mutant(
        f"{PACER}::Pacer._started",
        "        if sent[0]:\n            self._budget.spend(_now())\n",
        "",
        "what discord.py repeats goes beyond the limit",
    ),
    Mutant(
        f"{PACER}::Pacer._release",
        "                self._budget.spend(now)\n",
        "",
        "after a wait everything goes at once",
    ),
    Mutant(
        f"{BUDGET}::Budget.hold",
        "max(self._held_until, until)",
        "until",
        "a short wait cancels a long one that Discord has asked for",
    ),
    Mutant(
        f"{BUDGET}::Budget.invalid",
        "<= now - INVALID_WINDOW",
        "<= now - 10 * INVALID_WINDOW",
        "refusals count for an hour and a half against the bot",
    ),
    Mutant(
        f"{BUDGET}::Budget.is_stopped",
        "(GO_ON_AT if self._stopped else STOP_AT)",
        "STOP_AT",
        "near the ban the bot goes on and stops with each answer",
    ),
    Mutant(
        f"{DIRECTORY}::DiscordDirectory.everybody_reads",
        "            return True\n",
        "            return False\n",
        "a channel that is not known is taken for one of organisers",
    ),
    Mutant(
        f"{DIRECTORY}::DiscordDirectory.readers",
        "            and not organises(role.permissions)\n",
        "",
        "a channel of organisers alone counts as read by others",
    ),
    Mutant(
        f"{DIRECTORY}::DiscordDirectory._outside",
        "            return True\n        self._outsiders",
        "            return False\n        self._outsiders",
        "whom Discord does not tell about is taken for an organiser",
    ),
    Mutant(
        f"{DIRECTORY}::organises",
        "allowed.administrator or allowed.manage_guild or allowed.manage_messages",
        "allowed.administrator or allowed.manage_guild or allowed.send_messages",
        "whoever may write counts as an organiser who may read reports",
    ),
    Mutant(
        f"{EDITS}::Edits._try",
        "            if done is False:",
        "            if False:",
        "the tag of a forum's post is not tried again at once but by the next change",
    ),
    Mutant(
        f"{EDITS}::Edits._apply",
        "            if error.code not in NEVER:",
        "            if False:",
        "a message that could not be edited once shows its old state for ever",
    ),
    Mutant(
        f"{EDITS}::Edits._is_held",
        "and (pause.place is None or pause.place == self._place(edit.channel_id))",
        "",
        "after a permission is back a message is old for up to a day",
    ),
    Mutant(
        f"{ROOMS}::let_in",
        "        if may_pass(error):\n            raise\n",
        "",
        "who answers while Discord fails stays outside the room",
    ),
    Mutant(
        f"{ROOMS}::way_in",
        "thread.member_count < COUNTED",
        "True",
        "who answers a full room is not told that it does not take them in",
    ),
    Mutant(
        f"{NAMES}::Names._ask",
        "names.get(user_id)",
        'names.get(user_id, "somebody")',
        "who has left stands on the leaderboard as somebody",
    ),
    Mutant(
        f"{STARTS}::wait_for_starts",
        "remaining >= max(FEWEST, needed)",
        "remaining >= needed",
        "the last starts of the day are used up and the token is reset",
    ),
    Mutant(
        f"{STARTS}::Sessions.before",
        "if now - at < COUNTED_FOR]",
        "]",
        "a bot that reconnected some times in a month ends itself",
    ),
)
