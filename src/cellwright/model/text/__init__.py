"""Texts: how they are read, written, compared and shown."""
