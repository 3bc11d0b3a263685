"""The database, backups and restores."""

from tests.mutants.mutant import Mutant

ENGINE = "bot/db/engine.py"
LOCK = "bot/db/lock.py"
COPIES = "bot/ops/backups/copies.py"
RULES = "bot/ops/backups/rules.py"
SERVICE = "bot/ops/backups/service.py"
RESTORES = "bot/ops/backups/restores.py"
STORE = "bot/ops/backups/store.py"
FILES = "bot/ops/backups/files.py"

MUTANTS = (
    Mutant(
        "bot/db/sqlite.py",
        '"BEGIN", "BEGIN IMMEDIATE"',
        '"BEGIN", "BEGIN"',
        "a second program's write in between makes a click fail at once",
        tests=("tests/db",),
    ),
    Mutant(
        "bot/db/lock.py",
        "(fcntl.LOCK_SH if shared else fcntl.LOCK_EX)",
        "fcntl.LOCK_SH",
        "two bots work on one database",
    ),
    Mutant(
        "bot/db/trouble.py::_code_of",
        "return code & _PRIMARY",
        "return code",
        "a full disk is told as an error of the bot's with a traceback",
    ),
    Mutant(
        f"{COPIES}::_check",
        "if target.exists() and not force:",
        "if False:",
        "a backup overwrites a file that nobody wanted overwritten",
    ),
    Mutant(
        f"{COPIES}::check_copy",
        "(wrong := rules.unlike(contents, original)) is not None",
        "False and (wrong := rules.unlike(contents, original)) is not None",
        "a copy that lacks rows counts as a backup",
    ),
    Mutant(
        f"{COPIES}::make",
        "        files.put(part, target)\n",
        "        part.rename(target)\n",
        "after a power cut the newest backup is empty",
    ),
    Mutant(
        f"{RULES}::surplus",
        "sorted(ours)[: max(0, len(ours) - keep)]",
        "sorted(ours)[: len(ours) - keep]",
        "with fewer backups than are to be kept the oldest are deleted",
    ),
    Mutant(
        f"{RULES}::surplus",
        "(at <= now, at, name)",
        "(at > now, at, name)",
        "backups of a wrong clock stay and the right ones go",
    ),
    Mutant(
        f"{RULES}::newest",
        "and at <= now]",
        "]",
        "after a wrong clock there is no backup for years",
    ),
    Mutant(
        f"{RULES}::is_due",
        "or at > now + DAY",
        "",
        "after the clock was set back there is no backup until it has caught up",
    ),
    Mutant(
        f"{SERVICE}::BackupsService._fail",
        "told is None or told.sentence != sentence or now - told.at >= rules.TELL_AGAIN_AFTER",
        "True",
        "the log says every hour that the disk is full",
    ),
    Mutant(
        f"{SERVICE}::BackupsService._fail",
        "        self._next_at = now + rules.RETRY_AFTER\n",
        "",
        "a backup that fails is tried without a pause",
    ),
    Mutant(
        f"{RESTORES}::restore",
        "        lock.exclusive(target),\n",
        "",
        "a database is put back under a running bot",
    ),
    Mutant(
        f"{RESTORES}::_give_to_owner",
        "part.chmod(like.st_mode & 0o777 if like else PRIVATE)",
        "part.chmod(PRIVATE)",
        "after a restore by root the bot's user cannot open the database",
    ),
    Mutant(
        f"{RESTORES}::_set_aside",
        "        files.beside(target, ending).unlink(missing_ok=True)\n",
        "        pass\n",
        "the old database's log is applied to the new one",
    ),
    Mutant(
        f"{RESTORES}::_check",
        "if target.exists() and source.samefile(target):",
        "if False:",
        "the database is restored onto itself",
    ),
    Mutant(
        f"{STORE}::list_differing",
        "total <> ledger",
        "total > ledger",
        "a total that is too small is not noticed",
    ),
    Mutant(
        f"{FILES}::put",
        "    keep(part)\n",
        "",
        "after a power cut a backup of the right name is empty",
    ),
    Mutant(
        f"{FILES}::is_part",
        'name.startswith(f".{stem}-") and',
        "",
        "a backup deletes the part of another bot's backup in the same folder",
    ),
)
