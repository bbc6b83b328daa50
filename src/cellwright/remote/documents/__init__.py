"""Documents of the API read back into the values that they were made of; the reverse of `api/`."""
