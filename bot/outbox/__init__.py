"""Every message the bot posts on its own: queued with its cause, sent exactly once."""
