"""Where secrets come from: read when a unit runs, kept in memory only."""
