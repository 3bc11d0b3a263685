"""The question bank in the database: what the packs hold, by version."""
