"""Reads a fleet repository and resolves its units, with the origin of every value."""
