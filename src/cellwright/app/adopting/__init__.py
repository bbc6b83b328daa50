"""Units that are taken into the ledger with the states that they have already."""
