"""How long tests wait for what must happen: long, because a busy machine is slow, not wrong."""

PATIENCE = 200.0
"""Seconds after which what did not happen will not happen. Nothing waits this long unless a test fails.

Shorter than the limit of a test (`timeout` in pyproject.toml), which can't say for what a test has waited.
"""
