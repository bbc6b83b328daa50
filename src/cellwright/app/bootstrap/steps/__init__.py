"""The steps of the bootstrap, a module each, in their order in `sequence`."""
