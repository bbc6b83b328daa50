"""HCL, the language of Terraform's files, read as syntax: blocks, arguments and their positions.

Reads what `terraform` reads and refuses what it refuses; nothing is evaluated. python-hcl2 8.1 does not: it
refuses comments inside parentheses, byte order marks and strip markers, takes two arguments on one line, and
needs six times as long. tests/contract/stacks/ holds this reader against the real binary.
"""
