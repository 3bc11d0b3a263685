"""Questions of the day: posted, open, revealed; early reveals and how one did."""

from tests.mutants.mutant import Mutant

STORE = "bot/features/drops/store.py"
LIFE = "bot/features/drops/lifecycle.py"
QUERIES = "bot/features/drops/queries.py"
POSTS = "bot/features/drops/posts.py"
REVEALS = "bot/features/reveals/service.py"

MUTANTS = (
    Mutant(
        "bot/features/drops/rules.py::open_until",
        "else opened_at + SHORTEST_OPEN",
        "else reveal",
        "a question that comes late is revealed some minutes later",
    ),
    Mutant(
        STORE,
        "sa.and_(_NEWEST.c.guild_id == drops.c.guild_id, _NEWEST.c.number",
        "sa.and_(_NEWEST.c.number",
        "a server's numbers and categories go on after another server's",
    ),
    Mutant(
        f"{STORE}::list_open_drops",
        "drops.c.guild_id == guild_id, ",
        "",
        "/today shows the questions of all servers",
    ),
    Mutant(
        f"{STORE}::find_drop",
        ' drops.c.state == "open")',
        " sa.true())",
        "a message in a channel counts for the question of last week",
    ),
    Mutant(
        f"{STORE}::was_asked",
        "            drops.c.message_id.is_not(None),\n",
        "",
        "a question that never went out makes its discussion unpaid",
    ),
    Mutant(
        STORE,
        '        drops.c.kind == sa.bindparam("kind"),\n',
        "",
        "usually counts taps on choice questions among the writers",
    ),
    Mutant(
        f"{STORE}::set_drop",
        "    announce(tx, News.DROPS)\n",
        "",
        "counts on the question's message come a minute late",
    ),
    Mutant(
        f"{LIFE}::plan",
        "not_after=new.due_at + late",
        "not_after=new.due_at + 2 * late",
        "a question goes out a day late though twelve hours were set",
    ),
    Mutant(
        f"{LIFE}::opened",
        'if drop.state != "planned":',
        "if False:",
        "a question whose schedule was removed while it was sent is open and is revealed",
    ),
    Mutant(
        f"{LIFE}::opened",
        "channel_id=receipt.message_id if forum else drop.channel_id,",
        "channel_id=drop.channel_id,",
        "in a forum the reveal has no post to stand in",
    ),
    Mutant(
        f"{LIFE}::withdraw",
        'for kind in ("drop", "room", *REVEALS.values()):',
        'for kind in ("drop", "room"):',
        "a removed schedule's question is revealed all the same",
    ),
    Mutant(
        f"{QUERIES}::is_waiting",
        'post.state == "pending"',
        'post.state in {"pending", "sending"}',
        "a question on its way to Discord is moved to another channel and lost there",
    ),
    Mutant(
        f"{QUERIES}::pays",
        '    if drop.kind == "choice":\n        return False\n',
        "",
        "a discussion of a choice question that one has picked pays",
    ),
    Mutant(
        f"{QUERIES}::pays",
        ", but_not=drop.id",
        "",
        "a discussion never pays: it was asked by itself",
    ),
    Mutant(
        f"{POSTS}::DropPost.prepare",
        'if post.state == "pending":',
        "if True:",
        "a question whose reply was lost moves its reveal at each look",
    ),
    Mutant(
        "bot/features/drops/permissions.py::needed_permissions",
        'not hidden or kind != "open"',
        'mode == "open"',
        "/setup does not name the permission that the room of a choice question needs",
    ),
    Mutant(
        f"{REVEALS}::RevealsService.reveal",
        "            if not organiser and await self._starter_of(tx, drop) != user_id:\n"
        "                return MayNotReveal(drop)\n",
        "",
        "anybody reveals a question by a forged button",
    ),
    Mutant(
        f"{REVEALS}::RevealsService._agree",
        "if answer.stands}",
        "}",
        "who was hidden decides about the reveal",
    ),
    Mutant(
        f"{REVEALS}::RevealsService.look",
        "frozenset(ticks).intersection(points)",
        "frozenset(ticks)",
        "a forged form keeps ticks of points that are not there",
    ),
    Mutant(
        "bot/features/reveals/early.py::Agreement.is_unanimous",
        "len(self.writers) >= AGREE_FROM and",
        "",
        "a single writer reveals the question for all",
    ),
    Mutant(
        "bot/features/reveals/early.py::count",
        "frozenset(writers) - left",
        "frozenset(writers)",
        "who left the server keeps a reveal from coming",
    ),
    Mutant(
        "bot/features/reveals/settlement.py::Settlement.settle",
        'drop.state != "revealed" and await',
        "await",
        "a revealed question is revealed once more by a withdrawal",
        same="reveal_now does nothing for a question that is not open",
    ),
    Mutant(
        "bot/features/reveals/turnout.py::turnout",
        "if not answer.late}",
        "}",
        "the reveal names late answers that had read the model answer",
    ),
    Mutant(
        "bot/features/reveals/posts.py::RevealPost._compare",
        "if drop is not None and told == ",
        "if drop is not None or told == ",
        "an answer that came while the reveal was sent is missing in it for good",
    ),
)
