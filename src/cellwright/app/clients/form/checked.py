"""A filled-in form, checked as `check` would once its file is written, and what would come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellwright.app.clients.allocation import would_give
from cellwright.app.clients.client import client_level
from cellwright.app.clients.form.draft import NO_SETTINGS, Draft, new_draft
from cellwright.app.clients.form.existing import CellFiles, draft_of, edited
from cellwright.app.clients.form.fields import FieldKind, Form, FormValues
from cellwright.app.clients.form.finding import FieldFault, Finding
from cellwright.app.clients.form.offer import make_form, selecting_keys
from cellwright.app.clients.shown_files import shown_file
from cellwright.app.clients.unit_changes import UnitChange, unit_changes
from cellwright.app.runs.placement.placing import Wanted, try_place
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Planned
from cellwright.fleet.edit import new_cell_file
from cellwright.fleet.fleet import Cell, Level
from cellwright.fleet.tags import tags_of
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.references import is_made_of_references
from cellwright.fleet.yaml.writer import flow_style
from cellwright.ipam.holdings import KEY as ADDRESSES
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.names import name_fault

_NO_SECRET = frozenset({"", "null"})
_STAND_IN = "new-{}"
"""The name of a cell that has none yet, or none that it can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The form with what was typed, every finding at its field, and what pressing the button would do."""

    form: Form
    cell: CellAddress
    values: FormValues
    path: str
    """The file that would be written, relative to the fleet's root."""
    text: str
    """What would be in it, as it may be shown."""
    own_text: str
    """What is written: without the addresses that it would be given."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """All documents of a cell that is edited, as they would be."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The same, as they are."""
    changes: tuple[UnitChange, ...] = ()
    """Of an edit: the units that it changes."""
    taken: bool = False
    """There is a cell of this name already."""
    base: str = ""
    """Tells whether somebody has changed them since."""
    faults: Mapping[str, tuple[FieldFault, ...]] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()
    """Those of no field: with the file and line, here or elsewhere in the fleet."""
    units: tuple[UnitAddress, ...] = ()
    """Those that would be on."""
    blocks: Mapping[str, str] = field(default_factory=dict)
    """The addresses that it would be given, by pool; none is reserved before it is."""
    tags: tuple[str, ...] = ()
    """What grants may be limited to."""
    packs: tuple[str, ...] = ()
    """The packs of policies by which its plans would be judged."""

    @property
    def fits(self) -> bool:
        """Tell whether nothing stands in the way, as far as can be told."""
        findings = [*(item.finding for some in self.faults.values() for item in some), *self.findings]
        return not has_errors(findings)


def check_new(session: FleetSession, values: FormValues) -> Checked:
    """Check the form of a new cell; writes and reserves nothing.

    Raises:
        DiagnosticError: fleet.yaml can't be read, or there is no such level.
    """
    level = level_of(session, values.get("level", ""))
    fault = _name_fault(session, level, values.get("name", ""))
    name = values["name"] if fault is None else _STAND_IN.format(level.name)
    cell, path = CellAddress(level.name, name), new_cell_file(level.cells, name)
    selecting = Wanted(level, cell, _selecting_text(session, level, values))
    at_first = try_place(session, selecting)
    first = session.planned(cell, {path: at_first.text})
    form = make_form(session, level, cell, first, at_first.uses)
    draft = new_draft(form, values)
    tried = try_place(session, Wanted(level, cell, draft.text))
    blocks, told = _blocks(session, level, first.snapshot.fleet.cells.get(cell))
    text = _with_blocks(tried.text, blocks, path)
    planned = session.planned(cell, {path: text})
    finding = Finding(form=form, values=values, planned=planned, cell=cell, own=path)
    faults, findings = finding.sorted(Draft(text, draft.faults))
    if fault is not None:
        faults = {"name": (FieldFault(fault),), **faults}
    if tried.faults and level.placement is not None:
        # Why it has no place says more than that it has none.
        faults = {
            **faults,
            level.placement: tuple(FieldFault(replace(item, position=None)) for item in tried.faults),
        }
    made = _Made(
        form=form,
        planned=planned,
        values=values,
        faults=faults,
        findings=tuple(dict.fromkeys((*told, *findings))),
    )
    taken = _is_taken(session, level, values.get("name", ""))
    return replace(made.checked(cell, path, text), own_text=draft.text, blocks=blocks, taken=taken)


def level_of(session: FleetSession, chosen: str) -> Level:
    """Give the level that was chosen, or that of clients; where fleet.yaml can't be read, all that is wrong.

    Raises:
        DiagnosticError: fleet.yaml can't be read, or there is no such level.
    """
    levels = session.levels() or session.snapshot().without_errors().fleet.levels
    return client_level(levels, chosen or None)


def check_edit(session: FleetSession, cell: CellAddress, values: FormValues | None = None) -> Checked:
    """Check the form of a cell that is there; with no values, the form as the cell is now.

    Raises:
        DiagnosticError: there is no such cell, or its files can't be read.
    """
    known = session.snapshot().fleet
    level = next((item for item in known.levels if item.name == cell.level), None)
    if level is None or cell not in known.cells:
        raise DiagnosticError(error(f"there is no cell '{cell}'", "it may have been offboarded meanwhile"))
    files = CellFiles.read(session.root, cell, known.cells[cell].path)
    form = make_form(session, level, cell, session.planned(cell, files.texts))
    typed = {**files.values(form), **(values or {})}
    edit = edited(form, files, typed)
    planned = session.planned(cell, edit.texts)
    draft = draft_of(files, edit)
    path = next(path for path, text in edit.texts.items() if text == draft.text)
    finding = Finding(form=form, values=typed, planned=planned, cell=cell, own=path)
    faults, findings = finding.sorted(draft)
    made = _Made(form=form, planned=planned, values=typed, faults=faults, findings=findings)
    return replace(
        made.checked(cell, path, draft.text),
        texts=edit.texts,
        base=files.digest,
        before=files.texts,
        changes=tuple(unit_changes(known, planned.snapshot.fleet, cell)),
    )


def copied_values(session: FleetSession, like: str, level: Level) -> dict[str, str]:
    """Give the values of another cell of the level, for one that is to be like it; none if there is none."""
    cell = CellAddress(level.name, like)
    known = session.snapshot().fleet.cells.get(cell)
    if known is None:
        return {}
    files = CellFiles.read(session.root, cell, known.path)
    form = make_form(session, level, cell, session.planned(cell, files.texts))
    return {key: value for key, value in files.values(form).items() if value}


def _name_fault(session: FleetSession, level: Level, name: str) -> Diagnostic | None:
    if fault := name_fault(name):
        return error(fault, "a-z, 0-9 and inner hyphens, such as acme or acme-eu")
    if _is_taken(session, level, name):
        return error(
            f"there is a {level.name} of this name already", "open it to change it, or choose another"
        )
    return None


def _is_taken(session: FleetSession, level: Level, name: str) -> bool:
    place = session.root / level.cells / name
    return not name_fault(name) and (place.exists() or place.with_name(f"{name}.yaml").exists())


def _selecting_text(session: FleetSession, level: Level, values: FormValues) -> str:
    """Write only what decides about defaults: the placement and what chooses layers and sizes."""
    keys = selecting_keys(level, session.addresses())
    lines = [f"{key}: {flow_style(values[key])}\n" for key in keys if values.get(key, "").strip()]
    return "".join(lines) or NO_SETTINGS


def _blocks(
    session: FleetSession, level: Level, new: Cell | None
) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Choose the addresses that the cell would be given now; without a placement it is not known which."""
    if not session.addresses().pools_for(level.name):
        return {}, ()
    if new is None or (level.placement is not None and new.placement is None):
        return {}, ()
    try:
        given = would_give(session.open(), new)
    except DiagnosticError as fault:
        return {}, fault.diagnostics
    return {pool: str(block) for pool, block in given.items()}, ()


def _with_blocks(text: str, blocks: Mapping[str, str], path: str) -> str:
    for pool, block in blocks.items():
        text = with_key(text, f"{ADDRESSES}.{pool}", block, path)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What a check has found, to be made a value."""

    form: Form
    planned: Planned
    values: FormValues
    faults: Mapping[str, tuple[FieldFault, ...]]
    findings: tuple[Diagnostic, ...]

    def checked(self, cell: CellAddress, path: str, text: str) -> Checked:
        fleet = self.planned.snapshot.fleet
        sharing = {level.name for level in fleet.levels if level.cells == self.form.level.cells}
        units = (unit for unit in fleet.units if unit.level in sharing and unit.cell == cell.cell)
        return Checked(
            form=self.form,
            cell=cell,
            values={
                key: value
                for key, value in self.values.items()
                if not _is_secret(self.form, key, value, self.faults)
            },
            path=path,
            text=shown_file(self.planned.snapshot, cell, text),
            own_text=text,
            faults=self.faults,
            findings=self.findings,
            units=tuple(unit for unit in units if fleet.units.is_enabled(unit)),
            tags=tags_of(fleet.cells[cell]) if cell in fleet.cells else (),
            packs=tuple(fleet.policies.packs),
        )


def _is_secret(form: Form, key: str, value: str, faults: Mapping[str, object]) -> bool:
    """Tell whether a text may be a secret that somebody typed: it must not come back in a page."""
    known = form.fields.get(key)
    if known is None or known.kind is not FieldKind.SECRET:
        return False
    return key in faults or not (value in _NO_SECRET or is_made_of_references(value))
