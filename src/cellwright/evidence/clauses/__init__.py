"""The clauses of 45 CFR 164.308 to 164.316, in their order."""
