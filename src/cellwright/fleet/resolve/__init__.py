"""Merges a cell's layers and resolves its units."""
