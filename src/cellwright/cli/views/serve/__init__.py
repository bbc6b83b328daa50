"""What the commands that serve others print."""
