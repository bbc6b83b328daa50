"""What an auditor wants to see, clause by clause, and whether it was seen. Pure."""
