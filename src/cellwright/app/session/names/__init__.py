"""Whose the names of cells were, and who has a role by one."""
