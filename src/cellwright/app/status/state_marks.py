"""Lineage and serial of states in the `local` backend, read without Terraform."""

from pathlib import Path

from cellwright.app.session.home import Home
from cellwright.model.applied import DAMAGED_STATE, NO_STATE, StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Unit
from cellwright.terraform.output.states.state_reader import read_mark
from cellwright.terraform.workspace.backend import BackendSettings, complete_backend, local_state_path


def settled_backend(home: Home, unit: Unit) -> BackendSettings:
    """A unit's backend as it is passed to Terraform."""
    settings = BackendSettings(unit.backend.kind, unit.backend.config)
    return complete_backend(settings, unit.address, home.states, home.root)


def state_path(home: Home, unit: Unit) -> Path | None:
    """The path of a unit's state file; None if its backend is not `local`."""
    return local_state_path(settled_backend(home, unit))


def state_mark(home: Home, unit: Unit) -> StateMark | None:
    """The state's present lineage and serial; None where only Terraform can read them."""
    path = state_path(home, unit)
    try:
        return None if path is None else read_mark(path) or NO_STATE
    except DiagnosticError:
        return DAMAGED_STATE
