"""Runs of a CI system's builds: begun, followed and answered by processes of which each may die."""
