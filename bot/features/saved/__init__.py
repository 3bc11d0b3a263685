"""What a member keeps: answers and model answers."""
