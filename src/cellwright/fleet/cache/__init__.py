"""What is kept of resolved cells between two loads."""
