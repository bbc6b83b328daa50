"""The status of units: up to date, changed and why, blocked, never applied, failed."""
