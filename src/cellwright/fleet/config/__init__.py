"""Reads fleet.yaml and a fleet's documents."""
