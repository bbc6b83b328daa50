"""A fleet whose client was offboarded, as the ledger has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.model.runs.removal import Removal, Removing
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from unit.app.kit import NOBODY, make_fleet

ACME = CellAddress("client", "acme")
DATA = UnitAddress("client", "acme", "data")
RUN = "20261101-080000-3f9a"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k-1"


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, days: int) -> None:
        self.moment += timedelta(days=days)


def person(name: str, key: str) -> Actor:
    voucher = Voucher(VoucherKind.SESSION, key, checked=True, facts=(("person", f"p_{key}"),))
    return Actor(name, "console", (voucher,))


ADA, GRACE, MARY = person("Ada", "ada"), person("Grace", "grace"), person("Mary", "mary")
"""Asks for it, approves it, validates it."""


@contextmanager
def opened(root: Path, clock: Clock) -> Iterator[FleetSession]:
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=clock) as session:
        yield session


def make_gone(root: Path, clock: Clock, *gone: Removal) -> None:
    """Make a fleet whose client acme lost these resources and was offboarded."""
    if not (root / "fleet.yaml").exists():
        make_fleet(root, other="{}")
    with opened(root, clock) as session:
        destroy(session, gone)
        offboard(session)


def destroy(session: FleetSession, gone: tuple[Removal, ...], run: str = RUN) -> None:
    recorder = session.ledger(writing=True).recorder
    recorder.start_run(
        Run(
            id=run,
            kind=RunKind.DESTROY,
            status=RunStatus.RUNNING,
            actor=ADA.name,
            reason="contract ended",
            started="2026-11-01T08:00:00+00:00",
            finished=None,
            commit="c0ffee",
            units=(RunUnit(DATA, Operation.DESTROY, 0),),
        ),
        actor=ADA,
    )
    recorder.enter(run, DATA, UnitState.PLANNING)
    approved = EventDraft(GRACE, "run.approved", run, "", {"how": "console", "plans": {str(DATA): "d1"}})
    removing = Removing("d1", gone) if gone else None
    recorder.enter(run, DATA, UnitState.APPLYING, {}, event=approved, removing=removing)
    destroyed = EventDraft(ADA, "unit.destroyed", str(DATA), "", {"run": run, "destroy": len(gone)})
    recorder.record_destroyed(
        UnitResult(DATA, Outcome.APPLIED, 1.0, ResourceCounts(destroy=len(gone)), ()), run, destroyed
    )
    recorder.finish_run(run, RunStatus.SUCCEEDED)


def offboard(session: FleetSession) -> None:
    recorder = session.ledger(writing=True).recorder
    recorder.record_offboarded(EventDraft(ADA, "client.offboarded", str(ACME), "contract ended"), ACME, {})


def removal(kind: str, name: str = "main", **more: object) -> Removal:
    return Removal(
        address=f"{kind}.{name}",
        action=Action(more.pop("action", "delete")),
        type=kind,
        provider=str(more.pop("provider", "registry.terraform.io/hashicorp/aws")),
        identifier=f"{name}-id",
        arn=str(more.pop("arn", "")),
        settings={name: value for name, value in more.items() if isinstance(value, str | int | bool)},
    )


NOTHING_TO_LOOK_FOR = removal("random_id", provider="registry.terraform.io/hashicorp/random")
WAITING_KEY = removal("aws_kms_key", arn=KEY, deletion_window_in_days=7)
