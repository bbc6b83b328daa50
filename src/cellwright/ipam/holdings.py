"""Reads the blocks that cells hold: `addresses:` in the cells' settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.fleet.pools import Network, parse_network
from cellwright.fleet.yaml.node import get_node, kind_name
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Value

KEY = "addresses"
"""The key of a cell's settings: a mapping from pools to blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBlock:
    """A block that a cell holds."""

    pool: str
    block: Network
    cells: tuple[CellAddress, ...]
    """Several where levels share a folder of cells: these have the same file, and so the same holding."""
    path: str
    """The file or folder of the cell's settings, relative to the fleet's root."""
    choice: Value = None
    """The cell's value of the pool's `key`, which decides the size."""

    @property
    def cell(self) -> CellAddress:
        """The cell of the highest of its levels."""
        return self.cells[-1]


@dataclass(frozen=True, slots=True)
class HeldBlocks:
    """Every block of a fleet, in the order of cells and pools, and findings about entries that are none."""

    held: tuple[HeldBlock, ...]
    findings: tuple[Diagnostic, ...]


def read_holdings(fleet: Fleet) -> HeldBlocks:
    """Collect the blocks of every cell. A fleet without pools has none: `addresses` is a free key there."""
    if not fleet.addresses.pools:
        return HeldBlocks((), ())
    found: dict[tuple[str, str], HeldBlock] = {}
    findings: list[Diagnostic] = []
    for cell in fleet.cells.values():
        for pool, value in _entries(fleet, cell, findings):
            known = found.get((cell.path, pool))
            if known is not None:
                found[cell.path, pool] = replace(known, cells=(*known.cells, cell.address))
                continue
            block = _block(fleet, cell, pool, value, findings)
            if block is not None:
                key = fleet.addresses.pools[pool].key
                found[cell.path, pool] = HeldBlock(
                    pool=pool,
                    block=block,
                    cells=(cell.address,),
                    path=cell.path,
                    choice=cell.settings.get(key),
                )
    # Cells that share a file have the same findings.
    return HeldBlocks(tuple(found.values()), tuple(dict.fromkeys(findings)))


def holding_position(root: Path, path: str, pool: str | None = None) -> Position:
    """Find the position of a block in a cell's own files; if a layer sets it, give the first of the files.

    Reads the files again, so it is called only for findings and single blocks.
    """
    files = FleetFiles(root)
    folder = root / path
    inside = sorted(item.name for item in folder.glob("*.yaml")) if folder.is_dir() else []
    names = [f"{path}/{name}" for name in inside] or [path]
    for name in names:
        try:
            node = read_document(files.read_text(name), name).root
        except DiagnosticError:
            continue
        found = get_node(node, KEY, *([pool] if pool else [])) if node is not None else None
        if found is not None:
            return found.position
    return Position(names[0])


def _entries(fleet: Fleet, cell: Cell, findings: list[Diagnostic]) -> Iterator[tuple[str, Value]]:
    given = cell.settings.get(KEY)
    if given is None:
        return
    if not isinstance(given, Mapping):
        place = holding_position(fleet.root, cell.path)
        detail = "write a mapping from pools to blocks, as in {clients: 10.64.0.0/22}"
        findings.append(error(f"'{KEY}' must be a mapping, not {kind_name(given)}", detail, place))
        return
    for pool, value in given.items():
        if pool in fleet.addresses.pools:
            yield pool, value
        else:
            place = holding_position(fleet.root, cell.path, pool)
            findings.append(error(f"unknown pool '{pool}'", advice(pool, fleet.addresses.pools), place))


def _block(fleet: Fleet, cell: Cell, pool: str, value: Value, findings: list[Diagnostic]) -> Network | None:
    try:
        return parse_network(value if isinstance(value, str) else "")
    except ValueError as fault:
        shown = f"'{value}'" if isinstance(value, str) else kind_name(value)
        place = holding_position(fleet.root, cell.path, pool)
        findings.append(error(f"{shown} can't be the block of pool '{pool}'", str(fault), place))
        return None
