"""Reviews of answers by peers, votes, and what both bring."""
