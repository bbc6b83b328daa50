"""Compares the blocks that the ledger recorded at the last apply with those in the cells' files."""

import re
from collections.abc import Iterable, Iterator, Mapping

from cellwright.fleet.pools import Network, parse_network
from cellwright.ipam.book import AddressBook, BlockIndex, PositionFinder
from cellwright.ipam.holdings import KEY, HeldBlock
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.unit import Unit
from cellwright.model.value import Json

_REFERENCE = re.compile(rf"\$\{{\s*cell\.{KEY}\.([a-z0-9-]+)\s*\}}\Z")


def recorded_findings(
    book: AddressBook,
    units: Iterable[Unit],
    applied: Mapping[UnitAddress, AppliedUnit],
    place: PositionFinder,
) -> Iterator[Diagnostic]:
    """Find differences between the ledger and the files.

    An input that is written as `${cell.addresses.POOL}`, and an output of the same name, must have been
    recorded with the block that is in the file now. A recorded input of a unit that the fleet no longer has
    may not be in a block that another cell holds, or that is free.
    """
    own = {(cell, item.pool): item for item in book.held for cell in item.cells}
    existing = set()
    for unit in units:
        existing.add(unit.address)
        record = applied.get(unit.address)
        if unit.enabled and record is not None:
            for name, pool in _bound(unit):
                if (item := own.get((unit.address.of_cell, pool))) is not None:
                    yield from _differences(record, name, item, place)
    index = BlockIndex(book.held, lambda item: item.block)
    for address in sorted(set(applied) - existing):
        yield from _orphaned(applied[address], book, index)


def _bound(unit: Unit) -> Iterator[tuple[str, str]]:
    """Yield the inputs that refer to an allocated block, each with its pool."""
    for name, given in unit.inputs.items():
        written = given.origin.value
        if isinstance(written, str) and (match := _REFERENCE.match(written)):
            yield name, match.group(1)


def _differences(
    record: AppliedUnit, name: str, item: HeldBlock, place: PositionFinder
) -> Iterator[Diagnostic]:
    recorded = {"input": record.inputs.get(name), "output": record.outputs.get(name)}
    for kind, value in recorded.items():
        if value is None or value.sensitive or not isinstance(value.value, str):
            continue
        if _block(value.value) != item.block:
            unit = record.head.address
            summary = f"{unit} was applied with the {kind} {name} = {value.value}, its file says {item.block}"
            detail = f"put {value.value} back, or let Terraform move it: cellwright plan {unit}"
            yield error(summary, detail, place(item))


def _orphaned(record: AppliedUnit, book: AddressBook, index: BlockIndex[HeldBlock]) -> Iterator[Diagnostic]:
    unit = record.head.address
    detail = f"destroy it: cellwright apply {unit} --destroy"
    for name, value in record.inputs.items():
        block = _pooled(book, value.value)
        if block is None:
            continue
        holders = [item for item in index.touching(block) if unit.of_cell not in item.cells]
        if holders:
            summary = f"{unit} is still applied with {name} = {block}, which {holders[0].cell} holds now"
            yield error(summary, detail)
        elif not any(release.block == block for release in book.quarantined) and not _kept(book, unit, block):
            yield warning(f"{unit} is still applied with {name} = {block}, which no cell holds", detail)


def _kept(book: AddressBook, unit: UnitAddress, block: Network) -> bool:
    """Tell whether the cell still exists and holds the block."""
    cell: CellAddress = unit.of_cell
    return any(cell in item.cells and item.block == block for item in book.held)


def _pooled(book: AddressBook, value: Json) -> Network | None:
    """Read a recorded value as a block of a pool; None if it is none."""
    block = _block(value)
    if block is None:
        return None
    inside = BlockIndex(book.addressing.pools.values(), lambda pool: pool.network).touching(block)
    return block if any(pool.network.prefixlen <= block.prefixlen for pool in inside) else None


def _block(value: Json) -> Network | None:
    """Read a value as a block; None if it is none."""
    try:
        return parse_network(value) if isinstance(value, str) else None
    except ValueError:
        return None
