"""Choice questions of the day: one tap, changeable until the reveal."""
