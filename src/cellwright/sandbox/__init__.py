"""The embedded, emulated AWS in which a fleet runs with no cloud account."""
