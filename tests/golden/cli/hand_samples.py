"""What people do by hand with a unit, and what `doctor` finds, as samples for views and documents."""

from datetime import UTC, datetime

from cellwright.app.by_hand.outputs import ShownOutput, ShownOutputs
from cellwright.app.by_hand.unlocking import FoundLease, FoundLocks
from cellwright.app.doctor.report import Report, broken, doubtful, skipped, well
from cellwright.ledger.leases import Held, Holder
from cellwright.model.address import UnitAddress
from cellwright.terraform.output.states.state_lock import StateLockInfo

UNIT = UnitAddress("client", "acme", "app")
_HELD = Held(
    UNIT, Holder("build-7", 4711, "1", "20261122-214812-3f9a"), 3, datetime(2026, 11, 22, 21, 49, tzinfo=UTC)
)
LOCKED = FoundLocks(
    unit=UNIT,
    place="s3 (bucket states, key client/acme/app.tfstate)",
    backend="s3",
    lock=StateLockInfo(
        "5f63d50b-ab84-60f9-53a4-00e5b8905aea",
        "jenkins@build-7",
        "2026-11-22 21:48:15.882972684 +0000 UTC",
        "OperationTypeApply",
    ),
    lease=FoundLease(
        _HELD,
        "ada (run 20261122-214812-3f9a, since 2026-11-22 21:48:12 UTC; process 4711 on build-7)",
        None,
        valid=False,
    ),
    at_work=False,
)
FREE = FoundLocks(unit=UNIT, place="local", backend="local", lock=None, lease=None, at_work=True)
NAMELESS = FoundLocks(
    unit=UNIT,
    place="http (address https://states.example.com)",
    backend="http",
    lock=StateLockInfo("5f63", "", ""),
    lease=None,
    at_work=False,
)
OUTPUTS = ShownOutputs(
    UNIT,
    {
        "password": ShownOutput(None, sensitive=True, masked=True),
        "subnet_ids": ShownOutput(["subnet-1", "subnet-2"], sensitive=False, masked=False),
        "url": ShownOutput("https://acme.example.com", sensitive=False, masked=False),
    },
    "2026-11-22T21:48:12+00:00",
    outdated=False,
)
NO_OUTPUTS = ShownOutputs(UNIT, {}, "2026-11-22T21:48:12+00:00", outdated=False)
EXAMINED = Report(
    (
        well("fleet", "medloop: 15 cells, 101 units"),
        doubtful("disk", "0.9 GiB free for caches (/var/cache)", "make room: `cellwright prune`"),
        broken("ledger", "its tables are of an older version", "migrate them: cellwright ledger init"),
        skipped("credentials", "no credentials of AWS are in the environment", "sign in: aws sso login"),
        skipped("clock", "the ledger is a file: there is no other clock to compare with"),
    )
)
ALL_WELL = Report((well("fleet", "medloop: 15 cells, 101 units"),))
