"""What the command palette finds: pages, cells, units and runs. Nothing here changes anything."""

from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.run_list import is_readable
from cellwright.app.overview.tiles import search
from cellwright.app.overview.view import FleetView
from cellwright.console.links import LONGEST
from cellwright.console.permits import reach
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import Pages
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
_MOST = 20
_RUNS = 8
_LOOKED_AT = 50
"""Runs of which it is asked whether somebody may see them."""
_UNITS = 8

Item = dict[str, str]


@router.get("/palette")
def palette(request: Request, visitor: SignedIn, q: str = "") -> dict[str, list[Item]]:
    """Find what a text may mean, the likeliest first."""
    text = q.strip()[:LONGEST]
    view = fleet_view(request, visitor)
    found = [*_pages(request, visitor, text), *_cells(view, text), *_runs(request, visitor, text)]
    return {"items": found[:_MOST]}


def _pages(request: Request, visitor: Visitor, text: str) -> Iterator[Item]:
    pages: Pages = request.app.state.pages
    for entry in pages.navigation:
        if visitor.may_somewhere(entry.permission) and text.casefold() in entry.title.casefold():
            yield _item(entry.title, entry.path, "Page")
    if visitor.may_somewhere(Permission.ONBOARD) and text and text.casefold() in "onboard a client":
        yield _item("Onboard a client", "/onboard", "Go to")


def _cells(view: FleetView, text: str) -> Iterator[Item]:
    if not text:
        return
    name, _, stack = text.rpartition("/")
    for cell in search(view.cells.values(), text, _MOST):
        yield _item(str(cell.address), f"/cells/{cell.address}", "Cell", view.states[cell.address].value)
    if name.count("/") == 1:
        units = (item.address for cell in search(view.cells.values(), name, 2) for item in cell.units)
        for unit in [item for item in units if item.stack.startswith(stack)][:_UNITS]:
            yield _item(str(unit), f"/units/{unit}", "Unit")


def _runs(request: Request, visitor: Visitor, text: str) -> Iterator[Item]:
    if not text:
        return
    wanted = text.casefold()
    ledger, seen = services(request).session.ledger(), reach(visitor)
    named = (
        (run, reason)
        for run, reason, actor in ledger.reader.named_runs(200)
        if wanted in run or wanted in reason.casefold() or wanted in actor.casefold()
    )
    # Each is looked at by itself: of many that somebody may not see, the newest are enough.
    found = (item for item in islice(named, _LOOKED_AT) if is_readable(ledger, item[0], seen))
    for run, reason in islice(found, _RUNS):
        yield _item(reason or run, f"/runs/{run}", "Run", run)


def _item(title: str, path: str, kind: str, note: str = "") -> Item:
    return {"title": title, "path": path, "kind": kind, "note": note.replace("_", " ")}
