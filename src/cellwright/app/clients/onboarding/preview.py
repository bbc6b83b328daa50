"""What onboarding a client or editing a cell would come to: findings, units, addresses; writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.app.clients.allocation import would_give
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.onboarding.onboard import OnboardRequest, asked_text, refuse_name
from cellwright.app.clients.shown_files import shown_file
from cellwright.app.clients.unit_changes import UnitChange, unit_changes
from cellwright.app.runs.placement.placing import Wanted, try_place
from cellwright.app.session.session import FleetSession
from cellwright.fleet.edit import new_cell_file
from cellwright.fleet.tags import tags_of
from cellwright.fleet.yaml.editor import with_key
from cellwright.ipam.holdings import KEY as ADDRESSES
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error, has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPreview:
    """A client as it would be."""

    cell: CellAddress
    path: str
    """The file that would be written, relative to the fleet's root."""
    text: str
    """What would be in it, without addresses."""
    findings: tuple[Diagnostic, ...]
    units: tuple[UnitAddress, ...] = ()
    """Those that would be on."""
    blocks: Mapping[str, str] = field(default_factory=dict)
    """The addresses that it would be given now, by pool; none is reserved."""
    tags: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Tell whether nothing stands in the way, as far as can be told."""
        return not has_errors(self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPreview:
    """A cell as it would be with other files."""

    cell: CellAddress
    findings: tuple[Diagnostic, ...]
    units: tuple[UnitChange, ...]

    @property
    def fits(self) -> bool:
        """Tell whether nothing stands in the way, as far as can be told."""
        return not has_errors(self.findings)


def preview_edit(session: FleetSession, cell: CellAddress, texts: Mapping[str, str]) -> EditPreview:
    """Check a cell's files as `check` would once they are written; writes nothing.

    Raises:
        DiagnosticError: there is no such cell, it has no such file, or it can't be read.
    """
    known = session.snapshot().fleet
    if cell not in known.cells:
        raise MissingError(error(f"there is no cell '{cell}'", "it may have been offboarded"))
    files = CellFiles.read(session.root, cell, known.cells[cell].path)
    if others := sorted(texts.keys() - files.texts.keys()):
        raise DiagnosticError(error(f"{others[0]} is no file of {cell}", "get its files for their names"))
    planned = session.planned(cell, {**files.texts, **texts}).snapshot.fleet
    return EditPreview(
        cell=cell, findings=planned.diagnostics, units=tuple(unit_changes(known, planned, cell))
    )


def _blocks(session: FleetSession, wanted: Wanted) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Choose the addresses that a client would be given now, with what stands in the way."""
    if not session.addresses().pools_for(wanted.level.name):
        return {}, ()
    new = wanted.resolver(session).with_text(wanted.text)
    if new is None or (wanted.level.placement is not None and new.placement is None):
        return {}, ()
    try:
        given = would_give(session.open(), new.cell)
    except DiagnosticError as failure:
        return {}, failure.diagnostics
    return {pool: str(block) for pool, block in given.items()}, ()


def preview_client(session: FleetSession, request: OnboardRequest) -> ClientPreview:
    """Check a client as `check` would once its file is written.

    Raises:
        DiagnosticError: there is no such level, the name can't be one, or fleet.yaml can't be read.
    """
    level, cell = refuse_name(session, request)
    path = new_cell_file(level.cells, request.name)
    known = session.snapshot().fleet
    tried = try_place(session, Wanted(level, cell, asked_text(level, request)))
    text, told = tried.text, tried.faults
    blocks, unplaced = _blocks(session, Wanted(level, cell, text))
    given = text
    for pool, block in blocks.items():
        given = with_key(given, f"{ADDRESSES}.{pool}", block, path)
    planned = session.planned(cell, {path: given}).snapshot
    fleet, text = planned.fleet, shown_file(planned, cell, text)
    taken = (error(f"{cell} is there already", "choose another name"),) if cell in known.cells else ()
    findings = (*taken, *told, *unplaced, *fleet.diagnostics)
    new = fleet.cells.get(cell)
    if new is None or has_errors(findings):
        tags = tags_of(new) if new is not None else ()
        return ClientPreview(cell=cell, path=path, text=text, findings=findings, tags=tags)
    units = (unit for unit in fleet.units if unit.of_cell == cell and fleet.units.is_enabled(unit))
    return ClientPreview(
        cell=cell,
        path=path,
        text=text,
        findings=findings,
        units=tuple(units),
        blocks=blocks,
        tags=tags_of(new),
    )
