"""Reads, edits and writes YAML; every value has its position."""
