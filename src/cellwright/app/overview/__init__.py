"""What the pages of the console show, read from the ledger and the fleet."""
