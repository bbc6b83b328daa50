"""Edit a cell's own settings in the form of onboarding; what the commit changes is shown before."""

from collections.abc import Sequence
from difflib import unified_diff
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.editing import EditRequest
from cellwright.app.clients.form.checked import Checked, check_edit
from cellwright.app.clients.onboarding.proposing import propose_edit, pull_requests
from cellwright.app.clients.shown_files import shown_files
from cellwright.app.clients.submit import submit_edit
from cellwright.app.session.session import FleetSession
from cellwright.console.client_form import (
    BASE,
    CHECKS_AT_ONCE,
    LONGEST_WAIT,
    REASON,
    START,
    FormView,
    SentForm,
    faults_of,
    is_too_long,
    settings_in,
)
from cellwright.console.failures import failure
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error

router = APIRouter()
_CONTEXT = 2
_HEADER = 2
_KINDS = {"+": "added", "-": "removed", "@": "place"}


@router.get("/cells/{level}/{name}/edit")
def form(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the form with what the cell's own files say."""
    cell = _cell(request, visitor, level, name)
    given = {key: value for key, value in request.query_params.items() if key}
    return _page(request, FormView(check_edit(services(request).fleet(), cell, settings_in(given))))


@router.post("/cells/{level}/{name}/edit/check")
def check(request: Request, visitor: SignedIn, level: str, name: str, sent: SentForm) -> Response:
    """Check what is filled in so far: gives the change, and what is wrong at which field."""
    cell = _cell(request, visitor, level, name)
    if is_too_long(sent):
        return _too_long(request)
    if not CHECKS_AT_ONCE.acquire(timeout=LONGEST_WAIT):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    try:
        view = FormView(check_edit(services(request).fleet(), cell, settings_in(sent)))
    finally:
        CHECKS_AT_ONCE.release()
    changes = changed_lines(services(request).session, view.checked)
    return render(request, "onboard/checked.html", view=view, link="", edit=True, changes=changes)


@router.post("/cells/{level}/{name}/edit")
def submit(request: Request, visitor: SignedIn, level: str, name: str, sent: SentForm) -> Response:
    """Commit the change, and start a run that plans it if that is wanted and allowed."""
    cell = _cell(request, visitor, level, name)
    if is_too_long(sent):
        return _too_long(request)
    checked = check_edit(services(request).fleet(), cell, settings_in(sent))
    view = FormView(checked, sent=True, reason=sent.get(REASON, ""))
    faults = faults_of(sent, checked.form)
    if faults or not checked.fits:
        return _page(request, view, faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = EditRequest(
        cell=cell,
        texts=checked.texts,
        base=sent.get(BASE, ""),
        reason=view.reason,
        start=sent.get(START) == "true" and visitor.may(Permission.APPLY, cell),
    )
    found = services(request)
    try:
        if pull_requests(found.session) is not None:
            propose_edit(found.session, visitor.actor, wanted)
            return RedirectResponse(f"/onboard/proposed/{cell}", HTTPStatus.SEE_OTHER)
        made = submit_edit(found.session, visitor.actor, wanted, found.host)
    except DiagnosticError as fault:
        return _page(request, view, fault.diagnostics, status=HTTPStatus.CONFLICT)
    target = f"/runs/{made.run}" if made is not None else f"/cells/{cell}"
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)


def _cell(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give the cell that a page's address names, if the visitor may edit it."""
    cell = CellAddress(level, name)
    visitor.demand(Permission.EDIT, cell)
    if cell not in services(request).fleet().snapshot().fleet.cells:
        raise MissingError(error(f"there is no cell '{cell}'", "it may have been offboarded"))
    return cell


def changed_lines(session: FleetSession, checked: Checked) -> list[tuple[str, str]]:
    """Give the change of the cell's files line by line, each with its kind; secrets beside it are hidden."""
    found: list[tuple[str, str]] = []
    earlier = shown_files(session.snapshot(), checked.cell, checked.before)
    for path, text in shown_files(session.snapshot(), checked.cell, checked.texts).items():
        before = earlier.get(path, "").splitlines()
        lines = list(unified_diff(before, text.splitlines(), lineterm="", n=_CONTEXT))[_HEADER:]
        found.extend((_KINDS.get(line[:1], "same"), line) for line in lines)
    return found


def _page(
    request: Request, view: FormView, notes: Sequence[Diagnostic] = (), status: int = HTTPStatus.OK
) -> Response:
    changes = changed_lines(services(request).session, view.checked)
    return render(
        request,
        "onboard/form.html",
        status,
        view=view,
        notes=notes,
        like="",
        link="",
        edit=True,
        changes=changes,
        proposing=pull_requests(services(request).session),
    )


def _too_long(request: Request) -> Response:
    told = error("this form is longer than any fleet needs", "keep bulk data elsewhere")
    return failure(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too long", (told,))
