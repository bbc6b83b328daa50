"""Pure decisions: order, fingerprints, standings, selection."""
