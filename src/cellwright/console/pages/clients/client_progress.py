"""One client's onboarding: how far it is, its outputs, and the step at which it can be resumed."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.app.clients.following import Progress, Stage, follow_onboarding
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.submit import submit_onboard
from cellwright.console.live.topics import Topic, followed
from cellwright.console.pages.clients.unit_states import unit_state
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.fleet.shown_value import SENSITIVE
from cellwright.fleet.yaml.writer import flow_style
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.address import CellAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.diagnostic import MissingError, error

router = APIRouter()
_STAGES = {
    Stage.NOT_BEGUN: ("not begun", "off"),
    Stage.RUNNING: ("coming up", "run"),
    Stage.WAITING: ("waits for approval", "wait"),
    Stage.FAILED: ("stopped", "bad"),
    Stage.CANCELLED: ("cancelled", "off"),
    Stage.DONE: ("up", "good"),
}


@router.get("/cells/{level}/{name}/progress")
def progress(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Follow a client from the button to its outputs; the address can be passed on."""
    cell = CellAddress(level, name)
    visitor.demand(Permission.READ, cell)
    live = followed(services(request), Topic.RUNS)
    found = _found(request, cell)
    return render(
        request,
        "onboard/progress.html",
        progress=found,
        stage=_STAGES[found.stage],
        state_of=state_of,
        text_of=text_of,
        may_resume=visitor.may(Permission.ONBOARD, cell),
        may_approve=visitor.may(Permission.APPROVE, cell),
        live=None if found.stage is Stage.DONE else live,
    )


@router.post("/cells/{level}/{name}/progress")
def resume(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Go on at the step at which the onboarding stopped."""
    cell = CellAddress(level, name)
    visitor.demand(Permission.ONBOARD, cell)
    _found(request, cell)
    wanted = OnboardRequest(name=name, level=level)
    submit_onboard(services(request).session, visitor.actor, wanted, services(request).host)
    return RedirectResponse(f"/cells/{cell}/progress", HTTPStatus.SEE_OTHER)


def state_of(unit: RunUnitRecord) -> tuple[str, str]:
    """Give a unit's state in words, and the tone of its badge."""
    return unit_state(unit, "applying", "up")


def text_of(output: RecordedOutput) -> str:
    """Give an output's value as it is shown; a sensitive one is not."""
    if output.sensitive:
        return SENSITIVE
    return output.value if isinstance(output.value, str) else flow_style(output.value)


def _found(request: Request, cell: CellAddress) -> Progress:
    session = services(request).fleet()
    if cell not in session.snapshot().fleet.cells:
        raise MissingError(error(f"there is no cell '{cell}'", "it may have been offboarded"))
    return follow_onboarding(session, cell)
