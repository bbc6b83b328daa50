"""Leases on units, and whether their holders live."""
