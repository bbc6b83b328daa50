"""States as they lie in their backends, for drills, inventory and network map."""
