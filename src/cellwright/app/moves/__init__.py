"""Cells renamed, units moved to another placement, resources moved between units: nothing is destroyed unasked."""
