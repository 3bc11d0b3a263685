"""Answers: written in a form or counted from a message, shown in the room, scored until the reveal."""
