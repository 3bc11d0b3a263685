"""What people do with the bot: one package a feature."""
