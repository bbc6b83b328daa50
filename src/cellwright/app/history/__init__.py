"""Runs, logs, the audit trail, and what is pruned of them."""
