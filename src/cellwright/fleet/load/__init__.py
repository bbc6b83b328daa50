"""Loads a fleet: the whole of it, or the part that a command is about."""
