"""The SQL database of what was done: applied fingerprints, outputs, runs, leases, events."""
