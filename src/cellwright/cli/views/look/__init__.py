"""What the commands that only look print."""
