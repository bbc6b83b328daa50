"""What the commands that look back at what happened print."""
