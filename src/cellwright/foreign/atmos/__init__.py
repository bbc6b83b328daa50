"""Trees of Atmos."""
