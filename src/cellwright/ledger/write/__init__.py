"""Writes the ledger: facts, each with its event, under leases."""
