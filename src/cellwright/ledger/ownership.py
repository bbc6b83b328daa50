"""To which fleet and which key a ledger belongs: recorded at the first write, checked ever after."""

from collections.abc import Callable, Mapping

from cellwright.ledger.key import VARIABLE, Key
from cellwright.model.diagnostic import DiagnosticError, error

FLEET = "fleet"
"""The binding with the fleet's name."""
KEY = "key_check"
"""The binding that identifies the key of the ledger's digests."""


def refuse_other_fleet(bindings: Mapping[str, str], name: str, location: Callable[[], object]) -> None:
    """Go on only if the ledger is this fleet's, or no fleet's yet.

    Raises:
        DiagnosticError: it is another fleet's, whose units would all seem to be gone from this one.
    """
    bound = bindings.get(FLEET, name)
    if bound != name:
        raise DiagnosticError(
            error(
                f"the ledger {location()} belongs to the fleet '{bound}', not to '{name}'",
                "name another ledger with --ledger; each fleet needs one of its own",
            )
        )


def refuse_other_key(bindings: Mapping[str, str], key: Key, location: Callable[[], object]) -> None:
    """Go on only if the ledger's digests are made with this key, or there are none yet.

    Raises:
        DiagnosticError: they are made with another key, so every sensitive value would seem changed.
    """
    if bindings.get(KEY, key.check()) != key.check():
        raise DiagnosticError(
            error(
                f"the key of {key.origin} is not the one of the ledger {location()}",
                f"put back the key that it was made with, in its file or in {VARIABLE}",
            )
        )
