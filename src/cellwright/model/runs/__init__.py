"""Runs: what changes, what is planned, what is told while it happens, what is recorded."""
