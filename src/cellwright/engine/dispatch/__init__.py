"""Decides which unit of a run is next, asks for approval, and notices requests to cancel."""
