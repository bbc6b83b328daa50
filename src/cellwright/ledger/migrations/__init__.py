"""The steps that brought the ledger's tables to where they are; each is frozen once released."""
