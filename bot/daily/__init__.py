"""The daily question: schedules, drops and what goes wrong with them."""
