"""Pure decisions: order, fingerprints, changes, selection."""
