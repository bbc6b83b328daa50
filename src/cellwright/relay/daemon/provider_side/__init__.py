"""The side of the relay that starts provider processes and talks to them."""
