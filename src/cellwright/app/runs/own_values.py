"""What is a cell's own in its plans: its name, its account's number and region, its blocks, its ids.

Only what can't be mistaken for anything else is taken: a name, twelve digits, a region, addresses inside an
own block, and outputs that have the form of an id. A size or a rule that happens to stand in an output stays.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from cellwright.app.session.session import OpenFleet
from cellwright.fleet.fleet import Cell
from cellwright.ipam.holdings import KEY
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.text.own_values import OwnValues
from cellwright.model.value import Value

NAME = "name"
_NUMBER = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_ID = re.compile(
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*-([0-9a-f]{8}|[0-9a-f]{17})"  # vpc-0a1b2c3d4e5f60718
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a key's
    r"|Z[0-9A-Z]{12,31}"  # a zone's
    r"|arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:\S+"
    r"|[0-9]{12}"
)


def own_values(fleet: OpenFleet, unit: UnitAddress) -> OwnValues:
    """Collect what is the own of a unit's cell and of the cell that it is placed in."""
    address = unit.of_cell
    cell = fleet.fleet.cells.get(address)
    found: list[tuple[str, str]] = [(NAME, address.cell)]
    if cell is None:
        return OwnValues(dict(found))
    placed = fleet.fleet.cells.get(cell.placement) if cell.placement is not None else None
    if placed is not None:
        found.append(("account", placed.address.cell))
        found += _keys("account", placed)
    found += _keys("cell", cell)
    found += _ids(fleet, address)
    # A role that means two texts names neither.
    roles = Counter(role for role, _ in found)
    return OwnValues(
        {role: text for role, text in found if roles[role] == 1},
        _blocks(cell) if fleet.fleet.addresses.pools else {},
    )


def _keys(role: str, cell: Cell) -> Iterator[tuple[str, str]]:
    for key, value in cell.settings.items():
        if isinstance(value, str) and (_NUMBER.fullmatch(value) or _REGION.fullmatch(value)):
            yield f"{role}.{key}", value


def _blocks(cell: Cell) -> Mapping[str, IPv4Network]:
    held = cell.settings.get(KEY)
    found: dict[str, IPv4Network] = {}
    for pool, block in held.items() if isinstance(held, Mapping) else ():
        try:
            found[f"block.{pool}"] = IPv4Network(str(block))
        except ValueError:
            continue  # an IPv6 block: its addresses have many forms
    return found


def _ids(fleet: OpenFleet, address: CellAddress) -> Iterator[tuple[str, str]]:
    """Give the outputs with the form of an id, of the cell's units and of those whose outputs these take."""
    units = fleet.fleet.units
    own = [unit for unit in units if unit.of_cell == address]
    taken = {upstream for unit in own for upstream in units.upstreams(unit)}
    recorded = fleet.ledger.reader.outputs(sorted({*own, *taken}))
    for unit, outputs in sorted(recorded.items()):
        for name, output in sorted(outputs.items()):
            if not output.sensitive:
                yield from _ids_in(f"output.{unit.level}.{unit.stack}.{name}", output.value)


def _ids_in(role: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield role, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _ids_in(f"{role}.{key}", item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _ids_in(f"{role}.{index}", item)
