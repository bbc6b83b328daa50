"""Where Terraform states lie, and what of them may be shown."""
