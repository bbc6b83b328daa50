"""One cell, resolved: a function of its own documents, its layers and what it stands on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain

from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.document_rules import unknown_stacks
from cellwright.fleet.config.documents import Documents, OwnDocuments
from cellwright.fleet.fleet import Cell, Level, OutputUse
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.fleet.resolve.directory import Directory
from cellwright.fleet.resolve.environment import cell_environment
from cellwright.fleet.resolve.folding import CellLayers, fold_cell
from cellwright.fleet.resolve.keys import CellKeys
from cellwright.fleet.resolve.layering import Base, Layering
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.placement import Grounds, Placing
from cellwright.fleet.resolve.reference_names import Names
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.shared_layers import Common
from cellwright.fleet.resolve.state_key import StateBackend
from cellwright.fleet.resolve.units import CellParts, make_units
from cellwright.fleet.resolve.visibility import Standpoint
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedCell:
    """All that the settings say about one cell. Holds values only, so it can be kept and compared."""

    address: CellAddress
    cell: Cell | None
    """None if its own documents can't be read."""
    whole: bool
    """Everything that it is made of could be read and resolved: what seems absent is."""
    units: tuple[Unit, ...] = ()
    uses: tuple[OutputUse, ...] = ()
    stateless: tuple[UnitAddress, ...] = ()
    """Units whose backend could not be resolved."""
    ground: Mapping[str, CellAddress] = field(default_factory=dict)
    """The cell of each lower level on which it stands."""
    layers: tuple[str, ...] = ()
    """The paths of its named layers, lowest first."""
    asked: Mapping[CellAddress, bool] = field(default_factory=dict)
    """Cells that its references name outright, and whether there are such."""
    sections: Setting | None = None
    """What it says about the cells that are placed in it, by level."""
    faults: tuple[Diagnostic, ...] = ()
    """Findings about its documents and layers, whoever takes them."""
    findings: tuple[Diagnostic, ...] = ()
    """Findings about what they mean for this cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelContext:
    """What the cells of one level are resolved with; shared by them all."""

    level: Level
    directory: Directory
    documents: Documents
    layering: Layering
    contracts: Contracts
    state: StateBackend
    grounds: Grounds
    below: Mapping[CellAddress, ResolvedCell]
    """The cells of the lower levels."""
    takers: tuple[Level, ...]
    """The levels whose cells have the same folder of documents."""
    commons: dict[int, Common] = field(default_factory=dict)

    def common(self, base: Base) -> Common:
        """Give what all cells on `base` have in common."""
        # What is remembered holds the base, so no other one gets its id.
        known = self.commons.get(id(base))
        if known is None:
            known = self.commons[id(base)] = Common(base)
        return known


def resolve_cell(
    source: CellSource, context: LevelContext, stacks: Collection[str] | None = None
) -> ResolvedCell:
    """Resolve a cell; never raises for what its documents hold. With `stacks`, it has their units alone."""
    address = CellAddress(context.level.name, source.name)
    own = context.documents.own(source)
    if not own.roots:
        return ResolvedCell(address=address, cell=None, whole=False, faults=own.faults)
    named = context.layering.base(address, own.roots)
    placing = context.grounds.place(source.name, context.level.placement, own.roots, named)
    host = context.below.get(placing.placement) if placing.placement is not None else None
    sections = host.sections if host is not None else None
    layers = fold_cell(own, named, placing.placement, sections, context.layering)
    placed = context.level.placement is None or (host is not None and host.whole)
    notes = Notes(whole=own.whole and named.whole and placed)
    if placing.fault is not None:
        notes.findings.append(placing.fault)
    standpoint = _standpoint(address, placing, host, context)
    parts = _parts(source, own, layers, standpoint, context, notes)
    units = tuple(make_units(parts, stacks))
    unknown = (unknown_stacks(node, context.takers, context.directory.levels) for node in own.roots)
    return ResolvedCell(
        address=address,
        cell=parts.cell,
        whole=notes.whole and not notes.failures,
        units=units,
        uses=tuple(notes.uses),
        stateless=tuple(notes.stateless),
        ground=placing.ground,
        layers=layers.base.layers,
        asked=standpoint.asked,
        sections=layers.root.get("levels"),
        faults=(*layers.faults, *chain.from_iterable(unknown)),
        findings=tuple(notes.findings),
    )


def _standpoint(
    address: CellAddress, placing: Placing, host: ResolvedCell | None, context: LevelContext
) -> Standpoint:
    return Standpoint(
        address=address,
        level=context.level,
        directory=context.directory,
        ground=placing.ground,
        placement=host.cell if host is not None else None,
        units={stack: UnitAddress(address.level, address.cell, stack) for stack in context.level.stacks},
    )


def _parts(
    source: CellSource,
    own: OwnDocuments,
    layers: CellLayers,
    standpoint: Standpoint,
    context: LevelContext,
    notes: Notes,
) -> CellParts:
    """Resolve what belongs to the cell as a whole."""
    keys = CellKeys(layers.root, standpoint, notes)
    host = standpoint.placement
    settings = keys.all()
    resolver = Resolver(Names(standpoint, keys.value, outputs=False).lookup, notes)
    inherited: Mapping[str, str] = host.environment if host is not None else {}
    cell = Cell(
        address=standpoint.address,
        path=source.path,
        placement=host.address if host is not None else None,
        settings=settings,
        environment=cell_environment(inherited, layers.root.get("environment"), resolver),
        position=own.roots[0].position,
    )
    return CellParts(
        cell=cell,
        root=layers.root,
        own=own.roots,
        standpoint=standpoint,
        keys=keys,
        common=context.common(layers.base),
        contracts=context.contracts,
        state=context.state,
        notes=notes,
    )
