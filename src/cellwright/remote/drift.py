"""Drift, as the server lists and acknowledges it, looks for it and repairs it."""

from collections.abc import Sequence
from typing import Any

from cellwright.app.drift.acknowledging import AckRequest
from cellwright.app.drift.following import Looked, Watching
from cellwright.app.drift.listing import DriftView, UnitHistory
from cellwright.app.drift.looking import LookRequest
from cellwright.app.drift.repairing import RepairRequest
from cellwright.app.drift.schedules import SchedulesView
from cellwright.app.rollouts.start import Started
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.engine.approval import LeftToOthers
from cellwright.ledger.drift.values import Acknowledgement
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Outcome
from cellwright.remote.client import ApiClient
from cellwright.remote.documents import drift as read
from cellwright.remote.following import follow
from cellwright.remote.rollouts import started_from


def list_drift(client: ApiClient, selectors: Sequence[str] = ()) -> DriftView:
    """The fleet's drift."""
    if selectors:
        raise DiagnosticError(
            error("a server lists all drift", "leave out the selectors, or name them in the fleet's folder")
        )
    known = client.get("drift", "groups")
    return DriftView(
        groups=read.groups_from(_units(client, "open"), known["groups"]),
        acknowledged=read.groups_from(_units(client, "acknowledged"), known["groups"]),
        unknown=tuple(map(read.unit_from, _units(client, "unknown"))),
        counts=read.looks_from(known),
    )


def show_unit(client: ApiClient, unit: UnitAddress) -> UnitHistory:
    """One unit, now and before."""
    return read.history_from(client.get("units", unit.level, unit.cell, unit.stack, "drift"))


def list_schedules(client: ApiClient) -> SchedulesView:
    """The schedules."""
    return read.schedules_from(client.get("drift", "schedules"))


def list_acknowledgements(client: ApiClient) -> tuple[Acknowledgement, ...]:
    """The newest acknowledgements."""
    return tuple(map(read.ack_from, client.get("drift", "acknowledgements")["acknowledgements"]))


def acknowledge(client: ApiClient, request: AckRequest) -> Acknowledgement:
    """Leave drift as it is."""
    body = {
        "unit": request.unit,
        "group": request.group,
        "resource": request.resource,
        "until": request.until,
        "reason": request.reason,
    }
    return read.ack_from(client.post("drift", "acknowledgements", body=body))


def unacknowledge(client: ApiClient, id_: str, reason: str = "") -> Acknowledgement:
    """End an acknowledgement."""
    return read.ack_from(client.post("drift", "acknowledgements", id_, "end", body={"reason": reason}))


def look_now(client: ApiClient, request: LookRequest, watching: Watching) -> Looked:
    """Have units looked at, and follow that."""
    if request.parallel is not None:
        detail = "leave out --parallel, or look in the fleet's folder"
        raise DiagnosticError(error("a server decides how many units it looks at at once", detail))
    body = {"selectors": list(request.selectors), "reason": request.reason}
    run = client.post("drift", "looks", body=body)["run"]["run"]
    talk = Conversation(watching.listener(run), LeftToOthers(), watching.interrupts)
    report = follow(client, run, talk)
    seen = {item.address for item in report.results if item.outcome is not Outcome.CANCELLED}
    return Looked(
        view=list_drift(client).only(seen.__contains__),
        units=len(seen),
        left=len(report.run.units) - len(seen),
        run=run,
    )


def begin_repair(client: ApiClient, request: RepairRequest) -> Started:
    """Bring drifted units back, as a rollout."""
    body = {
        "selectors": list(request.selectors),
        "groups": list(request.groups),
        "strategy": request.strategy,
        "reason": request.reason,
        "approved": bool(request.approved_how),
    }
    return started_from(client, client.post("drift", "repairs", body=body))


def _units(client: ApiClient, state: str) -> list[Any]:
    return [item for page in client.pages("drift", query=[("state", state)]) for item in page["drift"]]
