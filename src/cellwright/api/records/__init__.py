"""The audit trail and the ledger's upkeep as JSON."""
