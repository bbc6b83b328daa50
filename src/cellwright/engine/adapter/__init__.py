"""The unit step's ports on Terraform."""
