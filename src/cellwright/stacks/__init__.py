"""Terraform root modules as data: their sources, contracts and digests."""
