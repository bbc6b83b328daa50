"""Terraform's commands for one unit, in order."""
