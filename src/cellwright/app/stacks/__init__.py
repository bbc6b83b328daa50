"""Use cases about a fleet's stacks as git projects of their own."""
