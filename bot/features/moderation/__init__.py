"""Reports of answers, and what organisers do about them."""
