"""Keeps states in the artifact store that could not be written to their backend."""

from dataclasses import dataclass

from cellwright.artifacts.sealing import Seal
from cellwright.artifacts.store import ArtifactStore
from cellwright.model.address import UnitAddress


@dataclass(frozen=True, slots=True)
class StoredStates:
    """One for each unit at most. They hold secrets in clear, so they are encrypted with the fleet's key."""

    store: ArtifactStore
    seal: Seal

    def keep(self, unit: UnitAddress, content: bytes) -> bool:
        """Store a state.

        Raises:
            DiagnosticError: the store can't be used.
        """
        name = _name(unit)
        self.store.put(name, self.seal.close(content, name))
        return True

    def fetch(self, unit: UnitAddress) -> bytes | None:
        """Give a state; None if there is none, or it was not stored by this fleet.

        Raises:
            DiagnosticError: the store can't be used.
        """
        name = _name(unit)
        found = self.store.get(name)
        return None if found is None else self.seal.open(found, name)

    def drop(self, unit: UnitAddress) -> None:
        """Remove a state.

        Raises:
            DiagnosticError: the store can't be used.
        """
        self.store.delete([_name(unit)])


def _name(unit: UnitAddress) -> str:
    return f"states/{unit}.tfstate"
