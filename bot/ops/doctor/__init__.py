"""`python -m bot doctor`: is all well, and what to do about what is not. Reads only."""
