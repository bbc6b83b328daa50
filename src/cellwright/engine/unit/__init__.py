"""The unit step: one unit of a run from its lease to its outcome."""
