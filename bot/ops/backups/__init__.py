"""Backups of the database: made by hand or daily, checked, and put back."""
