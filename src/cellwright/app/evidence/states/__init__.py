"""States as they lie in their backends, read without Terraform: for drills, inventory and network map."""
