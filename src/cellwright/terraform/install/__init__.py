"""The binary, its configuration, its providers' packages."""
