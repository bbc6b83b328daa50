"""The side of the relay that Terraform connects to."""
