"""Exceptions whose last day has passed: found apart from loading, whose results are kept from day to day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.fleet.resolve.own_exceptions import KEY
from cellwright.fleet.yaml.node import Node, get_node
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.position import Position
from cellwright.model.text.calendar import real_date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingException:
    """An exception with its last day."""

    cell: CellAddress
    rule: str
    resource: str
    person: str
    until: date
    position: Position


def ending_exceptions(fleet: Fleet, since: date, until: date) -> Iterator[EndingException]:
    """Give the exceptions whose last day lies in between; reads the files of cells that have one."""
    concerned = [cell for cell in fleet.cells.values() if any(since <= day <= until for day in _days(cell))]
    if not concerned:
        return
    documents = Documents(FleetFiles(fleet.root), fleet.levels)
    for cell in concerned:
        for node in _exceptions(fleet, documents, cell):
            ends = get_node(node, "until")
            day = real_date(ends.value) if ends is not None else None
            if ends is None or day is None or not since <= day <= until:
                continue
            parts = {key: get_node(node, key) for key in ("rule", "resource", "person")}
            said = {key: str(part.value) if part is not None else "" for key, part in parts.items()}
            yield EndingException(cell=cell.address, until=day, position=ends.position, **said)


def ended_exceptions(fleet: Fleet, today: date) -> Iterator[Diagnostic]:
    """Name each exception that counts no more, with its line; reads the files of cells that have one."""
    ended = [cell for cell in fleet.cells.values() if _has_ended(cell, today)]
    if not ended:
        return
    documents = Documents(FleetFiles(fleet.root), fleet.levels)
    found: dict[Diagnostic, None] = {}
    for cell in ended:
        for node in _exceptions(fleet, documents, cell):
            if (fault := _fault(node, today)) is not None:
                found[fault] = None
    yield from found


def _has_ended(cell: Cell, today: date) -> bool:
    return any(day < today for day in _days(cell))


def _days(cell: Cell) -> Iterator[date]:
    """Give the last days of a cell's exceptions."""
    written = cell.settings.get(KEY)
    for item in written if isinstance(written, list) else ():
        if isinstance(item, dict) and (day := real_date(item.get("until"))) is not None:
            yield day


def _exceptions(fleet: Fleet, documents: Documents, cell: Cell) -> Iterator[Node]:
    level = next(item for item in fleet.levels if item.name == cell.address.level)
    found = find_cells(documents.files, level.cells, level.position, (cell.address.cell,)).cells
    source = found.get(cell.address.cell)
    for root in documents.own(source).roots if source is not None else ():
        node = get_node(root, KEY)
        yield from node.children if node is not None else ()


def _fault(node: Node, today: date) -> Diagnostic | None:
    until = get_node(node, "until")
    day = real_date(until.value) if until is not None else None
    if until is None or day is None or day >= today:
        return None
    rule, resource = (get_node(node, key) for key in ("rule", "resource"))
    what = " ".join(
        f"{word} {part.value}" for word, part in (("from", rule), ("for", resource)) if part is not None
    )
    summary = f"the exception {what} ended on {until.value} and counts no more".replace("  ", " ")
    return warning(summary, "remove it, or let somebody answer for a new date", until.position)
