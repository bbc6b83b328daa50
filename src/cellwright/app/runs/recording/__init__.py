"""What is recorded of a run while it goes on: progress, logs, plans, traces."""
