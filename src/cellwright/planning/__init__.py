"""Pure decisions: the order of units, fingerprints, statuses, selection, policies."""
