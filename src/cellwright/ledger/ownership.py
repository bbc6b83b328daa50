"""To which fleet and which key a ledger belongs: recorded at the first write, checked ever after."""

from collections.abc import Callable, Mapping

from cellwright.ledger.key import VARIABLE, Key
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.planning.digest import Digester

FLEET = "fleet"
"""The binding with the fleet's name."""
KEY = "key_check"
"""The binding that identifies the key of the ledger's digests."""
DIGESTS = "digests"
"""The binding that says how they are made; ledgers of older versions have none."""
SCOPED = "scoped"
"""They say where their value stands."""


MOVED = "moved"
"""The binding of a ledger that was moved: where it is now. It is only kept."""


def refuse_moved(bindings: Mapping[str, str], location: Callable[[], object]) -> None:
    """Go on only if the ledger was not moved elsewhere.

    Raises:
        DiagnosticError: it was, and what is recorded here is not what was done last.
    """
    place = bindings.get(MOVED)
    if place is not None:
        raise DiagnosticError(
            error(
                f"the ledger {location()} was moved to {place}: it is only kept",
                "get the newest fleet.yaml, whose `ledger:` names it, or name it with --ledger",
            )
        )


def refuse_other_fleet(bindings: Mapping[str, str], name: str, location: Callable[[], object]) -> None:
    """Go on only if the ledger is this fleet's, or no fleet's yet.

    Raises:
        DiagnosticError: it is another fleet's, whose units would all seem to be gone from this one.
    """
    refuse_moved(bindings, location)
    bound = bindings.get(FLEET, name)
    if bound != name:
        raise DiagnosticError(
            error(
                f"the ledger {location()} belongs to the fleet '{bound}', not to '{name}'",
                "name another ledger with --ledger; each fleet needs one of its own",
            )
        )


def digester_of(bindings: Mapping[str, str], key: Key | None, location: Callable[[], object]) -> Digester:
    """What makes the ledger's digests: its key, as far as it is in use, and how the ledger uses it.

    Raises:
        DiagnosticError: the key is lost, or another one, so every sensitive value would seem changed.
    """
    if key is None:
        raise _lost(location())
    used = key.known_as(bindings.get(KEY))
    if used is None:
        raise DiagnosticError(
            error(
                f"the key of {key.origin} is not the one of the ledger {location()}",
                f"put back the key that it was made with, in its file or in {VARIABLE}; if "
                "`cellwright ledger rekey` has run elsewhere, take the key from there; if it is lost: "
                "cellwright ledger rekey --lost-key",
            )
        )
    return Digester(used.secret, used.later, scoped=bindings.get(DIGESTS) == SCOPED)


def _lost(location: object) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the key of the ledger {location} is missing: without it nothing tells whether a sensitive "
            "value has changed",
            f"put it back from a backup, into .cellwright/key or {VARIABLE}; if there is none: cellwright "
            "ledger rekey --lost-key",
        )
    )
