"""Names of a page's elements, made from addresses of which not every sign may stand in a selector."""

import hashlib

from cellwright.model.address import UnitAddress


def row_id(unit: UnitAddress) -> str:
    """Name the row of a unit."""
    return f"unit-{hashlib.blake2b(str(unit).encode(), digest_size=8).hexdigest()}"
