"""Whether the bot is well, and figures for whoever watches it: what HEALTH_PORT serves."""
