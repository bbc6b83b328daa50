"""Rego: evaluates policies in a child process."""
