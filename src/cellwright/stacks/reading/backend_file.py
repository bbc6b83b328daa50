"""The name of the override file that gives a unit its backend, for readers that need no parser."""

BACKEND_FILE = "zz_cellwright_override.tf"
"""The last override wins, by the names of the files.

Not in JSON syntax: a stack that makes something of each of its `*.json` files must not find it.
"""
