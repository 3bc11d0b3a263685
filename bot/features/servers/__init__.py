"""Servers that the bot leaves and comes back to, and what is deleted of those it does not come back to."""
