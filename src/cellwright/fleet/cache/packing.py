"""Converts values, findings and cells to built-in types and back, for the cache."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from cellwright.fleet.fleet import Cell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.hidden_keys import without_hidden
from cellwright.model.position import Position
from cellwright.model.value import LateReference, OutputReference, SecretReference, Template, Value

Packed: TypeAlias = Any
"""Built-in types only. Inside a value, which has neither, a tuple is a reference or a template, bytes are a
decimal."""


_SECRET_PARTS = 3


def pack_value(value: Value) -> Packed:
    """Write a settings value."""
    return value if _is_builtin(value) else _pack(value)


def unpack_value(packed: Packed) -> Value:
    """Read what `pack_value` wrote."""
    if isinstance(packed, dict):
        return {key: unpack_value(item) for key, item in packed.items()}
    if isinstance(packed, list):
        return [unpack_value(item) for item in packed]
    if isinstance(packed, bytes):
        return Decimal(packed.decode())
    if not isinstance(packed, tuple):
        plain: Value = packed
        return plain
    if len(packed) == 1:
        return Template(tuple(part if isinstance(part, str) else _reference(part) for part in packed[0]))
    return _reference(packed)


def pack_cell(cell: Cell) -> Packed:
    """Write a cell."""
    placement = (cell.placement.level, cell.placement.cell) if cell.placement is not None else None
    position = cell.position
    return (
        cell.address.level,
        cell.address.cell,
        cell.path,
        placement,
        # A secret is only in the settings, never in a file that is made from them.
        {key: pack_value(value) for key, value in without_hidden(cell.settings, cell.sensitive).items()},
        not all(map(_is_builtin, cell.settings.values())),
        dict(cell.environment),
        (position.file, position.line, position.column),
        tuple(cell.binary),
        sorted(cell.sensitive),
    )


Environments: TypeAlias = dict[tuple[tuple[str, str], ...], Mapping[str, str]]
"""Environments so far, each one object for all cells that have it."""


def unpack_cell(packed: Packed, environments: Environments | None = None) -> Cell:
    """Read what `pack_cell` wrote."""
    level, name, path, placement, settings, waiting, environment, position, binary, hidden = packed
    return Cell(
        address=CellAddress(level, name),
        path=path,
        placement=CellAddress(*placement) if placement is not None else None,
        settings={key: unpack_value(item) for key, item in settings.items()} if waiting else settings,
        environment=environment
        if environments is None
        else environments.setdefault(tuple(environment.items()), environment),
        position=Position(*position),
        binary=BinarySettings(*binary),
        sensitive=frozenset(map(tuple, hidden)) if hidden else frozenset(),
    )


def pack_finding(finding: Diagnostic) -> Packed:
    """Write a finding."""
    place = finding.position
    shown = (place.file, place.line, place.column) if place is not None else None
    return (finding.severity.value, finding.summary, finding.detail, shown)


def unpack_finding(packed: Packed) -> Diagnostic:
    """Read what `pack_finding` wrote."""
    severity, summary, detail, place = packed
    return Diagnostic(Severity(severity), summary, detail, Position(*place) if place is not None else None)


def _pack(value: Value) -> Packed:
    if isinstance(value, OutputReference | SecretReference):
        return _parts(value)
    if isinstance(value, Template):
        return (tuple(part if isinstance(part, str) else _parts(part) for part in value.parts),)
    if isinstance(value, Mapping):
        return {key: _pack(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_pack(item) for item in value]
    return str(value).encode() if isinstance(value, Decimal) else value


def _is_builtin(value: Value) -> bool:
    """Tell whether a value consists of built-in types only."""
    if isinstance(value, Mapping):
        return all(map(_is_builtin, value.values()))
    if isinstance(value, list):
        return all(map(_is_builtin, value))
    return not isinstance(value, OutputReference | SecretReference | Template | Decimal)


def _parts(reference: LateReference) -> Packed:
    if isinstance(reference, SecretReference):
        return (reference.source, reference.name, reference.field)
    unit = reference.unit
    return (unit.level, unit.cell, unit.stack, reference.output, reference.path)


def _reference(packed: Packed) -> LateReference:
    if len(packed) == _SECRET_PARTS:
        return SecretReference(*packed)
    level, cell, stack, output, path = packed
    return OutputReference(UnitAddress(level, cell, stack), output, path)
