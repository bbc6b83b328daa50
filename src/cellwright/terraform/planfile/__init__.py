"""Reads a saved plan from its file, without a Terraform; what is not known exactly is left to `show`."""
