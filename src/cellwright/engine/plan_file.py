"""Plan files: `plan -o FILE` writes one, `apply FILE` carries out its plans and nothing else.

A plan file is a zip that only its owner may read: Terraform's plans hold secrets in clear.
"""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from pydantic import BaseModel, ConfigDict, ValidationError

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.files.atomic import replacing
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.fetched_module import modules_from_json, modules_to_json
from cellwright.model.run import Operation, RunUnit
from cellwright.terraform.planfile.archive import DAMAGE

FORMAT = 1
_MANIFEST = "manifest.json"
_PRIVATE = 0o600
_ZIP = zipfile.ZIP_DEFLATED


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    unit: str
    operation: str
    fingerprint: str
    plan: str
    modules: list[list[str]] = []
    """Those with which the plan was made; left out if there are none."""


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    format: int
    fleet: str
    units: list[_Entry]


@dataclass(frozen=True, slots=True)
class PlanBundle:
    """An opened plan file, unpacked into a folder that only we may read."""

    fleet: str
    parts: tuple[RunUnit, ...]
    plans: Mapping[UnitAddress, BroughtPlan]


@dataclass(slots=True)
class PlanFileWriter:
    """Collects plans as they are made, from several threads; the file appears when all are in."""

    target: Path
    fleet: str
    _folder: Path = field(init=False)
    _entries: list[_Entry] = field(init=False, default_factory=list)
    _guard: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        """Make a private folder beside the target, so that the last step is one rename."""
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=f".{self.target.name}-", dir=self.target.parent))
        except OSError as fault:
            raise _unwritable(self.target, fault) from fault

    def keep(self, task: UnitTask, plan: Path) -> None:
        """Take a plan."""
        with self._guard:
            name = f"plans/{len(self._entries)}.tfplan"
            entry = _Entry(
                unit=str(task.part.address),
                operation=task.part.operation.value,
                fingerprint=task.plan_fingerprint,
                plan=name,
                modules=modules_to_json(task.modules),
            )
            self._entries.append(entry)
        copied = self._folder / Path(name).name
        try:
            shutil.copyfile(plan, copied)
            copied.chmod(_PRIVATE)
        except OSError as fault:
            raise _unwritable(self.target, fault) from fault

    def finish(self) -> None:
        """Write the file in one step.

        Raises:
            DiagnosticError: it can't be written; what was there before is untouched.
        """
        entries = sorted(self._entries, key=lambda entry: entry.unit)
        manifest = _Manifest(format=FORMAT, fleet=self.fleet, units=entries)
        try:
            with (
                replacing(self.target) as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle,
            ):
                bundle.writestr(_MANIFEST, manifest.model_dump_json(indent=1, exclude_defaults=True))
                for entry in entries:
                    bundle.write(self._folder / Path(entry.plan).name, entry.plan)
        except OSError as fault:
            raise _unwritable(self.target, fault) from fault

    def close(self) -> None:
        """Remove everything but the finished file."""
        shutil.rmtree(self._folder, ignore_errors=True)


_DAMAGE = (*DAMAGE, ValidationError, AddressError)
"""What the library raises on a damaged archive, and what a strange manifest does."""


@contextmanager
def opened_bundle(path: Path) -> Iterator[PlanBundle]:
    """Unpack a plan file for the length of the block.

    Raises:
        DiagnosticError: it is no plan file of ours, is damaged, or is of a newer version.
    """
    folder = Path(tempfile.mkdtemp(prefix="cellwright-plans-"))
    try:
        try:
            bundle = _unpack(path, folder)
        except _DAMAGE as fault:
            raise DiagnosticError(
                error(f"{path} is not a plan file of Cellwright", "make one with: cellwright plan -o FILE")
            ) from fault
        yield bundle
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(path: Path, folder: Path) -> PlanBundle:
    with zipfile.ZipFile(path) as bundle:
        manifest = _Manifest.model_validate_json(bundle.read(_MANIFEST))
        if manifest.format != FORMAT:
            raise ValueError(manifest.format)
        parts, plans = [], {}
        for number, entry in enumerate(manifest.units):
            address = UnitAddress.parse(entry.unit)
            target = folder / f"{number}.tfplan"
            with suppress(FileExistsError), os.fdopen(_private(target), "wb") as file:
                file.write(bundle.read(entry.plan))
            parts.append(RunUnit(address, Operation(entry.operation)))
            plans[address] = BroughtPlan(target, entry.fingerprint, modules_from_json(entry.modules))
    return PlanBundle(manifest.fleet, tuple(parts), plans)


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)


def _unwritable(path: Path, fault: OSError) -> DiagnosticError:
    return DiagnosticError(
        error(f"the plan file {path} can't be written: {fault.strerror}", "name another file with -o")
    )
