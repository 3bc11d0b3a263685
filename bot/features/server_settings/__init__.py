"""What is set for a whole server: zone, log channel, anonymous reviews."""
