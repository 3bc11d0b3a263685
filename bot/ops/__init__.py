"""For whoever runs the bot: health, backups, doctor."""
