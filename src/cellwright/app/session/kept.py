"""How much of old runs is kept, unless somebody says otherwise. Imports nothing: the help shows it."""

KEPT_DAYS = 90
"""For so long at least the details of a run are kept, unless somebody says otherwise."""
KEPT_RUNS = 100
"""Of so many runs at least, however old they are."""
