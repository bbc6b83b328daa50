"""Reads what Terraform prints and writes: JSON lines, plans, states, errors."""
