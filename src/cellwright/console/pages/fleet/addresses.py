"""Addresses: pools, which cell holds which block, what waits in quarantine, what is free."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.app.ip.pools import PoolView, show_pools
from cellwright.app.overview.view import FleetView
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.paging import page_of
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.database.clock import iso
from cellwright.ledger.read.names import Names, cell_of

router = APIRouter()
NAVIGATION = Entry("Addresses", "/addresses", key="i", order=70, group="Fleet", icon="addresses")
_HIDDEN = "a cell that you may not see"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """One block of a pool."""

    pool: str
    block: str
    order: tuple[int, int, int]
    use: str
    """`used`, `waiting` or `free`."""
    cells: tuple[str, ...] = ()
    note: str = ""
    addresses: int = 0


@router.get("/addresses")
def addresses(request: Request, visitor: SignedIn) -> Response:
    """Show the pools and their blocks."""
    view = fleet_view(request, visitor)
    filters = Filters.of(request)
    pools = show_pools(services(request).session)
    names = Names(services(request).session.ledger().database, view.fleet.cells.__contains__)
    rows = [row for pool in pools for row in _rows(pool, view, names) if _matches(row, filters)]
    rows.sort(key=lambda row: row.order)
    return render(
        request,
        "fleet/addresses.html",
        view=view,
        filters=filters,
        pools=[(pool, _parts(pool)) for pool in pools],
        page=page_of(rows, filters.number("page")),
    )


def _rows(pool: PoolView, view: FleetView, names: Names) -> Iterator[BlockRow]:
    shown = {str(address) for address in view.cells} if view.partial else None
    for used in pool.used:
        cells = tuple(cell if shown is None or cell in shown else _HIDDEN for cell in used.cells)
        yield _row(pool, used.block, "used", cells, used.choice or "")
    for waiting in pool.waiting:
        # A client that is gone has left it: its name may be another one's by now.
        released = iso(waiting.released)
        known = cell_of(waiting.cell)
        own = known is not None and waiting.cell in (shown or ()) and released > names.left_before(known)
        cell = waiting.cell if shown is None or own else _HIDDEN
        note = f"released {waiting.released.date()}, free again {waiting.until.date()}"
        yield _row(pool, waiting.block, "waiting", (cell,), note)
    for free in pool.free:
        yield _row(pool, free, "free")


def _row(pool: PoolView, block: object, use: str, cells: tuple[str, ...] = (), note: str = "") -> BlockRow:
    network = ip_network(str(block))
    return BlockRow(
        pool=pool.pool.name,
        block=str(network),
        order=(network.version, int(network.network_address), network.prefixlen),
        use=use,
        cells=cells,
        note=note,
        addresses=network.num_addresses,
    )


def _matches(row: BlockRow, filters: Filters) -> bool:
    text = filters.get("q").casefold()
    return (
        (not filters.get("pool") or row.pool == filters.get("pool"))
        and (not filters.get("use") or row.use == filters.get("use"))
        and (not text or text in row.block or any(text in cell.casefold() for cell in row.cells))
    )


def _parts(pool: PoolView) -> dict[str, float]:
    """Tell which share of a pool is used, waits and is free."""
    whole = pool.pool.network.num_addresses
    free = pool.free_addresses
    waiting = sum(item.block.num_addresses for item in pool.waiting)
    used = max(whole - free - waiting, 0)
    return {"used": used / whole, "waiting": waiting / whole, "free": free / whole}
