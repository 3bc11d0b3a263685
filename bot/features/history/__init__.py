"""Past questions: looking back at one, and a month of them as files."""
