"""Terraform: runs the terraform or tofu binary, and reads what it prints."""
