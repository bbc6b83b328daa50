"""Who carries out the runs that are in the ledger's queue."""
