"""Keys of a cell's documents that are not its own."""

RESERVED = ("stacks", "environment", "levels")
"""Top-level keys of a cell's document that have a meaning of their own."""
