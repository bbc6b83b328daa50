"""Trees of Terragrunt."""
