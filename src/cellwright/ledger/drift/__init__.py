"""Drift as the ledger has it: what looks have found, what is acknowledged, schedules, the budget."""
