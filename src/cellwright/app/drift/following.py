"""Carries out looks in this process, and nothing else: for the command line, cron and other schedulers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cellwright.app.drift.listing import DriftView, list_drift
from cellwright.app.drift.looking import LookRequest, submit_looks
from cellwright.app.drift.ticking import Schedules
from cellwright.app.runs.hosting.host import HostSettings, QueueHost, silent
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Interrupts
from cellwright.ledger.database.clock import iso
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import Listener

_LOOK = 0.2
QUEUED = "looks"
"""The kind of worker that only looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What looks have found."""

    view: DriftView
    units: int
    """That were looked at."""
    left: int = 0
    """Of the run that are not over: somebody has interrupted it."""
    run: str = ""
    """Empty where the schedules were gone by."""

    @property
    def has_drift(self) -> bool:
        """Tell whether a unit has drift that is not acknowledged."""
        return bool(self.view.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Who is told what, and who may stop it."""

    interrupts: Interrupts
    told: Callable[[str], None]
    listener: Callable[[str], Listener] = silent


def look_now(session: FleetSession, actor: Actor, request: LookRequest, watching: Watching) -> Looked:
    """Look at units now, and tell what was found.

    An interrupt cancels what is left. What the budget holds back is waited for.

    Raises:
        DiagnosticError: as `submit_looks`, or the ledger can't be used.
    """
    run = submit_looks(session, actor, request, NoHost())
    units = tuple(part.address for part in run.units)
    with _host(session, request.parallel, watching) as host:
        waits = False
        while not _is_over(session, run.id):
            if watching.interrupts.requested():
                session.ledger(writing=True).cancels.request(run.id, actor, "interrupted")
                host.wake(run.id)
                break
            if not waits and host.has_nothing and (delayed := _delayed(session, run.id)):
                waits = True
                watching.told(f"{delayed} units wait: they are at work elsewhere, or the budget is used up")
            time.sleep(_LOOK)
    left = len(session.ledger().queue.states(run.id))
    return Looked(view=_found(session, units), units=len(units) - left, left=left, run=run.id)


def look_if_due(session: FleetSession, parallel: int | None, watching: Watching) -> Looked:
    """Open the windows that are due, look at the units whose moments have come, and end.

    Called every few minutes, it does what a server does. Units whose moments come later are left.

    Raises:
        DiagnosticError: fleet.yaml's `drift` has faults, or a window can't be opened.
    """
    began = iso(session.now())
    Schedules(session, NoHost(), patient=False).tick()
    with _host(session, parallel, watching) as host:
        while not host.has_nothing and not watching.interrupts.requested():
            time.sleep(_LOOK)
    found = session.ledger().drift
    units = tuple(UnitAddress.parse(unit) for unit, at in found.looked().items() if at >= began)
    return Looked(view=_found(session, units), units=len(units))


def _host(session: FleetSession, parallel: int | None, watching: Watching) -> QueueHost:
    settings = HostSettings(kind=QUEUED, parallel=parallel, looks_only=True)
    return make_host(session, settings, watching.listener)


def _is_over(session: FleetSession, run: str) -> bool:
    summary = session.ledger().reader.summary(run)
    return summary is None or summary.finished is not None


def _delayed(session: FleetSession, run: str) -> int:
    return sum(state == "delayed" for state in session.ledger().queue.states(run).values())


def _found(session: FleetSession, units: tuple[UnitAddress, ...]) -> DriftView:
    """Give the drift of units that were just looked at."""
    return list_drift(session).only(frozenset(units).__contains__)
