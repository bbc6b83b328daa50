"""Decides which unit of a run is next, and asks for approval."""
