"""The relay: the process between Terraform and its providers that removes repeated start-up work."""
