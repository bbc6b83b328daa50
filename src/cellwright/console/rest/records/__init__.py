"""What is on record: events, evidence, certificates."""
