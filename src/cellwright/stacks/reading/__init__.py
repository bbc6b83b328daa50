"""Reads a root module's variables, outputs and requirements."""
