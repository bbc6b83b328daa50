"""Plan files: `plan -o FILE` writes one, `apply --plan FILE` carries out its plans and nothing else.

A plan file is a zip that only its owner may read: Terraform's plans hold secrets in clear. Nothing in it is
believed by itself: `saved_plans` holds it against what the ledger has on record.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cellwright.engine.asked import ORDINARY, Asked, asked_from
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.files.atomic import replacing
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.fetched_module import modules_from_json, modules_to_json
from cellwright.model.limits import SAVED_PLANS_BYTES, SAVED_PLANS_LIST_BYTES
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.terraform.planfile.archive import DAMAGE

FORMAT = 2
_NOT_RECORDED = 1
"""The former format, whose plans are not on record in any ledger."""
_MANIFEST = "manifest.json"
_PRIVATE = 0o600
_AT_ONCE = 1 << 20
"""Bytes that are copied at once."""
_LARGEST_MANIFEST = SAVED_PLANS_LIST_BYTES
_LARGEST = SAVED_PLANS_BYTES


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
    run: str = ""
    """That made the plans; empty in the former format."""
    units: list[_Entry]
    asked: dict[str, Any] = {}
    """How the run that made them was asked for; left out where that was as usual."""


@dataclass(frozen=True, slots=True)
class PlanBundle:
    """An opened plan file, unpacked into a folder that only we may read."""

    path: Path
    fleet: str
    run: str
    """That made the plans, as the file says."""
    parts: tuple[RunUnit, ...]
    plans: Mapping[UnitAddress, BroughtPlan]
    asked: Asked = ORDINARY
    """How the run that made them was asked for."""


@dataclass(slots=True)
class PlanFileWriter:
    """Collects plans as they are made, from several threads; the file appears when all are in."""

    target: Path
    fleet: str
    asked: Asked = ORDINARY
    _folder: Path = field(init=False)
    _entries: list[_Entry] = field(init=False, default_factory=list)
    _kept: dict[UnitAddress, tuple[RunUnit, BroughtPlan]] = field(init=False, default_factory=dict)
    _guard: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        """Make a private folder beside the target, so that the last step is one rename."""
        if self.target.is_dir():
            raise _unwritable(self.target, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
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
            with plan.open("rb") as source:
                sha256 = _copy(source, copied)
        except OSError as fault:
            raise _unwritable(self.target, fault) from fault
        part = RunUnit(task.part.address, task.part.operation)
        kept = BroughtPlan(copied, task.plan_fingerprint, tuple(task.modules), sha256)
        with self._guard:
            self._kept[part.address] = (part, kept)

    def has(self, unit: UnitAddress) -> bool:
        """Tell whether it has taken a plan of a unit."""
        return unit in self._kept

    def bundle(self, run: str) -> PlanBundle:
        """Give what the file will hold, made by the run `run`: to be put on record before it is written."""
        kept = [self._kept[address] for address in sorted(self._kept)]
        plans = {part.address: plan for part, plan in kept}
        return PlanBundle(self.target, self.fleet, run, tuple(part for part, _ in kept), plans, self.asked)

    def finish(self, run: str) -> None:
        """Write the file in one step.

        Raises:
            DiagnosticError: it can't be written; what was there before is untouched.
        """
        entries = sorted(self._entries, key=lambda entry: entry.unit)
        asked = self.asked.to_json()
        manifest = _Manifest(format=FORMAT, fleet=self.fleet, run=run, units=entries, asked=asked)
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
        DiagnosticError: it is no plan file of ours, is damaged, or is of an older or newer version.
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
        _refuse_huge(path, bundle)
        manifest = _Manifest.model_validate_json(bundle.read(_MANIFEST))
        if manifest.format == _NOT_RECORDED:
            raise DiagnosticError(
                error(
                    f"{path} was written by an older Cellwright: its plans are not on record in the ledger",
                    "make them again: cellwright plan -o FILE",
                )
            )
        if manifest.format != FORMAT:
            raise ValueError(manifest.format)
        parts, plans = [], {}
        for number, entry in enumerate(manifest.units):
            address = UnitAddress.parse(entry.unit)
            if address in plans:
                raise ValueError(entry.unit)
            target = folder / f"{number}.tfplan"
            with bundle.open(entry.plan) as source:
                sha256 = _copy(source, target)
            parts.append(RunUnit(address, Operation(entry.operation)))
            plans[address] = BroughtPlan(target, entry.fingerprint, modules_from_json(entry.modules), sha256)
    asked = asked_from(manifest.asked)
    return PlanBundle(path, manifest.fleet, manifest.run, tuple(parts), plans, asked)


def _refuse_huge(path: Path, bundle: zipfile.ZipFile) -> None:
    # No more is read of an entry than it claims to hold.
    whole = sum(item.file_size for item in bundle.infolist())
    if whole > _LARGEST or bundle.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise DiagnosticError(
            error(
                f"{path} is larger than any plan file: unpacked it would have {whole:,} bytes",
                "plan fewer units at once: cellwright plan SELECTOR -o FILE",
            )
        )


def _copy(source: IO[bytes], target: Path) -> str:
    """Copy a plan into a new file that only its owner may read; give the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        while piece := source.read(_AT_ONCE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _unwritable(path: Path, fault: OSError) -> DiagnosticError:
    return DiagnosticError(
        error(f"the plan file {path} can't be written: {fault.strerror}", "name another file with -o")
    )
