"""Keeps plans that wait for an answer in the artifact store, so that any machine can apply them."""

from dataclasses import dataclass

from cellwright.artifacts.sealing import Seal
from cellwright.artifacts.store import ArtifactStore
from cellwright.engine.unit.planned import Planned
from cellwright.files.errors import file_errors
from cellwright.model.address import UnitAddress


def plans_of(run: str) -> str:
    """Where the plans of a run lie in the store."""
    return f"plans/{run}"


@dataclass(frozen=True, slots=True)
class StoredPlans:
    """The plans of one run. They hold secrets in clear, so they are encrypted with the fleet's key."""

    store: ArtifactStore
    seal: Seal
    run: str

    def keep(self, planned: Planned) -> bool:
        """Store a plan.

        Raises:
            DiagnosticError: the file can't be read, or the store can't be used.
        """
        name = self._name(planned)
        with file_errors(f"the plan {planned.path} can't be read"):
            content = planned.path.read_bytes()
        self.store.put(name, self.seal.close(content, name))
        return True

    def fetch(self, planned: Planned) -> bytes | None:
        """Give a plan's file; None if it is not there, or was not stored by this fleet.

        Raises:
            DiagnosticError: the store can't be used.
        """
        name = self._name(planned)
        found = self.store.get(name)
        return None if found is None else self.seal.open(found, name)

    def drop(self, unit: UnitAddress) -> None:
        """Remove what was stored of a unit.

        Raises:
            DiagnosticError: the store can't be used.
        """
        self.store.delete([item.name for item in self.store.list(f"{plans_of(self.run)}/{unit}")])

    def _name(self, planned: Planned) -> str:
        return f"{plans_of(self.run)}/{planned.address}/{planned.sha256}.tfplan"
