"""Reading Terraform states, and the messages about their locks."""
