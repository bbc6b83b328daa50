"""From the bytes of a fleet repository to resolved units, with the provenance of every value."""
