"""The pages of runs and approvals."""
