"""Rollouts: a change of many cells, wave after wave, as use cases."""
