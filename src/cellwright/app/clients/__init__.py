"""Onboard and offboard a client."""
