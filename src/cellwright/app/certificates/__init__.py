"""Certificates of destruction: made from the ledger, signed, validated by somebody else, and checked."""
