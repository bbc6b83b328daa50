"""Clients in the ledger: their states, legal holds, offboardings and what became of them."""
