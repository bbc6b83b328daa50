"""Files: written whole or not at all, private to their owner, locked, cached."""
