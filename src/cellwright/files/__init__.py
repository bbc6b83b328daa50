"""Files: atomic writes, locks, private folders, names, cache files."""
