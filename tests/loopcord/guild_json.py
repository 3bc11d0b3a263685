"""Guilds -> the JSON that Discord sends. Pure functions."""

from tests.loopcord.serialization import Json, channel_json, member_json, role_json, stamp, thread_json
from tests.loopcord.state import Guild, World

# What a guild has and no test of this bot needs.
_NOTHING = (
    *("icon", "splash", "discovery_splash", "banner", "description", "home_header", "application_id"),
    *("system_channel_id", "afk_channel_id", "widget_channel_id", "rules_channel_id", "vanity_url_code"),
    *("safety_alerts_channel_id", "public_updates_channel_id", "incidents_data", "max_presences"),
)
_USUAL: Json = {
    "region": "deprecated",
    "verification_level": 1,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw": False,
    "nsfw_level": 0,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "system_channel_flags": 0,
    "afk_timeout": 300,
    "widget_enabled": False,
    "max_members": 500_000,
    "max_video_channel_users": 25,
    "max_stage_video_channel_users": 50,
}


def guild_head_json(guild: Guild) -> Json:
    """A guild as GET /guilds/{id} gives it."""
    return {
        **dict.fromkeys(_NOTHING),
        **_USUAL,
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "preferred_locale": guild.locale,
    }


def guild_json(world: World, guild: Guild, *, all_members: bool) -> Json:
    """GUILD_CREATE: without the members intent the bot is the only member in it."""
    members = [m for m in guild.members.values() if all_members or m.id == world.bot.id]
    threads = [
        thread_json(world, channel, channel.thread)
        for channel in world.channels.values()
        if channel.guild_id == guild.id and channel.thread is not None and not channel.thread.archived
    ]
    return guild_head_json(guild) | {
        "joined_at": stamp(guild.members[world.bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(member) for member in members],
        "channels": [channel_json(world, channel) for channel in world.guild_channels(guild.id)],
        "threads": threads,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
