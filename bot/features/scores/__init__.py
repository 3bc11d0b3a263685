"""Points: a ledger of acts with their reasons, and the totals that follow from it."""
