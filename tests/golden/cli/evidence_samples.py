"""Evidence, reviews and drills as the command line shows them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cellwright.app.evidence.drill.ledger_copy import LedgerCompared
from cellwright.app.evidence.drill.restoring import DrillReport, DrillResult
from cellwright.app.evidence.drill.states import StatesCompared
from cellwright.app.evidence.making import EvidenceReport
from cellwright.app.evidence.period import Period
from cellwright.app.evidence.reviews import Review
from cellwright.app.evidence.trail import Followed, Stretch
from cellwright.app.evidence.verifying import EvidenceChecked
from cellwright.evidence.clauses.all_clauses import CLAUSES
from cellwright.evidence.judging import gaps_of, judge
from cellwright.ledger.audit import ChainPoint

_COUNTS = {
    "people": 3,
    "grants": 4,
    "activity": 40,
    "chain": 3,
    "changes": 12,
    "verdicts": 12,
    "signature": 1,
}
_JUDGED = judge(CLAUSES, _COUNTS)
_FOUND = Followed(
    stretch=Stretch(ChainPoint(40, "a" * 64), ChainPoint(1240, "b" * 64), 1200),
    head=ChainPoint(1300, "c" * 64),
    first_hash="d" * 64,
    first_time="2026-01-02T08:00:00.000000+00:00",
    last_time="2026-11-22T21:48:12.000000+00:00",
    count=1300,
    faults=(),
    set_back=0,
    before_period=40,
    vouched=(),
)
MADE = EvidenceReport(
    folder=Path("evidence-2026-q3"),
    period=Period(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)),
    found=_FOUND,
    judged=_JUDGED,
    gaps=gaps_of(_JUDGED),
    manifest="e" * 64,
    signed=True,
    recorded=True,
)
BROKEN = replace(
    MADE,
    found=replace(_FOUND, faults=("event 77: the event was changed after it was recorded",)),
    gaps=MADE.gaps[:1],
    signed=False,
    recorded=False,
)
CHECKED = EvidenceChecked(
    folder=Path("evidence-2026-q3"),
    fleet="medloop",
    period=("2026-07-01T00:00:00.000000+00:00", "2026-10-01T00:00:00.000000+00:00"),
    manifest="e" * 64,
    files=143,
    events=1200,
    anchors=12,
    signed_by="3CCA8E0B04B27E9A9517609BD64DAB73CB675926",
    faults=(),
    doubts=(),
)
CHANGED = replace(
    CHECKED,
    signed_by="",
    faults=(
        "grants.json was changed: its digest is not the one in the manifest",
        "the chain does not hold: event 77: the event was changed after it was recorded",
    ),
    doubts=(
        "no trusted key was given: the one in the same folder was taken, which anybody may have put there",
    ),
)
REVIEWS = (
    Review(
        event=1280,
        time="2026-11-22T21:48:12.000000+00:00",
        who="Ada Lovelace <ada@example.com>",
        kind="access",
        since="2026-07-01T00:00:00.000000+00:00",
        until="2026-10-01T00:00:00.000000+00:00",
        findings="Grace left in August; her role was withdrawn a week late.",
        digest="f" * 64,
        looked_at={"people": 7, "grants": 9, "tokens": 3},
    ),
    Review(
        event=990,
        time="2026-07-02T09:00:00.000000+00:00",
        who="grace",
        kind="activity",
        since="2026-04-01T00:00:00.000000+00:00",
        until="2026-07-01T00:00:00.000000+00:00",
        findings="nothing unusual",
        digest="a" * 64,
        looked_at={"first_event": 41, "last_event": 980},
    ),
)
_LEDGER = LedgerCompared(events=1300, rows=48211, tables={"events": 1300, "heads": 60}, head=1300)
DRILLED = DrillReport(
    result=DrillResult.PASSED,
    seconds=12.34,
    ledger=_LEDGER,
    states=StatesCompared(restored=60, encrypted=2, bytes=1_200_000),
    event=1301,
)
FAILED = DrillReport(
    result=DrillResult.FAILED,
    seconds=9.0,
    ledger=replace(_LEDGER, source="sqlite:////restored/ledger.db", behind=12),
    states=StatesCompared(
        restored=57,
        bytes=900_000,
        differences=[
            "client/acme/app: the state can't be restored: s3://states/acme.tfstate is not there",
            "client/beta/app: the state has serial 3, 5 is on record: it is older",
        ],
        unread=["client/gamma/app: only Terraform can read it from its backend gcs; choose other cells"],
    ),
    event=1302,
)
