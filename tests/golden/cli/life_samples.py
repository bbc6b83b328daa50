"""Clients that leave, as samples for views and documents."""

from dataclasses import replace
from datetime import UTC, datetime

from cellwright.app.clients.offboard import OffboardReport
from cellwright.app.clients.offboarding.judging import Denial, Judged
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.app.clients.offboarding.standing import DueReport
from cellwright.ledger.clients.values import Approval, ExportRecord, LegalHold, Offboarding
from cellwright.ledger.database.clock import milliseconds
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import RunKind, RunStatus
from golden.cli import samples

GLOBEX = CellAddress("client", "globex")
_DAY = 24 * 3600
HELD = Offboarding(
    id="5f0c",
    cell=GLOBEX,
    phase=Phase.HOLDING,
    phase_since="2026-11-22T21:48:12.345678+00:00",
    requested_by="Ada <ada@example.com>",
    requested_at="2026-11-22T21:47:00.000000+00:00",
    reason="contract ended",
    back_to=ClientState.ACTIVE,
    task={},
    hold_seconds=30 * _DAY,
    hold_until=milliseconds(datetime(2026, 12, 22, 21, 48, tzinfo=UTC)),
    approvals_needed=1,
    plan_run="20261122-214700-3f9a",
)
DONE = replace(
    HELD,
    phase=Phase.DONE,
    approvals=(Approval(by="Grace", at="2026-11-23T08:00:00.000000+00:00", reason="seen"),),
    run="20261222-214812-77aa",
    export=ExportRecord(
        command=("./export.sh",),
        sha256="ab" * 32,
        size=1234,
        place="s3://exports/globex",
        seconds=12.5,
        ended_at="2026-12-22T21:49:00.000000+00:00",
    ),
    archived_to="archived/globex",
    ended_by="Ada <ada@example.com>",
    ended_at="2026-12-22T22:00:00.000000+00:00",
)
OFFBOARDED = OffboardReport(record=DONE, waits=Waits.NOTHING, report=samples.DESTROYED)
ON_HOLD = OffboardReport(record=HELD, waits=Waits.HOLD)
RULE, PLAN_RUN = "hipaa.destruction", "20261122-214700-3f9a"
JUDGED = Judged(
    units=3,
    resources=27,
    denials=(Denial(samples.ACME_APP, RULE, "aws_s3_bucket.this"),),
    file="clients/globex/client.yaml",
    exceptions=f"  - rule: {RULE}\n    stack: storage\n    resource: aws_s3_bucket.this\n",
)
REFUSED = OffboardReport(
    record=replace(HELD, phase=Phase.REFUSED, why=f"its destruction is denied by {RULE}: see run {PLAN_RUN}"),
    waits=Waits.NOTHING,
    judged=JUDGED,
)
EXCEPTIONS_WRITTEN = replace(REFUSED, judged=replace(JUDGED, written_for="Ada"))
WAITING = replace(HELD, approvals_needed=2, approvals=DONE.approvals)
CANCELLED = replace(HELD, phase=Phase.CANCELLED)
STUCK = replace(HELD, phase=Phase.EXPORTING, why="./export.sh: exit code 3")
DUE = (
    DueReport(WAITING, Waits.APPROVAL),
    DueReport(STUCK, Waits.NOTHING, faults=(error("./export.sh: exit code 3", "look into its log"),)),
    DueReport(replace(HELD, cell=CellAddress("client", "hooli")), Waits.LEGAL_HOLD),
)
LAID = LegalHold(
    id="1", cell=GLOBEX, reason="lawsuit 12", laid_by="Ada", laid_at="2026-11-22T21:48:12.345678+00:00"
)
LIFTED = replace(LAID, lifted_by="Grace", lifted_at="2026-11-23T08:00:00.000000+00:00", lift_reason="settled")

TO_CONFIRM = PlannedLeave(
    cell=GLOBEX,
    run=replace(samples.DESTROYED.run, id=PLAN_RUN, kind=RunKind.PLAN, status=RunStatus.SUCCEEDED),
    judged=replace(JUDGED, denials=(), exceptions=""),
    digest="5f0c",
)
DENIED = replace(
    TO_CONFIRM, judged=JUDGED, run=replace(TO_CONFIRM.run, status=RunStatus.FAILED), digest="77aa"
)
OUT_OF_DATE = replace(
    TO_CONFIRM,
    outdated=error(
        f"client/globex/app changed since run {PLAN_RUN} planned the destruction",
        "plan anew: cellwright offboard globex",
    ),
)
CONFIRMED = replace(TO_CONFIRM, record=HELD, waits=Waits.HOLD)
NOT_PLANNED = replace(TO_CONFIRM, run=replace(TO_CONFIRM.run, status=RunStatus.CANCELLED))
