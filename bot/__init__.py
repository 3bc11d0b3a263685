"""StudyLoop: a Discord bot for groups who prepare for interviews together."""

__version__ = "0.1.0"
