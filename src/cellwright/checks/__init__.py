"""Checks of a rollout: programs, web addresses, alarms. Each passes, fails, or can't be read."""
