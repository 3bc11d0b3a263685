"""`/discuss`: a room on any question of the bank, at any time."""
