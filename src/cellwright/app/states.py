"""States of the `local` backend: where they lie, and their lineage and serial without starting Terraform."""

from pathlib import Path

from cellwright.app.home import Home
from cellwright.model.applied import StateMark
from cellwright.model.unit import Unit
from cellwright.terraform.state_reader import read_mark

LOCAL = "local"


def state_path(home: Home, unit: Unit) -> Path | None:
    """Where a unit's state file lies; None if its backend is not `local`."""
    if unit.backend.kind != LOCAL:
        return None
    chosen = unit.backend.config.get("path")
    if isinstance(chosen, str):
        return home.root / chosen
    address = unit.address
    return home.states / address.level / address.cell / f"{address.stack}.tfstate"


def state_mark(home: Home, unit: Unit) -> StateMark | None:
    """The state's lineage and serial as they are now; None where only Terraform could tell."""
    path = state_path(home, unit)
    return read_mark(path) if path is not None else None
