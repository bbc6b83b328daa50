"""Parts of the patches of a service that has many."""
