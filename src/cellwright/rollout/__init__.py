"""Rollouts: a change of many cells, wave after wave. Pure decisions; the ledger keeps them."""
