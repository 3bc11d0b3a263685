"""The questions that are asked: posted, open, revealed."""
