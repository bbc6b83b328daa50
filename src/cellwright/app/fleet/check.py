"""Check: every finding about a fleet that needs no Terraform, in one go."""

from contextlib import suppress

from cellwright.app.rollouts.known_cells import rollout_findings
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.app.session.stack_findings import deprecated_outputs, unfit_stacks
from cellwright.fleet.ended_exceptions import ended_exceptions
from cellwright.fleet.fleet import Fleet
from cellwright.model.binary import BinarySettings, BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position

_NOWHERE = Position("")


def check(session: FleetSession) -> tuple[Diagnostic, ...]:
    """List every finding about the fleet, sorted by place."""
    snapshot = session.snapshot()
    found = (
        *_with_decisions(session, snapshot.fleet),
        *ended_exceptions(snapshot.fleet, session.now().date()),
        *deprecated_outputs(snapshot),
        *_unfit(session, snapshot),
        *_policy_faults(session, snapshot),
        *rollout_findings(session, snapshot.fleet),
    )
    return tuple(sorted(found, key=lambda item: (item.position or _NOWHERE, item.summary)))


def _with_decisions(session: FleetSession, fleet: Fleet) -> tuple[Diagnostic, ...]:
    """Give the fleet's findings; those about rules that are not decided say what they would decide now."""
    waiting = [cell for cell in fleet.cells.values() if cell.rule is not None]
    if not waiting:
        return fleet.diagnostics
    from cellwright.app.runs.placement.deciding import would_decide  # noqa: PLC0415  few fleets have such cells

    told = {would.finding: would.said for would in would_decide(session, fleet, waiting)}
    return tuple(told.get(item, item) for item in fleet.diagnostics)


def _policy_faults(session: FleetSession, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """What the evaluator can't do, or would never be asked; it is started where there are policies."""
    if not snapshot.policies.modules:
        return ()
    from cellwright.app.fleet.policy_check import policy_findings  # noqa: PLC0415  it brings the evaluator

    return policy_findings(
        snapshot.fleet, snapshot.policies.modules, snapshot.home.cache, session.environment
    )


def _unfit(session: FleetSession, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """The stacks that the programs of this machine can't run; none is fetched for this."""

    def program(binary: BinarySettings) -> BinaryVersion:
        return session.toolchains.version(snapshot.fleet.terraform, binary)

    found: dict[Diagnostic, None] = {}
    for pin in snapshot.fleet.units.pins():
        with suppress(DiagnosticError):
            found.update(dict.fromkeys(unfit_stacks((pin,), snapshot, program)))
    return tuple(found)
