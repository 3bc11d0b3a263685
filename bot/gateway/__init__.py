"""What is known of Discord: servers, channels, names, starts, message edits."""
