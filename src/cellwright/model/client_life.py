"""The life of a client: its states, and which state may follow which."""

from collections.abc import Mapping
from enum import Enum

from cellwright.model.diagnostic import DiagnosticError, error


class ClientState(Enum):
    """How far a client is in its life."""

    REQUESTED = "requested"
    """Its settings are committed; nothing of it was ever applied."""
    PROVISIONING = "provisioning"
    """A run brings it up for the first time."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Scaled down and closed by one more layer; its data stays."""
    OFFBOARDING = "offboarding"
    """It is to go, and nothing is destroyed yet: plans are judged, the hold runs, data is exported."""
    DESTROYING = "destroying"
    ARCHIVED = "archived"
    """Nothing of it stands; its files lie in the archive."""


MOVES: Mapping[ClientState, frozenset[ClientState]] = {
    ClientState.REQUESTED: frozenset({ClientState.PROVISIONING, ClientState.OFFBOARDING}),
    ClientState.PROVISIONING: frozenset({ClientState.ACTIVE, ClientState.OFFBOARDING}),
    ClientState.ACTIVE: frozenset({ClientState.SUSPENDED, ClientState.OFFBOARDING}),
    ClientState.SUSPENDED: frozenset({ClientState.ACTIVE, ClientState.OFFBOARDING}),
    # The first four: it was cancelled, and the client is what it was before.
    ClientState.OFFBOARDING: frozenset(
        {
            ClientState.REQUESTED,
            ClientState.PROVISIONING,
            ClientState.ACTIVE,
            ClientState.SUSPENDED,
            ClientState.DESTROYING,
        }
    ),
    ClientState.DESTROYING: frozenset({ClientState.ARCHIVED}),
    ClientState.ARCHIVED: frozenset({ClientState.REQUESTED}),
}
"""Which states may follow each."""

_ADVICE: Mapping[ClientState, str] = {
    ClientState.REQUESTED: "bring it up first: cellwright onboard {name}",
    ClientState.PROVISIONING: "let its onboarding end first: cellwright onboard {name} goes on with it",
    ClientState.ACTIVE: "cellwright show {name} tells how it stands",
    ClientState.SUSPENDED: "cellwright reinstate {name} ends that",
    ClientState.OFFBOARDING: "cellwright offboard {name} --cancel ends that",
    ClientState.DESTROYING: "cellwright offboard {name} goes on with it",
    ClientState.ARCHIVED: "cellwright onboard {name} --again brings it back as a new client",
}


def refuse_move(cell: str, before: ClientState, after: ClientState) -> None:
    """Go on only if one state may follow the other; `cell` is an address.

    Raises:
        DiagnosticError: it may not.
    """
    if after not in MOVES[before]:
        advice = _ADVICE[before].format(name=cell.rpartition("/")[2])
        raise DiagnosticError(error(f"{cell} is {before.value} and can't become {after.value}", advice))
