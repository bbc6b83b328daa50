"""The destruction of a client: how each resource came to its end, and what is left of it. Pure decisions."""
