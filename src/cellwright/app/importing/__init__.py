"""Fleets that are made of trees of other tools."""
