"""Fetches a release of Terraform or OpenTofu: where it lies, whether it is genuine, where it is kept."""
