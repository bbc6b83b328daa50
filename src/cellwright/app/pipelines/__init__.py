"""Pipelines of CI systems, made from the fleet."""
