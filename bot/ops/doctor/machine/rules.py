"""Judging what concerns this machine: facts in, findings out. Pure."""

from __future__ import annotations

from datetime import timedelta

from rapidfuzz.distance import OSA

from bot.gateway.budget import BANNED_AT, STOP_AT
from bot.ops.backups import rules as backups
from bot.ops.backups.rules import Contents, size_text
from bot.ops.doctor.rules import (
    BackupFacts,
    BankFacts,
    DatabaseFacts,
    Finding,
    OpenProblem,
    PostFacts,
    RequestFacts,
    SettingsFacts,
    Stuck,
    ZoneFacts,
)
from bot.ui import refusals

# Below the first the next writes fail; below the second a copy beside the database may.
LEAST_FREE = 20_000_000
SPARE = 100_000_000
# Four letters of an own name may differ in a long one; a name of the environment may be somebody else's.
LETTERS_A_SLIP = 4
SLIPS_IN_ENVIRONMENT = 1
SHORTEST_NAME = 7
OLD_ZONES_YEARS = 2
# So many refusals in ten minutes are no accident.
MANY_INVALID = 500
MOST_SHOWN = 5
GIVEN_UP_WITHIN = timedelta(days=7)
LATE_AFTER = timedelta(minutes=10)
REASON_LIMIT = 200
# By the codes of the outbox, as /manage health says it to organisers.
CURES = {
    "channel_gone": (
        "its channel was deleted",
        "An organiser chooses another with `/manage schedule edit channel:`.",
    ),
    "no_access": (
        "the bot may not see its channel",
        "Allow View Channel in the channel's settings > Permissions > the bot's role.",
    ),
    "no_permission": (
        "the bot lacks a permission",
        "Allow it in the channel's settings > Permissions > the bot's role.",
    ),
    "thread_limit": (
        "the server has as many active threads as Discord allows",
        "Somebody closes old threads.",
    ),
    "tag_needed": (
        "its forum demands a tag, and the bot may set none",
        "An organiser adds a tag that everybody may use, or does not require tags.",
    ),
    "room_full": (
        "the room of a question is full with 1,000 people",
        "An organiser chooses `/manage schedule edit mode:open`, where everybody can read the room.",
    ),
    "role_gone": (
        "the role to ping was deleted",
        "An organiser chooses another with `/manage schedule edit ping_role:`.",
    ),
    "no_question": (
        "no question is left after its filters",
        "An organiser widens them with `/manage schedule edit categories:`.",
    ),
    "not_hidden": (
        "answers cannot be hidden in its channel, which is no text channel any more",
        "An organiser chooses a text channel with `/manage schedule edit channel:`, or `mode:open`.",
    ),
    "unreadable": (
        "a setting of its schedule is not known here",
        "An organiser chooses another with `/manage schedule edit`; for a time zone, update tzdata.",
    ),
    "my_error": (
        "an error of the bot keeps its question from coming",
        "Look for `cannot be planned` in the log, and report it.",
    ),
    "unreachable": ("the person takes no direct messages", "Nothing: it is theirs to decide."),
    "refused": (
        "Discord refused the post",
        "Check the channel's settings, then press Try again in `/manage health`.",
    ),
    "unavailable": ("Discord was not available", "Nothing: it is tried again."),
}


def intended(name: str, known: frozenset[str], slips: int) -> str | None:
    """Return the setting that a name was probably meant to be, or None."""
    if name in known or len(name) < SHORTEST_NAME:
        return None
    near = min(known, key=lambda right: (OSA.distance(name, right), right))
    return near if OSA.distance(name, near) <= slips else None


def settings(facts: SettingsFacts) -> list[Finding]:
    """Judge the settings; with an error in them nothing else can be looked at."""
    found = [
        Finding("settings", "problem", line + ".", "Correct it in .env or the environment.")
        for line in facts.mistakes
    ]
    found += [
        _slip(name, right, ".env")
        for name in facts.in_file
        if (right := intended(name, facts.known, len(name) // LETTERS_A_SLIP))
    ]
    for name in facts.in_environment:
        right = intended(name, facts.known, SLIPS_IN_ENVIRONMENT)
        if right and right not in facts.set_names:
            found.append(_slip(name, right, "the environment"))
    if facts.mistakes:
        return found
    if not facts.has_token:
        found.append(
            Finding(
                "settings",
                "problem",
                "DISCORD_TOKEN is not set, so the bot cannot start.",
                "Put the token from https://discord.com/developers/applications into .env.",
            )
        )
    if facts.offset:
        found.append(
            Finding(
                "settings",
                "warning",
                f"STUDYLOOP_CLOCK_OFFSET moves the bot's clock by {facts.offset.total_seconds():g} s.",
                "It is for rehearsals: set it to 0.",
            )
        )
    return found or [Finding("settings", "ok", "All settings can be read.")]


def _slip(name: str, right: str, where: str) -> Finding:
    return Finding(
        "settings", "warning", f"{name} in {where} is no setting, so it does nothing.", f"Name it {right}?"
    )


def database(facts: DatabaseFacts, known: tuple[str, ...], head: str) -> list[Finding]:
    """Judge the database's file."""
    if not facts.has_folder:
        what = f"The folder {facts.folder} does not exist."
        return [Finding("database", "problem", what, "Make it, or correct DATABASE_URL.")]
    found = [*_file(facts, known, head), *_space(facts)]
    if not facts.may_use_folder:
        # A lock and SQLite's own log stand beside the file, so this ends a start with or without one.
        what = f"This user may not write to the folder {facts.folder}, so the bot cannot start."
        todo = "Run this as the bot's user, give it the folder, or correct DATABASE_URL."
        found.append(Finding("database", "problem", what, todo))
    if facts.exists and not facts.is_writable:
        what = f"This user may not write to {facts.path}."
        found.append(Finding("database", "problem", what, "Run this as the bot's user, or give it the file."))
    return found


def _file(facts: DatabaseFacts, known: tuple[str, ...], head: str) -> list[Finding]:
    if not facts.exists or (facts.size == 0 and facts.error is None):
        if not facts.may_use_folder:
            return []
        return [
            Finding(
                "database",
                "warning",
                f"There is no database at {facts.path} yet.",
                "The first start makes it; if there should be one, correct DATABASE_URL.",
            )
        ]
    contents = facts.contents
    if contents is None:
        todo = "Try again in a moment, as the bot's user."
        if facts.is_damage:
            todo = "Stop the bot and put the newest backup back: `python -m bot restore FILE`."
        return [Finding("database", "problem", f"{facts.path} cannot be read ({facts.error}).", todo)]
    if (wrong := backups.flaw(contents, known, head)) is not None:
        todo = "Stop the bot and put the newest backup back: `python -m bot restore FILE`."
        if contents.version is not None and contents.version not in known:
            todo = "Install that version again, or restore an older backup."
        elif contents.version is None and not contents.damages:
            todo = "Correct DATABASE_URL."
        return [Finding("database", "problem", f"{facts.path}: {wrong}.", todo)]
    if contents.version != head:
        what = f"{facts.path} has schema {contents.version}; this version's is {head}."
        todo = "Make a backup (`python -m bot backup FILE`); the next start brings it up to date."
        return [Finding("database", "warning", what, todo)]
    state = "in use by a running bot" if facts.is_running else "not in use"
    what = f"{facts.path} is whole: {size_text(facts.size)}, schema {head}, {state}."
    return [Finding("database", "ok", what)]


def _space(facts: DatabaseFacts) -> list[Finding]:
    what = f"{size_text(facts.free)} are free on the disk of {facts.folder}."
    if facts.free < LEAST_FREE:
        return [Finding("disk", "problem", what, "Free some now: soon nothing can be saved.")]
    if facts.free < SPARE + facts.size:
        return [Finding("disk", "warning", what, "Free some: a migration or restore copies the database.")]
    return [Finding("disk", "ok", what)]


def ledger(contents: Contents) -> list[Finding]:
    """Judge whether everybody's total is the sum of their ledger."""
    differing = contents.differing
    if not differing:
        people = contents.rows.get("totals", 0)
        return [Finding("scores", "ok", f"The totals of {people:,} members equal their ledgers.")]
    found = [
        Finding(
            "scores",
            "problem",
            f"Member {one.user_id} in server {one.guild_id} has {one.total:,} points; "
            f"the ledger says {one.ledger:,}.",
            "Stop the bot, then `python -m bot doctor --rebuild-totals`.",
        )
        for one in differing[:MOST_SHOWN]
    ]
    if len(differing) > MOST_SHOWN:
        rest = f"{len(differing) - MOST_SHOWN:,} more totals differ."
        found.append(Finding("scores", "problem", rest, "The same step mends them."))
    return found


def bank(facts: BankFacts) -> list[Finding]:
    """Judge the question pack."""
    which = "The bundled pack" if facts.is_bundled else f"The pack in {facts.folder}"
    if facts.mistakes:
        where = "" if facts.is_bundled else f" {facts.folder}"
        mistakes = "a mistake" if facts.mistakes == 1 else f"{facts.mistakes:,} mistakes"
        what = f"{which} has {mistakes}: {facts.first}"
        return [Finding("questions", "problem", what, f"See `python -m bot bank check{where}`.")]
    return [Finding("questions", "ok", f"{which} has {facts.questions:,} questions and no mistakes.")]


def zones(facts: ZoneFacts) -> list[Finding]:
    """Judge the time zone data."""
    found = [
        Finding(
            "time zones",
            "problem",
            f"This machine does not know the zone {name}.",
            "Update its time zone data: `pip install --upgrade tzdata`, or the system's tzdata package.",
        )
        for name in facts.unknown[:MOST_SHOWN]
    ]
    year = int(facts.version[:4]) if facts.version and facts.version[:4].isdigit() else None
    if year is not None and facts.today.year - year >= OLD_ZONES_YEARS:
        what = f"The time zone data is of {facts.version}: newer summer times are missing."
        found.append(Finding("time zones", "warning", what, "`pip install --upgrade tzdata`"))
    if found:
        return found
    version = facts.version or "of an unknown version"
    zones = "the zone in use is" if facts.named == 1 else f"all {facts.named} zones in use are"
    known = f"; {zones} known" if facts.named else ""
    return [Finding("time zones", "ok", f"The time zone data is {version}{known}.")]


def daily_backups(facts: BackupFacts | None) -> list[Finding]:
    """Judge the daily backups; None where no folder is set."""
    if facts is None:
        what = "No backups are made by themselves."
        return [Finding("backups", "warning", what, "Set BACKUP_DIR to a folder, best on another disk.")]
    if not facts.exists or facts.error:
        what = f"The folder {facts.folder} cannot be used ({facts.error or 'it does not exist'})."
        return [Finding("backups", "problem", what, "Make it, or correct BACKUP_DIR.")]
    found: list[Finding] = []
    if not facts.is_writable:
        what = f"This user may not write to {facts.folder}."
        found.append(Finding("backups", "problem", what, "Give the folder to the bot's user."))
    if facts.newest is None:
        what = f"There is no backup in {facts.folder} yet."
        found.append(Finding("backups", "warning", what, "The running bot makes one within a minute."))
    elif facts.now - facts.newest > backups.STALE_AFTER:
        what = f"The newest backup in {facts.folder} is of {facts.newest:%d %b %Y %H:%M} UTC."
        todo = "See that the bot runs, and what its log says of `studyloop.backups`."
        found.append(Finding("backups", "problem", what, todo))
    if facts.free < facts.database_size + LEAST_FREE:
        what = f"{size_text(facts.free)} are free on the disk of {facts.folder}."
        found.append(Finding("backups", "warning", what, "Free some, or set a lower BACKUP_KEEP."))
    if found or facts.newest is None:
        return found
    what = f"{facts.count} in {facts.folder}, the newest of {facts.newest:%d %b %Y %H:%M} UTC."
    return [Finding("backups", "ok", what)]


def requests(facts: RequestFacts | None) -> list[Finding]:
    """Judge what the running bot tells of its requests; None where it tells nothing."""
    if facts is None:
        return []
    what = (
        f"Discord has refused {facts.invalid:,} requests in ten minutes (after {BANNED_AT:,} it bans this "
        f"address), and {facts.waiting:,} wait for their turn."
    )
    if facts.invalid >= STOP_AT:
        todo = "Nothing is posted until fewer count: the log says what was refused. Stop other programs."
        return [Finding("requests", "problem", what, todo)]
    if facts.invalid >= MANY_INVALID:
        return [Finding("requests", "warning", what, "See what the log says was refused.")]
    return [Finding("requests", "ok", what)]


def posts(facts: PostFacts, *, is_running: bool) -> list[Finding]:
    """Judge what did not go out: what somebody has to mend, what waits, and what was given up."""
    found = [_cure(problem) for problem in facts.problems[:MOST_SHOWN]]
    if len(facts.problems) > MOST_SHOWN:
        rest = f"{len(facts.problems) - MOST_SHOWN} more things keep posts from going out."
        found.append(Finding("posts", "problem", rest, "The organisers see them in `/manage health`."))
    if facts.waiting:
        first = facts.waiting[0]
        what = (
            f"{_posts(len(facts.waiting))} waiting to be tried again, the oldest since "
            f"{first.due_at:%d %b %H:%M} UTC in server {first.guild_id} ({_reason(first)})."
        )
        found.append(Finding("posts", "warning", what, "`/manage health` there says what keeps them."))
    if facts.late:
        what = f"{_posts(facts.late)} due and not begun."
        todo = "See what the log says of `studyloop.alarm`." if is_running else "Start the bot."
        found.append(Finding("posts", "warning", what, todo))
    if facts.given_up:
        last = facts.given_up[0]
        what = (
            f"{_posts(len(facts.given_up))} given up in the last week, the last on {last.due_at:%d %b %H:%M} "
            f"UTC in server {last.guild_id} ({_reason(last)})."
        )
        found.append(Finding("posts", "warning", what, "The log has a line with its reason for each."))
    return found or [Finding("posts", "ok", "Nothing waits and nothing was given up in the last week.")]


def _cure(problem: OpenProblem) -> Finding:
    known = refusals.read(problem.detail)
    if known is not None:
        what, todo, detail = f"Discord refuses a post, {known.why}", known.step, f" ({problem.detail})"
    else:
        what, todo = CURES.get(problem.code, ("a post cannot be made", "See `/manage health` there."))
        detail = f" ({' '.join(problem.detail.split())[:REASON_LIMIT]})" if problem.detail else ""
    where = f"Server {problem.guild_id}" + (f", channel {problem.channel_id}" if problem.channel_id else "")
    return Finding("posts", "problem", f"{where}: {what}{detail}.", todo)


def _reason(post: Stuck) -> str:
    """Return why it did not go out: a code in words, and what Discord says cut short."""
    if post.reason is None:
        return "no reason known"
    return CURES.get(post.reason, (" ".join(post.reason.split())[:REASON_LIMIT],))[0]


def _posts(count: int) -> str:
    return "One post is" if count == 1 else f"{count:,} posts are"
