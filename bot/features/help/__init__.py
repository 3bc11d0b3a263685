"""`/help`: what the bot does and what can be typed, by role."""
