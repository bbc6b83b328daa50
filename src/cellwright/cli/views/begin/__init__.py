"""What the commands that begin something print."""
