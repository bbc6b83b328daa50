"""The report of `ledger rekey` as JSON."""

from cellwright.app.history.rekey import Rekeyed
from cellwright.model.value import Json


def rekey(found: Rekeyed) -> Json:
    """`ledger rekey`: `lost` are units whose sensitive values can't be compared until an apply."""
    return {"units": found.units, "lost": [str(unit) for unit in found.lost], "key": found.origin}
