"""What `check` says of capacity: places that are over, and those that are nearly full."""

from collections.abc import Iterator
from dataclasses import replace

from cellwright.capacity.book import CapacityBook, Holding, read_book
from cellwright.capacity.places import KEY, hosting_levels, is_active, setting_position
from cellwright.fleet.fleet import Conflict, Fleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position
from cellwright.model.quotas import CLIENTS, QUOTAS

_NOWHERE = Position("")
_MOST_NAMED = 3


def with_capacity_findings(fleet: Fleet) -> Fleet:
    """Add findings about capacity to the fleet's diagnostics; all of its cells have to be there."""
    if not is_active(fleet) or not hosting_levels(fleet) or fleet.within is not None:
        return fleet
    book, faults = read_book(fleet)
    conflicts = tuple(_over(fleet, book))
    found = (*faults, *(item.finding for item in conflicts), *_nearly_full(fleet, book))
    if not found:
        return fleet
    ordered = sorted((*fleet.diagnostics, *dict.fromkeys(found)), key=_order)
    return replace(fleet, diagnostics=tuple(ordered), conflicts=(*fleet.conflicts, *conflicts))


def amounts(book: CapacityBook, held: Holding) -> str:
    """Say how much of a resource is used: `5 of 5 VPC address blocks`."""
    limit = "any number of" if held.limit is None else str(held.limit)
    return f"{held.used} of {limit} {book.settings.label(held.resource)}"


def how_to_raise(book: CapacityBook, name: str, held: Holding) -> str:
    """Say what gives a place more of a resource."""
    quota, path = QUOTAS.get(held.resource), book.places[name].place.path
    line = f"write `{KEY}: {{{held.resource}: N}}` into {path}"
    if quota is None:
        return line
    if not quota.adjustable:
        return f"AWS does not raise this quota ({quota.name}): use another {quota.scope.value} or account"
    if quota.most is not None and held.limit is not None and held.limit >= quota.most:
        return f"AWS raises this quota ({quota.name}) no further than {quota.most}"
    most = f", to {quota.most} at the most" if quota.most is not None else ""
    return f"have AWS raise its quota ({quota.name}{most}) and {line}"


def with_room(book: CapacityBook, uses: tuple[tuple[str, int], ...]) -> str:
    """Name the places that have room for a cell with such uses."""
    rooms = {name: book.room(name, uses) for name in book.places}
    found = [f"{name} ({_more(room)})" for name, room in rooms.items() if room is None or room > 0]
    if not found:
        return "no place has room"
    more = len(found) - _MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"there is room in {', '.join(found[:_MOST_NAMED])}{rest}"


def _more(room: int | None) -> str:
    return "without a limit" if room is None else f"{room} more"


def _over(fleet: Fleet, book: CapacityBook) -> Iterator[Conflict]:
    for name in book.places:
        for held in book.holdings(name):
            if held.limit is not None and held.used > held.limit:
                yield _conflict(fleet, book, name, held)


def _conflict(fleet: Fleet, book: CapacityBook, name: str, held: Holding) -> Conflict:
    clients = [
        cell
        for cell in book.places[name].clients
        if held.resource == CLIENTS or held.resource in dict(fleet.units.resources(cell))
    ]
    raised = how_to_raise(book, name, held)
    summary = f"{name} is over its capacity: {amounts(book, held)}{_parts(held, clients)}"
    if not clients:
        place = setting_position(fleet, book.places[name].place.cell, f"{KEY}.{held.resource}")
        return Conflict(frozenset(book.places[name].place.cells), error(summary, raised, place))
    last = clients[-1]
    level = next(level for level in fleet.levels if level.name == last.level)
    place = setting_position(fleet, last, level.placement or "name")
    elsewhere = with_room(book, fleet.units.resources(last))
    finding = error(summary, f"place {last} or another of them elsewhere ({elsewhere}), or {raised}", place)
    return Conflict(frozenset(clients), finding)


def _parts(held: Holding, clients: list[CellAddress]) -> str:
    """Say who uses it."""
    named = ", ".join(str(cell) for cell in clients[-1:])
    more = len(clients) - 1
    parts = [
        f"{held.clients} by {named}{f' and {more} more' if more > 0 else ''}" if clients else "",
        f"{held.own} by its own stacks" if held.own else "",
        f"{held.elsewhere} in other regions of its account" if held.elsewhere else "",
        f"{held.reserved} reserved" if held.reserved else "",
    ]
    return f" ({', '.join(part for part in parts if part)})"


def _nearly_full(fleet: Fleet, book: CapacityBook) -> Iterator[Diagnostic]:
    for name, item in book.places.items():
        room, tightest = book.room(name), book.tightest(name)
        if room is None or tightest is None or room >= fleet.capacity.few or not item.clients:
            continue
        if any(held.free is not None and held.free < 0 for held in book.holdings(name)):
            continue  # that it is over has been said
        what = f"{name} has room for {room} more" if room else f"{name} is full"
        place = setting_position(fleet, item.place.cell, f"{KEY}.{tightest.resource}")
        detail = f"{how_to_raise(book, name, tightest)}; `cellwright capacity {name}` shows what is used"
        yield warning(f"{what}: {amounts(book, tightest)} are used", detail, place)


def _order(finding: Diagnostic) -> tuple[Position, str, str]:
    return finding.position or _NOWHERE, finding.severity.value, finding.summary
