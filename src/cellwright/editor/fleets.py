"""The fleets whose files an editor has open; each is found from the file, and opened once."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from pygls.uris import from_fs_path, to_fs_path

from cellwright.app.editing.edited import EditedFleet
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.fleet.load.entry import find_root


class Fleets:
    """Opens fleets, and keeps them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._fleets: dict[Path, EditedFleet] = {}
        self._opening = Lock()

    def of(self, uri: str) -> tuple[EditedFleet, str] | None:
        """Give the fleet of a file, and the file's path in it; None if the address is no file's.

        Raises:
            DiagnosticError: there is none, or it can't be opened.
        """
        file = to_fs_path(uri)
        if file is None:
            return None
        root = find_root(Path(file).parent)
        with self._opening:
            if root not in self._fleets:
                location = Location(fleet=root, environment=self._environment)
                self._fleets[root] = EditedFleet(FleetSession(location))
        return self._fleets[root], Path(file).absolute().relative_to(root).as_posix()

    def saved(self) -> None:
        """A file was written: what was read of stacks may have changed."""
        for fleet in list(self._fleets.values()):
            fleet.saved()

    def close(self) -> None:
        """Close all."""
        for fleet in self._fleets.values():
            fleet.session.close()


def uri_of(fleet: EditedFleet, file: str) -> str:
    """Give a file's address."""
    path = str(fleet.session.root / file)
    return from_fs_path(path) or f"file://{path}"
