"""Live quizzes in a channel."""
