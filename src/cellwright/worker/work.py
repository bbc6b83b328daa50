"""A worker: a process that takes units from the queue until it is told to end."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.app.drift.ticking import going_by_schedules
from cellwright.app.rollouts.driving import Driver
from cellwright.app.rollouts.ticking import driving, look
from cellwright.app.runs.hosting.host import WORKER, HostSettings, QueueHost
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.session.location import Location
from cellwright.app.session.repository.checkout import SessionAt, opener_at
from cellwright.app.session.repository.serving import RepositoryAddress, serving
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import TTL
from cellwright.model.diagnostic import DiagnosticError, error

_LOOK = 0.2
"""Seconds between looks at whether it is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRequest:
    """What a worker takes."""

    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parallel: int | None = None
    once: bool = False
    """End as soon as nothing is left that may begin."""
    ttl: float = TTL
    """Seconds after which another worker takes over what this one has, if it is not heard of."""


def work(
    session: FleetSession,
    request: WorkRequest,
    told_to_end: Callable[[], bool],
    ready: Callable[[str], None],
    opener: SessionAt | None = None,
) -> None:
    """Carry out units until told to end, or asked to drain; what was begun is ended first.

    `ready` is told the worker's name when it takes units. `opener` opens the fleet at a run's commit.

    Raises:
        DiagnosticError: the fleet has errors, or its ledger can't be used.
    """
    settings = HostSettings(kind=WORKER, parallel=request.parallel, labels=request.labels, ttl=request.ttl)
    with (
        make_host(session, settings, opener=opener) as host,
        driving(session, host, host.commits.at) as driver,
        going_by_schedules(session, host),
    ):
        ready(host.id)
        while not told_to_end() and not host.is_drained and not (request.once and _is_done(host, driver)):
            time.sleep(_LOOK)


def _is_done(host: QueueHost, driver: Driver) -> bool:
    """Tell whether no unit may begin, and no rollout would put one into the queue now."""
    if not host.has_nothing:
        return False
    with suppress(DiagnosticError):  # a rollout's fault stops no other run, and stands in its own record
        look(driver)
    return host.has_nothing


def work_at_commits(
    location: Location,
    repository: RepositoryAddress,
    request: WorkRequest,
    told_to_end: Callable[[], bool],
    ready: Callable[[str], None],
) -> None:
    """As `work`, on a machine that has no clone of the fleet: each run is carried out at its own commit.

    Raises:
        DiagnosticError: as `work`, or the repository can't be reached.
    """
    with serving(location, repository) as session:
        work(session, request, told_to_end, ready, opener_at(repository, location, session))


def labels_of(texts: list[str]) -> dict[str, frozenset[str]]:
    """Read labels: `account=one,two` takes units of either account; several are all to hold.

    Raises:
        DiagnosticError: one is no label.
    """
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        chosen = frozenset(value.strip() for value in values.split(",") if value.strip())
        if not equals or not name.strip() or not chosen or name.strip() in found:
            advice = "write --labels account=prod-euw1,prod-use1 --labels tier=gold, each name once"
            raise DiagnosticError(error(f"'{text}' is no label", advice))
        found[name.strip()] = chosen
    return found
