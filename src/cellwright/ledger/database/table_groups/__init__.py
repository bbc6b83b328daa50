"""The ledger's tables by subject."""
