"""Carries out a run: the unit step, its dispatchers, resuming after a crash."""
