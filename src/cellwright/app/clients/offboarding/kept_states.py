"""Where the states of a client lie that goes: in the fleet's artifact store, sealed, or on this machine."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.session import OpenFleet
from cellwright.artifacts.sealing import Seal
from cellwright.artifacts.store import ArtifactStore
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.address import UnitAddress

_LOCAL = "this machine: "


@dataclass(frozen=True, slots=True)
class KeptStates:
    """The states from before the destruction, of one offboarding. They hold secrets in clear."""

    folder: Path
    """Where they lie if the fleet has no store; closed to others."""
    offboarding: str
    store: ArtifactStore | None = None
    seal: Seal | None = None

    @classmethod
    def of(cls, fleet: OpenFleet, offboarding: str) -> "KeptStates":
        """Give the place of a fleet."""
        store = fleet.session.artifacts()
        seal = Seal.of(fleet.digester.keyed) if store is not None else None
        return cls(fleet.home.folder / "archived-states", offboarding, store, seal)

    def put(self, unit: UnitAddress, content: bytes) -> str:
        """Keep a state, and tell where.

        Raises:
            DiagnosticError: the place can't be written.
        """
        name = self._name(unit)
        if self.store is not None and self.seal is not None:
            self.store.put(name, self.seal.close(content, name))
            return name
        path = self.folder / self.offboarding / f"{unit}.tfstate"
        with file_errors(f"{path} can't be written"):
            make_private_folder(path.parent)
            write_file(path, content)
        return f"{_LOCAL}{path}"

    def get(self, unit: UnitAddress, digest: str) -> bytes | None:
        """Give a state that was kept; None if it is not here, or not the one with this SHA-256.

        Raises:
            DiagnosticError: the store can't be used.
        """
        name = self._name(unit)
        found: bytes | None = None
        if self.store is not None and self.seal is not None:
            sealed = self.store.get(name)
            found = None if sealed is None else self.seal.open(sealed, name)
        elif (path := self.folder / self.offboarding / f"{unit}.tfstate").is_file():
            with file_errors(f"{path} can't be read"):
                found = path.read_bytes()
        return found if found is not None and hashlib.sha256(found).hexdigest() == digest else None

    def _name(self, unit: UnitAddress) -> str:
        return f"archived-states/{self.offboarding}/{unit}.tfstate"
