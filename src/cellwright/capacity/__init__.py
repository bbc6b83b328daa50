"""How much of each resource places have, what their cells use of it, and which place has room."""
