"""What an editor asks about a file that is being written: findings, completion, hover, definitions."""
