"""Cells: found by level, state and words; each with its units and settings."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Header, Query, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.fleet import cells as document
from cellwright.api.fleet import clients
from cellwright.app.clients.editing import EditRequest
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.onboarding.preview import preview_edit
from cellwright.app.clients.onboarding.proposing import propose_edit, pull_requests
from cellwright.app.clients.shown_files import shown_files
from cellwright.app.clients.submit import submit_edit
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.lives import lives
from cellwright.app.overview.settings import cell_settings
from cellwright.app.overview.tiles import TileOrder, TileQuery, tiles
from cellwright.app.session.session import FleetSession
from cellwright.console.reading import refuse_unread
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import PLAIN, Body, Cell, Level, Reason, Text, Words, cell_address
from cellwright.console.wire.problems import RefusedCallError, absent
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas
from cellwright.console.wire.schemas import overview, runs
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import error

router = noun_router()


FilesWanted = Annotated[
    dict[Text, Annotated[str, Field(max_length=1_000_000, pattern=PLAIN)]],
    Field(min_length=1, max_length=50, description="By path, of those that are there."),
]


class CheckBody(Body):
    """The files of a cell as they might be."""

    files: FilesWanted


class FilesBody(Body):
    """The files of a cell as they are to be."""

    files: FilesWanted
    start: bool = Field(default=True, description="Start a run that applies what changes.")
    reason: Reason = ""


@router.get("/cells", response_model=schemas.Cells)
def cells(  # noqa: PLR0913, PLR0917  the parameters of the call
    request: Request,
    visitor: SignedIn,
    level: Words = "",
    state: Annotated[list[CellState], Query(max_length=20, description="None means any.")] = [],  # noqa: B006  FastAPI copies it
    life: Annotated[list[ClientState], Query(max_length=7, description="Of clients; none means any.")] = [],  # noqa: B006  as above
    q: Annotated[Words, Query(description="Words in the address, a label or a tag.")] = "",
    cursor: Annotated[int, Query(ge=1, le=1_000_000, description="`next` of the page before.")] = 1,
) -> Response:
    """List cells by level and name, 200 a page, and how they stand."""
    visitor.demand_somewhere(Permission.READ)
    view = services(request).view(visitor, waits=True)
    if not visitor.may(Permission.READ):
        view = view.restricted(lambda item: visitor.may(Permission.READ, item.address, item.tags))
    query = TileQuery(
        level=level, states=frozenset(state), lives=frozenset(life), text=q, order=TileOrder.NAME, page=cursor
    )
    found = tiles(view, query, lives(services(request).session, view))
    following = str(cursor + 1) if cursor < found.pages else None
    beyond = cursor > found.pages  # such a page has nothing, where the console shows the last one
    shown = [] if beyond else [(tile.cell, tile.state, tile.life) for tile in found.tiles]
    return page(request, document.cells(shown, found.counts, following), following)


@router.get("/cells/{level}/{cell}", response_model=schemas.Cell)
def cell(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give one cell: where it lies, how it stands, and how each of its units does."""
    address = cell_address(level, cell)
    found = services(request)
    visitor.demand(Permission.READ, address)
    view = found.view(visitor, waits=True)
    entry = view.cells.get(address)
    if entry is None:
        refuse_unread(view)
        raise absent(f"there is no cell '{address}'", "GET /api/v1/cells lists the cells")
    return answer(request, document.cell(entry, view.state(entry), lives(found.session, view).get(address)))


@router.get("/cells/{level}/{cell}/settings", response_model=schemas.Settings)
def settings(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give a cell's settings with every layer that sets them: file, line, what each overrides."""
    address = cell_address(level, cell)
    found = services(request)
    visitor.demand(Permission.READ, address)
    view = found.view(visitor, waits=True)
    if address not in view.cells:
        refuse_unread(view)
        raise absent(f"there is no cell '{address}'", "GET /api/v1/cells lists the cells")
    return answer(request, document.settings(address, cell_settings(view, address)))


@router.get("/cells/{level}/{cell}/files", response_model=schemas.Files)
def files(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give a cell's own files, as whoever edits them needs them; the `ETag` is for `If-Match`.

    A secret that is written out is `(sensitive value)`: a change of its file has to say where it is kept.
    """
    address = cell_address(level, cell)
    session = services(request).fleet()
    visitor.demand(Permission.EDIT, address)
    found = _files(session, address)
    tag = f'"{found.digest}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return answer(
        request, clients.files(address, shown_files(session.snapshot(), address, found.texts)), ETag=tag
    )


@router.post("/cells/{level}/{cell}/files/check", response_model=overview.EditPreview)
def check(request: Request, visitor: SignedIn, level: Level, cell: Cell, body: CheckBody) -> Response:
    """Tell what an edit would come to: findings with file and line, and the units that it changes."""
    address = cell_address(level, cell)
    session = services(request).fleet()
    visitor.demand(Permission.EDIT, address)
    return answer(request, clients.edit_preview(preview_edit(session, address, body.files)))


@router.put("/cells/{level}/{cell}/files", status_code=HTTPStatus.ACCEPTED, response_model=runs.Client)
def edit(
    request: Request,
    visitor: SignedIn,
    level: Level,
    cell: Cell,
    body: FilesBody,
    if_match: Annotated[str | None, Header(description="The ETag of the files that were edited.")] = None,
) -> Response:
    """Change a cell's files: they are checked and committed in your name, and a run applies what changes.

    Where the fleet takes changes by pull request, one is opened.
    """
    address = cell_address(level, cell)
    found = services(request)
    session = found.fleet()
    visitor.demand(Permission.EDIT, address)
    if body.start:
        visitor.demand(Permission.APPLY, address)
    known = _files(session, address)
    _refuse_outdated(if_match, known)
    wanted = EditRequest(
        cell=address, texts=body.files, base=known.digest, reason=body.reason, start=body.start
    )
    if pull_requests(session) is not None:
        made = propose_edit(session, visitor.actor, wanted)
        return answer(request, clients.proposed(address, made), HTTPStatus.ACCEPTED)
    done = submit_edit(session, visitor.actor, wanted, found.host)
    return answer(request, clients.edited(address, done), HTTPStatus.ACCEPTED)


def _files(session: FleetSession, address: CellAddress) -> CellFiles:
    known = session.snapshot().fleet.cells.get(address)
    if known is None:
        raise absent(f"there is no cell '{address}'", "GET /api/v1/cells lists the cells")
    return CellFiles.read(session.root, address, known.path)


def _refuse_outdated(given: str | None, known: CellFiles) -> None:
    if given is None:
        told = error("say which files were edited", "send their ETag in If-Match")
        raise RefusedCallError(HTTPStatus.PRECONDITION_REQUIRED, "If-Match is missing", (told,))
    if given != f'"{known.digest}"':
        told = error(f"{known.cell} was changed meanwhile", "get its files again, and send your change anew")
        raise RefusedCallError(HTTPStatus.PRECONDITION_FAILED, "It was changed meanwhile", (told,))
