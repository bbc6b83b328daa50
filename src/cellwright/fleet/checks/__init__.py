"""Checks between the cells of a fleet."""
