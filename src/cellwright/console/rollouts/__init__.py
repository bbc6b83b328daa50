"""What the console's pages and calls of rollouts share."""
