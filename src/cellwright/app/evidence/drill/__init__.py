"""Restore drills: ledger and states are restored beside, compared with what is recorded, and removed."""
