"""Rollouts in the ledger: one active rollout a cell, held by a constraint."""
