"""Policies on plans: modules, findings, verdicts. The Rego evaluator is a port."""
