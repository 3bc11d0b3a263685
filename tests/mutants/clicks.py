"""The way of a press, a form or a command: router, errors, panels, batches, alarm, cogs."""

from tests.mutants.mutant import Mutant

ROUTER = "bot/ui/router.py"
ERRORS = "bot/ui/errors.py"
PANEL = "bot/ui/panel.py"
REQUEST = "bot/ui/request.py"
IDS = "bot/ui/ids.py"
ALARM = "bot/core/alarm.py"
BATCHES = "bot/core/batches.py"
APP = "bot/app.py"

MUTANTS = (
    Mutant(
        f"{ROUTER}::Router.__init__",
        "discord.InteractionType.modal_submit: self._submitted,",
        "discord.InteractionType.modal_submit: self._pressed,",
        "what is sent with a form is not stored",
    ),
    Mutant(
        f"{IDS}::parse",
        "or parts[2] != VERSION",
        "",
        "a button of another version does something else",
    ),
    Mutant(
        f"{IDS}::parse",
        "or int(subject) > LARGEST",
        "",
        "a forged number reaches the database and is an error in the log",
    ),
    Mutant(
        f"{ERRORS}::ErrorPath.handle",
        "keeps = address.feature == KEEPS_DRAFTS and trouble is None",
        "keeps = trouble is None",
        "a review that failed comes back as a draft of an answer",
    ),
    Mutant(
        f"{ERRORS}::ErrorPath.handle",
        "exc_info=None if theirs or trouble else error",
        "exc_info=None",
        "an error of the bot's has no traceback in the log",
    ),
    Mutant(
        f"{ERRORS}::_private",
        "elif isinstance(value, (dict, list)):",
        "elif isinstance(value, dict):",
        "what was typed into a form stands in the log",
    ),
    Mutant(
        f"{ERRORS}::ErrorPath._return_texts",
        "max(texts, key=len)",
        "texts[0]",
        "of a form with several fields the shortest text is kept",
    ),
    Mutant(
        f"{PANEL}::Panels.show",
        "            await interaction.response.defer()\n",
        "            pass\n",
        "the second of two quick taps says that the interaction failed",
    ),
    Mutant(
        f"{REQUEST}::Request.may_write",
        "allowed.view_channel and allowed.send_messages",
        "allowed.view_channel",
        "a member begins a discussion where they may not write",
    ),
    Mutant(
        f"{ALARM}::Alarm._look",
        "                state.due_at = self._clock.now() + LOOK_EVERY\n",
        "",
        "a duty that failed is called without a pause",
    ),
    Mutant(
        f"{ALARM}::Alarm._drain",
        "                if not self._again:\n                    break\n",
        "                break\n",
        "what comes due during a look waits for a minute",
    ),
    Mutant(
        f"{ALARM}::Alarm._look",
        "            self._whole_look_at = now + LOOK_EVERY.total_seconds()\n            for state",
        "            for state",
        "each look calls every duty",
    ),
    Mutant(
        f"{ALARM}::Alarm.wake",
        "self._states.keys() if names is None else self._states.keys() & names",
        "self._states.keys()",
        "each commit looks at everything",
    ),
    Mutant(
        f"{BATCHES}::Batches._run",
        "        finally:\n            self._running = None",
        "        except RuntimeError:\n            self._running = None",
        "after the first press no other is ever answered",
    ),
    Mutant(
        f"{APP}::StudyBot._is_on_shard",
        "shards is None or",
        "shards is not None and",
        "a bot without shards works for nobody",
    ),
    Mutant(
        f"{APP}::StudyBot._sync",
        "self.shard_ids is None or 0 in self.shard_ids",
        "self.shard_ids is None",
        "with several processes nobody brings the commands in step",
        tests=("tests/wire/test_run.py",),
    ),
    Mutant(
        f"{APP}::_options",
        '"allowed_mentions": discord.AllowedMentions.none(),',
        "",
        "what a member typed rings others when the bot repeats it",
    ),
    Mutant(
        f"{APP}::StudyBot._hear",
        "        self.edits.wake(news)\n",
        "",
        "a count below a question is up to a minute old",
    ),
    Mutant(
        "cogs/schedules.py::Schedules.press_retry",
        "if not await self.directory.may_organise(guild_id, click.user_id):",
        "if False:",
        "a member tries again by the button of a notice",
    ),
    Mutant(
        "cogs/servers.py::Servers.on_thread_update",
        "if before.locked and not after.locked:",
        "if not before.locked and after.locked:",
        "an unlocked room gets its answers ten minutes later",
    ),
    Mutant(
        "cogs/servers.py::Servers.on_guild_role_update",
        "if before.permissions != after.permissions:",
        "if False:",
        "a permission given to the bot's role is noticed ten minutes later",
    ),
    Mutant(
        "cogs/moderation.py::Moderation._choose",
        "or self.directory.everybody_reads(guild_id, channel_id)",
        "",
        "reports go to a channel that everybody reads",
    ),
    Mutant(
        "cogs/moderation.py::Moderation.on_guild_channel_update",
        "if _let_in(before) != _let_in(after):",
        "if False:",
        "reports keep their names when a channel is opened for all",
    ),
    Mutant(
        "cogs/moderation.py::Moderation.on_guild_role_create",
        "            await self.moderation.readers_changed(role.guild.id)\n",
        "            pass\n",
        "a new role reads the names in reports",
    ),
    Mutant(
        "cogs/answers.py::Answers._find_room",
        'click.user_id if drop.mode == "blind" else None',
        "None",
        "who answers is not told that the room is full",
    ),
    Mutant(
        "cogs/practice.py::Practice.press",
        "        if not click.guild_id:\n            await click.replace(Message(DIRECT_ONLY))\n"
        "            return\n",
        "",
        "a forwarded button in a direct message practises in a server that is none",
    ),
    Mutant(
        "cogs/today.py::Today.choose",
        "if isinstance(outcome, Chosen):",
        "if True:",
        "a tap that came too late looks as if it had counted",
    ),
)
