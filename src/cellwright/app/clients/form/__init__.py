"""The form of a client: made from the fleet and the contracts of its stacks, checked as `check` does."""
