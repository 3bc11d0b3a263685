"""What a trial by others broke without any test that noticed it."""

from tests.mutants.mutant import Mutant

TRANSPORT = "bot/outbox/transport.py"
REVIEWS = "bot/features/reviews/service.py"
OUTBOX = "bot/outbox/store.py"
COG = "cogs/answers.py::Answers.on_message"

MUTANTS = (
    Mutant(
        f"{TRANSPORT}::DiscordTransport._open_unmarked",
        "invitable=False",
        "invitable=True",
        "members of a hidden room invite those who have not answered",
    ),
    Mutant(
        f"{REVIEWS}::ReviewsService.to_do",
        "reader.reaches_answers and",
        "",
        "reviews to do name questions in channels that the member cannot see",
    ),
    Mutant(
        f"{REVIEWS}::ReviewsService._see",
        "not reader.finds_question or (answer.user_id != user_id and not reader.reaches_answers)",
        "False",
        "the reviews of an answer are read in a channel that the member cannot see",
    ),
    Mutant(
        f"{REVIEWS}::ReviewsService.another",
        "            if not reader.reaches_answers:\n                return NotThere()\n",
        "",
        "an answer to review comes from a channel that the member cannot see",
    ),
    Mutant(
        "bot/features/answers/access.py::sight_of_answer",
        "    if not reader.reaches_answers:\n        return Sight.AWAY\n",
        "",
        "saved and past answers show what stands in a channel that the member cannot see",
    ),
    Mutant(
        "bot/features/today/service.py::TodayService.show",
        "if sees(one.drop.channel_id) is not False]",
        "]",
        "/today shows the question of a channel that the member cannot see",
    ),
    Mutant(
        f"{OUTBOX}::retry_guild",
        "        posts.c.guild_id == guild_id,\n",
        "",
        "a retry in one server sends what waits in all others",
    ),
    Mutant(
        f"{OUTBOX}::retry_guild",
        "    announce(tx, News.POSTS)\n",
        "",
        "what was asked to be tried again comes a minute late",
    ),
    Mutant(
        f"{OUTBOX}::retry_waiting",
        "    announce(tx, News.POSTS)\n",
        "",
        "answers that waited for their room come a minute late",
    ),
    Mutant(
        "bot/features/drops/lifecycle.py::opened",
        "not_after=reveal_at + REVEAL_NOT_AFTER",
        "not_after=now + REVEAL_NOT_AFTER",
        "the reveal of a question that is open for more than a week never comes",
    ),
    Mutant(
        "bot/features/quiz/rounds.py::end",
        "not_after=at + END_NOT_AFTER",
        "not_after=now + END_NOT_AFTER",
        "a quiz's last message has some seconds less than a day",
    ),
    Mutant(
        f"{TRANSPORT}::_send",
        "fail_if_not_exists=False",
        "fail_if_not_exists=True",
        "the reveal fails where a moderator has deleted the question's message",
    ),
    Mutant(COG, "message.author.bot or", "", "what another bot replies counts as an answer"),
    Mutant(
        COG,
        "        if me not in message.mentions:\n            return\n",
        "",
        "each reply to the question counts as an answer though the bot is not mentioned",
    ),
    Mutant(
        "cogs/quiz.py::Quiz.again",
        "outcome = self._refuse_place(click.interaction.channel)",
        "outcome = None",
        "Rematch starts a quiz in a thread or where the bot may not write",
    ),
    Mutant(
        "bot/features/moderation/posts.py::ReportPost.prepare",
        "chosen = await queries.get_log_channel(tx, post.guild_id)",
        "chosen = post.channel_id or None",
        "a report that waits goes to the old log channel after another was chosen",
    ),
    Mutant(
        "bot/features/moderation/service.py::ModerationService.set_log_channel",
        "                await self._queue(tx, guild_id, report.id, now)\n",
        "                pass\n",
        "open reports stay in the old log channel after another was chosen",
    ),
    Mutant(
        "bot/ops/backups/copies.py::_check_room",
        "(log.stat().st_size if log.exists() else 0)",
        "0",
        "a backup whose log is large takes the last of the disk",
    ),
)
