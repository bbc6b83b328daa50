"""Plan, apply, resume."""
