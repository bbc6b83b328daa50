"""Why the plan of a plan file may not be applied any more."""

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


def for_older_state(address: UnitAddress) -> DiagnosticError:
    """The state has changed since."""
    return DiagnosticError(
        error(
            f"the saved plan of {address} is stale: it was made for an older version of the state",
            "make a new plan: cellwright plan -o FILE",
        )
    )


def for_other_modules(address: UnitAddress, what: str) -> DiagnosticError:
    """A downloaded module has changed since; `what` says which."""
    return DiagnosticError(
        error(
            f"the saved plan of {address} is stale: {what} since it was made",
            "make a new plan: cellwright plan -o FILE",
        )
    )


def for_other_settings(address: UnitAddress) -> DiagnosticError:
    """The unit's settings have changed since."""
    return DiagnosticError(
        error(
            f"the saved plan of {address} is for other settings than the fleet has now",
            "make a new plan: cellwright plan -o FILE",
        )
    )
