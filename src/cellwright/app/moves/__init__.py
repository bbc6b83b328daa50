"""Cells renamed, and resources moved between units: nothing is destroyed unasked."""
