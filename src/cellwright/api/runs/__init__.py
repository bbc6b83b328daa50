"""Runs, their plans and approvals, and what waits for somebody as JSON."""
