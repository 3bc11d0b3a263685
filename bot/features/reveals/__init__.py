"""The reveal: what it tells, asking for it before its time, and looking at one's own answer."""
