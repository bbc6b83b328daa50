"""The pages, one module each: its `router`, and its place in the navigation."""
