"""The worker: a process on any machine that takes ready units and carries them out."""
