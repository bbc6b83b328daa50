"""Follows a rollout on the command line: carries out its runs in this process until it waits for a person."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cellwright.app.rollouts.driving import Driver
from cellwright.app.rollouts.shapes import ShapeGroup, waiting_groups
from cellwright.app.rollouts.status import needs_person
from cellwright.app.rollouts.ticking import look
from cellwright.app.runs.hosting.host import HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Interrupts
from cellwright.ledger.rollouts.questions import plans_wait
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.rollout.requests import open_approval

_LOOK, _SLOW_LOOK = 0.2, 1.0
"""Seconds between looks while runs are at work, and while only time has to pass."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A rollout as it is when nobody has to be waited for any more, or a person has."""

    record: RolloutRecord
    groups: tuple[ShapeGroup, ...] = ()
    """Plans that wait for an answer, by shape."""
    interrupted: bool = False


def follow(
    session: FleetSession,
    rollout: str,
    interrupts: Interrupts,
    told: Callable[[RolloutSummary], None],
    parallel: int | None = None,
) -> Followed:
    """Drive a rollout, and carry out its runs, until it is over, or waits for a person.

    Bakes, freezes and times of day are waited for. An interrupt leaves it as it is: what has begun is ended
    first, and whoever looks next goes on. `told` is given the rollout when it has changed.

    Raises:
        DiagnosticError: there is none, or the ledger can't be used.
    """
    with (
        make_host(session, HostSettings(parallel=parallel)) as host,
        Driver(session, host, host.commits.at) as driver,
    ):
        before: object = None
        judged: object = None
        while True:
            look(driver)
            rollouts = session.ledger().rollouts
            summary = rollouts.summary(rollout)
            seen = (summary.status, summary.why, summary.phases)
            if seen != before:
                before = seen
                told(summary)
            if interrupts.requested():
                return Followed(rollouts.find(rollout), interrupted=True)
            if not summary.status.is_active:
                return Followed(rollouts.find(rollout))
            idle = host.has_nothing
            # All of it is read only if something has changed: a bake of days is no reason to read cells.
            if idle and (seen != judged or plans_wait(session.ledger().database, rollout)):
                record, groups = rollouts.find(rollout), waiting_groups(session, rollout)
                waits = open_approval(record.plan, record.state) is not None
                if needs_person(record.summary, plans_wait=bool(groups), waits_for_approval=waits):
                    return Followed(record, groups)
                judged = seen
            _sleep(_SLOW_LOOK if idle else _LOOK, interrupts)


def _sleep(seconds: float, interrupts: Interrupts) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not interrupts.requested():
        time.sleep(min(_LOOK, seconds))
