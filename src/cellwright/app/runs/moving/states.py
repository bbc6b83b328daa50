"""Copies of units' states at other places, and the end of the former ones."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.runs.moving.former_object import remove_object
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.files.atomic import sync_folder, write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Backend, Unit
from cellwright.planning.recorded_state import continues
from cellwright.terraform.output.states.state_reader import (
    EncryptedStateError,
    StateSnapshot,
    is_encrypted,
    mark_of,
    parse_state,
)
from cellwright.terraform.unit.state_copy import copy_state, written_since
from cellwright.terraform.workspace.backend import BackendSettings, complete_backend, local_state_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A unit's state at its new place."""

    backend: Backend
    mark: StateMark | None
    snapshot: StateSnapshot | None
    """None: there is no state, or it is encrypted and could not be read."""


@dataclass(frozen=True, slots=True)
class StateMover:
    """Moves states between places that fleets name; whoever calls it holds the units' leases."""

    fleet: OpenFleet
    terraform: RunTerraform
    """Knows the units as they are recorded, and as they will be."""
    scratch: Path
    """A folder of ours for states in clear, closed to others."""

    def content(self, applied: AppliedUnit, *, opened: bool = False) -> bytes | None:
        """Give the whole state of a unit, which must be the recorded one or a later version of it.

        One that is encrypted comes as it lies there; if it is to be `opened`, as its program reads it.

        Raises:
            DiagnosticError: it is another one, or is not there though the ledger knows one.
        """
        found = self.terraform.content_of(applied, opened=opened)
        recorded, address = applied.head.state, applied.head.address
        mark = mark_of(found, f"the state of {address}") if found else None
        if (
            recorded is not None
            and recorded.lineage
            and (not continues(recorded, mark) or mark is None or mark.serial < recorded.serial)
        ):
            raise DiagnosticError(
                error(
                    f"the state of {address} is not the recorded one, so it is not moved",
                    f"`cellwright plan {address}` tells more; restore it, or accept it with "
                    f"`cellwright apply {address} --accept-state REASON`",
                )
            )
        return found

    def copy(self, unit: Unit, content: bytes) -> Arrived:
        """Write a state where `unit` has its backend, and read it back.

        Raises:
            DiagnosticError: another state is there, or it can't be written.
            TerraformError: the backend can't be used.
        """
        settings = self._completed(unit.backend, unit.address)
        return self.read(unit, self.write(unit, settings, content))

    def write(self, unit: Unit, settings: BackendSettings, content: bytes) -> bytes:
        """Write a state to a place: as it is, or by the unit's program where that encrypts it.

        Gives what is there then, as a program reads it; a local one that was encrypted comes encrypted.

        Raises:
            DiagnosticError: another state is there, or it can't be written.
            TerraformError: the backend can't be used.
        """
        path = local_state_path(settings)
        if path is not None and (is_encrypted(content) or not self.terraform.encrypts(unit)):
            _write_local(path, content, unit.address)
            return content
        with (
            self.kept(unit.address, content) as file,
            self.terraform.at(unit.address, settings, unit.stack.binary) as terraform,
        ):
            copy_state(terraform, file)
            return terraform.pulled()

    def encrypts(self, unit: Unit, content: bytes) -> bool:
        """Tell whether the state of `unit` lies encrypted once it is written: its program writes a copy.

        Raises:
            DiagnosticError: the copy can't be written.
            TerraformError: the program refuses it.
        """
        if not self.terraform.encrypts(unit):
            return False  # no process for most units
        path = self.scratch / f"{dotted(unit.address)}.sealed.tfstate"
        with file_errors(f"{self.scratch} can't be written"):
            make_private_folder(self.scratch)
        try:
            self.write(unit, BackendSettings("local", {"path": str(path)}), content)
            with file_errors(f"{path} can't be read"):
                return is_encrypted(path.read_bytes())
        finally:
            for left in self.scratch.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)

    def read(self, unit: Unit, content: bytes) -> Arrived:
        """Tell what a state at the place of `unit` says; one that is encrypted is read by its program."""
        mark = mark_of(content, f"the state of {unit.address}")
        try:
            snapshot = parse_state(content, "a state")
        except EncryptedStateError:
            snapshot = self.terraform.state_at_place(unit.address)
        return Arrived(backend=unit.backend, mark=mark, snapshot=snapshot)

    @contextmanager
    def kept(self, unit: UnitAddress, content: bytes) -> Iterator[Path]:
        """Keep a state in a file of ours during the block; it holds secrets in clear."""
        with file_errors(f"{self.scratch} can't be written"):
            make_private_folder(self.scratch)
            path = self.scratch / f"{dotted(unit)}.tfstate"
            write_file(path, content)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
            for left in self.scratch.glob(f"{path.name}.*"):
                left.unlink(missing_ok=True)

    def remove(self, backend: Backend, unit: UnitAddress, environment: Mapping[str, str]) -> bool:
        """Remove a state that lies elsewhere now; False if only its backend's own tools can.

        Raises:
            DiagnosticError: it can't be removed.
        """
        settings = self._completed(backend, unit)
        path = local_state_path(settings)
        if path is not None:
            with file_errors(f"{path} can't be removed"):
                for file in (path, path.with_name(f"{path.name}.backup")):
                    file.unlink(missing_ok=True)
                with suppress(OSError):
                    path.parent.rmdir()
            return True
        if settings.kind != "s3":
            return False
        return remove_object(settings.config, {**self.fleet.session.environment, **environment})

    def _completed(self, backend: Backend, unit: UnitAddress) -> BackendSettings:
        home = self.fleet.home
        return complete_backend(
            BackendSettings(backend.kind, backend.config), unit, home.states, self.fleet.session.root
        )


def _write_local(path: Path, content: bytes, unit: UnitAddress) -> None:
    """Copy a local state byte by byte, also one that is encrypted."""
    where = f"the state at the new place of {unit}"
    with file_errors(f"{path} can't be written"):
        before = path.read_bytes() if path.is_file() else b""
        there, mine = mark_of(before, where) if before else None, mark_of(content, where)
        if there is not None and not continues(mine, there):
            raise DiagnosticError(
                error(
                    f"there is another state already at {path}",
                    "look whose it is; remove it, or choose another name, then repeat this",
                )
            )
        if there is not None and mine is not None and there.serial >= mine.serial and before != content:
            raise DiagnosticError(written_since(unit, there, mine))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content, durable=True)
        sync_folder(path.parent)
        if path.read_bytes() != content:
            raise OSError(os.strerror(5))


def dotted(unit: UnitAddress) -> str:
    """Give the name of a unit's own file or folder among copies of states."""
    return str(unit).replace("/", ".")
