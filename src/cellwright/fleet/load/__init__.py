"""Loads a fleet, or the part of it that a command needs."""
