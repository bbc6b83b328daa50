"""Checks that concern several cells."""
