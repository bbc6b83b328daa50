"""Caches that make the next load faster; each may be deleted at any time."""
