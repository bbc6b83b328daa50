"""The relay's own process: serves Terraform on one side, starts providers on the other."""
