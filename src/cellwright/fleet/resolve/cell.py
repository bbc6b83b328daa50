"""Resolves one cell: a function of its own documents, its layers and its lower cells."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.document_rules import unknown_stacks
from cellwright.fleet.config.documents import Excerpt, OwnDocuments
from cellwright.fleet.fleet import Cell
from cellwright.fleet.resolve.binary import cell_binary
from cellwright.fleet.resolve.layering import CellLayers, FoldedLayers, merge_layers
from cellwright.fleet.resolve.lookup import CellKeys, ReferenceLookup
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.own_imports import import_faults
from cellwright.fleet.resolve.placement import PlacementResult
from cellwright.fleet.resolve.resolved import LevelContext, ResolvedCell
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.sensitivity import SensitiveKeys
from cellwright.fleet.resolve.shared_inputs import SharedInputs
from cellwright.fleet.resolve.units import CellContext, find_sensitive_keys, make_units
from cellwright.fleet.resolve.visibility import ReferenceScope
from cellwright.fleet.yaml.node import kind_name
from cellwright.fleet.yaml.outline import Outline
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.scalar_text import scalar_text
from cellwright.model.text.system_text import variable_fault


def resolve_cell(
    source: CellSource,
    context: LevelContext,
    stacks: Collection[str] | None = None,
    outlines: Sequence[Outline | None] | None = None,
) -> ResolvedCell:
    """Resolve a cell, with the units of some `stacks` or of all; never raises for its documents' content.

    With the `outlines` of its own files, only what is needed for these stacks is read. Findings about
    anything else are missing then.
    """
    address = CellAddress(context.level.name, source.name)
    excerpt = Excerpt(outlines, stacks) if outlines is not None and stacks is not None else None
    own = context.documents.own(source, excerpt)
    if not own.roots:
        return ResolvedCell(address=address, cell=None, complete=False, faults=own.faults)
    named = context.layering.base(address, own.roots)
    placing = context.lower_cells.place(source.name, context.level.placement, own.roots, named)
    host = context.below.get(placing.placement) if placing.placement is not None else None
    sections = host.sections if host is not None else None
    layers = merge_layers(own, named, placing.placement, sections, context.layering)
    placed = context.level.placement is None or (host is not None and host.complete)
    notes = Notes(complete=own.complete and named.complete and placed and layers.complete)
    if placing.fault is not None:
        notes.findings.append(placing.fault)
    scope = _reference_scope(address, placing, host, context)
    prepared = _cell_context(source, own, layers, scope, context, notes)
    prepared = _completed(prepared, placing)
    units = tuple(make_units(prepared, stacks))
    unknown = (unknown_stacks(node, context.sharing_levels, context.directory.levels) for node in own.roots)
    return ResolvedCell(
        address=address,
        cell=prepared.cell,
        complete=notes.complete and not notes.failures,
        units=units,
        uses=tuple(notes.uses),
        open_uses=tuple(notes.open_uses),
        takers=frozenset(notes.takers),
        resources=notes.resources,
        unresolved_backends=tuple(notes.unresolved_backends),
        lower_cells=placing.lower_cells,
        layers=layers.layers,
        named_cells=scope.named_cells,
        sections=layers.root.get("levels"),
        faults=(*layers.faults, *chain.from_iterable(unknown), *_import_faults(own, layers, context)),
        findings=tuple(notes.findings),
        outlines=own.outlines,
    )


def _import_faults(own: OwnDocuments, layers: CellLayers, context: LevelContext) -> Iterator[Diagnostic]:
    stacks = {stack for level in context.sharing_levels for stack in level.stacks}
    return import_faults(layers.base.root, own.roots, stacks)


def _reference_scope(
    address: CellAddress, placing: PlacementResult, host: ResolvedCell | None, context: LevelContext
) -> ReferenceScope:
    return ReferenceScope(
        address=address,
        level=context.level,
        directory=context.directory,
        lower_cells=placing.lower_cells,
        placement=host.cell if host is not None else None,
        units={stack: UnitAddress(address.level, address.cell, stack) for stack in context.level.stacks},
    )


def _cell_context(
    source: CellSource,
    own: OwnDocuments,
    layers: CellLayers,
    scope: ReferenceScope,
    context: LevelContext,
    notes: Notes,
) -> CellContext:
    """Resolve the cell's own keys and environment."""
    keys = CellKeys(layers.root, scope, notes)
    host = scope.placement
    settings = keys.all()
    resolver = Resolver(ReferenceLookup(scope, keys.value, outputs=False).lookup, notes)
    inherited: Mapping[str, str] = host.environment if host is not None else {}
    cell = Cell(
        address=scope.address,
        path=source.path,
        placement=host.address if host is not None else None,
        settings=settings,
        environment=cell_environment(inherited, layers.root.get("environment"), resolver),
        position=own.roots[0].position,
        binary=cell_binary(context.level.binary, layers.root.get("terraform"), resolver),
    )
    return CellContext(
        cell=cell,
        root=layers.root,
        own=own.roots,
        scope=scope,
        keys=keys,
        shared=_shared_inputs(context, layers.base),
        contracts=context.contracts,
        state=context.state,
        notes=notes,
        sensitive=SensitiveKeys(context.level.placement, context.directory.public_keys),
    )


def _completed(prepared: CellContext, placing: PlacementResult) -> CellContext:
    """Give the cell with those of its keys that hold secrets, and with the rule that is to place it."""
    find_sensitive_keys(prepared)
    cell = replace(prepared.cell, sensitive=prepared.sensitive.hidden, rule=placing.rule)
    return replace(prepared, cell=cell)


def _shared_inputs(context: LevelContext, base: FoldedLayers) -> SharedInputs:
    """Give the inputs that all cells with these layers share."""
    # The shared inputs keep the layers alive, so their id is not reused.
    known = context.shared_inputs.get(id(base))
    if known is None:
        known = context.shared_inputs[id(base)] = SharedInputs(base)
    return known


def cell_environment(
    inherited: Mapping[str, str], setting: Setting | None, resolver: Resolver
) -> Mapping[str, str]:
    """Merge a cell's `environment` into that of the cell in which it is placed.

    `resolver` must refuse outputs. A literal value of a wrong type was reported with its document.
    """
    if setting is None or setting.entries is None:
        return inherited
    variables = dict(inherited)
    for name, variable in setting.entries.items():
        if variable.unset:
            variables.pop(name, None)
            continue
        failures = resolver.notes.failures
        value = resolver.setting(variable)
        text = scalar_text(value)
        if text is not None and (fault := variable_fault(name, text)):
            summary = f"environment variable '{name}' can't have this value"
            resolver.notes.findings.append(error(summary, fault, variable.node.position))
        elif text is not None:
            variables[name] = text
        elif resolver.notes.failures == failures and not variable.plain:
            summary = f"environment variable '{name}' must be a string, not {kind_name(value)}"
            resolver.notes.findings.append(
                error(summary, "correct what it refers to", variable.node.position)
            )
    return variables
