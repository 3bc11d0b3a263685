"""A small Discord on 127.0.0.1: REST and gateway over real sockets, for crash and wire tests.

    async with Server() as server:
        guild = server.add_guild()
        channel = server.add_channel(guild)
        async with BotProcess(server, command, tmp_path, env) as bot:
            await bot.ready()
            reply = await server.slash(server.add_member(guild, "Ada"), channel, "today")

State lives in the server, so it survives a bot that is killed. Permissions are not simulated
(`server.faults.deny`). Without the message content intent the bot sees no text of people's messages.
README.md beside this file says more.
"""

from tests.loopcord.calls import Call
from tests.loopcord.faults import DROP, Fault
from tests.loopcord.interaction_data import DriverError
from tests.loopcord.process import BotProcess
from tests.loopcord.record import InteractionRecord
from tests.loopcord.server import Server
from tests.loopcord.state import Channel, Guild, Member, Message, User

__all__ = [
    "DROP",
    "BotProcess",
    "Call",
    "Channel",
    "DriverError",
    "Fault",
    "Guild",
    "InteractionRecord",
    "Member",
    "Message",
    "Server",
    "User",
]
