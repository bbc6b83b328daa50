"""What differs between two revisions of a fleet: resolved settings, by unit, and equal changes grouped."""
