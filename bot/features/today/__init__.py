"""`/today`: the open questions, wherever one is, and how one stands with each."""
