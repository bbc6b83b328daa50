"""Onboard: a form made from the fleet and its stacks, a preview of what comes of it, and one button."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.form.checked import Checked, check_new, copied_values, level_of
from cellwright.app.clients.form.existing import says_the_same
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.onboarding.proposing import newest_proposal, propose_onboard, pull_requests
from cellwright.app.clients.submit import submit_onboard
from cellwright.app.session.session import FleetSession
from cellwright.console.client_form import (
    APPROVED,
    CHECKS_AT_ONCE,
    LIKE,
    LONGEST_WAIT,
    REASON,
    FormView,
    SentForm,
    faults_of,
    is_too_long,
    settings_in,
)
from cellwright.console.failures import failure
from cellwright.console.navigation import Entry
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.value import Json

router = APIRouter()
NAVIGATION = Entry("Onboard", "/onboard", key="o", order=30, icon="add", permission=Permission.ONBOARD)
BEFOREHAND = "beforehand, in the console"
"""How the audit trail says that whoever pressed the button has approved all plans with it."""
_LONGEST_LINK = 4_000
"""Characters of a link to a filled-in form; longer ones are cut by what they are sent with."""


@router.get("/onboard")
def form(request: Request, visitor: SignedIn) -> Response:
    """Show the form, filled in as the address says: `?like=globex`, `?name=acme&stacks.app.replicas=6`."""
    visitor.demand_somewhere(Permission.ONBOARD)
    session = services(request).fleet()
    given = settings_in(dict(request.query_params))
    like = request.query_params.get(LIKE, "")
    level = level_of(session, given.get("level", ""))
    seen = like and visitor.may(Permission.READ, CellAddress(level.name, like))
    copied = copied_values(session, like, level) if seen else {}
    notes = _not_found(like, level.name) if like and not copied else ()
    return _page(request, FormView(check_new(session, {**copied, **given})), notes, like=like)


@router.post("/onboard/check")
def check(request: Request, visitor: SignedIn, sent: SentForm) -> Response:
    """Check what is filled in so far: gives the preview, and what is wrong at which field."""
    visitor.demand_somewhere(Permission.ONBOARD)
    if is_too_long(sent):
        return _too_long(request)
    if not CHECKS_AT_ONCE.acquire(timeout=LONGEST_WAIT):
        return Response(status_code=HTTPStatus.NO_CONTENT)  # the next letter asks again
    try:
        view = FormView(check_new(services(request).fleet(), settings_in(sent)))
    finally:
        CHECKS_AT_ONCE.release()
    return render(request, "onboard/checked.html", view=view, link=_link(view.checked), edit=False)


@router.post("/onboard")
def submit(request: Request, visitor: SignedIn, sent: SentForm) -> Response:
    """Onboard: commit the settings, start the run, and go to the page that follows it."""
    if is_too_long(sent):
        return _too_long(request)
    session = services(request).fleet()
    checked = check_new(session, settings_in(sent))
    cell = CellAddress(checked.form.level.name, sent.get("name", "")) if checked.taken else checked.cell
    visitor.demand(Permission.ONBOARD, cell, () if checked.taken else checked.tags)
    view = FormView(checked, sent=True, reason=sent.get(REASON, ""))
    if faults := faults_of(sent, checked.form):
        return _page(request, view, faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    settings = _settings(checked.own_text)
    if not _may_go_on(session, checked, cell, settings):
        return _page(request, view, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        beforehand = APPROVED in sent
        if beforehand:
            visitor.demand(Permission.APPROVE, cell, () if checked.taken else checked.tags)
        target = _submit(request, visitor, cell, view, settings, beforehand=beforehand)
    except DiagnosticError as fault:
        return _page(request, view, fault.diagnostics, status=HTTPStatus.CONFLICT)
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)


@router.get("/onboard/proposed/{level}/{name}")
def proposed(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the pull request that proposes a client, or a change of one, and what comes after it is merged."""
    cell = CellAddress(level, name)
    visitor.demand(Permission.READ, cell)
    session = services(request).fleet()
    exists = cell in session.snapshot().fleet.cells
    found = newest_proposal(session, cell)
    return render(request, "onboard/proposed.html", cell=cell, proposed=found, exists=exists)


def _submit(
    request: Request,
    visitor: Visitor,
    cell: CellAddress,
    view: FormView,
    settings: Mapping[str, Json],
    *,
    beforehand: bool,
) -> str:
    """Onboard or propose it; gives the page that follows."""
    found = services(request)
    wanted = OnboardRequest(
        name=cell.cell,
        level=cell.level,
        settings=settings,
        text=view.checked.own_text,
        reason=view.reason,
    )
    if not view.checked.taken and pull_requests(found.session) is not None:
        propose_onboard(found.session, visitor.actor, wanted)
        return f"/onboard/proposed/{cell}"
    submit_onboard(found.session, visitor.actor, wanted, found.host, BEFOREHAND if beforehand else "")
    return f"/cells/{cell}/progress"


def _may_go_on(
    session: FleetSession, checked: Checked, cell: CellAddress, settings: Mapping[str, Json]
) -> bool:
    """Tell whether nothing is wrong, or only that the same was sent before: a double click goes on."""
    if not checked.taken:
        return checked.fits
    known = session.snapshot().fleet.cells.get(cell)
    only = set(checked.faults) <= {"name"}
    return known is not None and only and says_the_same(session.root, known.path, settings)


def _settings(text: str) -> Mapping[str, Json]:
    root = read_document(text, "").root
    value = root.value if root is not None else {}
    return cast("Mapping[str, Json]", value) if isinstance(value, Mapping) else {}


def _page(
    request: Request,
    view: FormView,
    notes: Sequence[Diagnostic] = (),
    status: int = HTTPStatus.OK,
    like: str = "",
) -> Response:
    session = services(request).session
    visitor: Visitor = request.state.visitor
    return render(
        request,
        "onboard/form.html",
        status,
        view=view,
        notes=notes,
        like=like,
        link=_link(view.checked),
        edit=False,
        proposing=pull_requests(session),
        may_approve=visitor.may_somewhere(Permission.APPROVE) and not session.approvals().four_eyes,
    )


def _link(checked: Checked) -> str:
    """Give the address of the form as it is filled in; empty if it would be too long."""
    switches = checked.form.switches
    known = {"name", "level", *checked.form.fields, *switches}  # what else was sent is in no file either
    given = {key: value for key, value in checked.values.items() if key in known and value.strip()}
    plain = {
        key: value
        for key, value in given.items()
        if key not in switches or (value == "true") is not switches[key].default
    }
    query = urlencode(plain)
    return f"/onboard?{query}" if len(query) <= _LONGEST_LINK else ""


def _not_found(like: str, level: str) -> tuple[Diagnostic, ...]:
    told = f"there is no {level} '{like}' to copy from, or you may not see it"
    return (error(told, "the form is as for any new one"),)


def _too_long(request: Request) -> Response:
    told = error("this form is longer than any fleet needs", "keep bulk data elsewhere")
    return failure(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too long", (told,))
