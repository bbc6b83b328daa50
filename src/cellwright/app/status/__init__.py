"""What is up to date, what changed and why."""
