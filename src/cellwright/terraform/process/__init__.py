"""Starts Terraform's processes, follows them, ends them."""
