"""YAML text with the position of every value."""
