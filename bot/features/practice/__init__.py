"""Practice alone: spaced repetition of choice items, and the log of everybody's answers to them."""
