"""Reads trees of other tools (plain Terraform, Terragrunt, Atmos) and writes the fleet that they describe."""
