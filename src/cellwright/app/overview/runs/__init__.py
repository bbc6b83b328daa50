"""What the pages of runs and approvals show."""
