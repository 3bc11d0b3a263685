"""What stays: a member's saved answers, past questions with what was said, and a month as a file."""
