"""A client that was renamed before it left: its certificate covers what went under its former name."""

from pathlib import Path

from cellwright.app.certificates.gathering import gather
from cellwright.ledger.audit import EventDraft
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import CELL_NAMED, CELL_RENAMED
from unit.app.certificates.kit import (
    ACME,
    ADA,
    NOTHING_TO_LOOK_FOR,
    Clock,
    destroy,
    offboard,
    opened,
    removal,
)
from unit.app.kit import make_fleet

NEW = CellAddress("client", "globex")


def test_what_went_under_a_former_name_is_certified(tmp_path: Path) -> None:
    make_fleet(tmp_path, other="{}")
    clock = Clock()
    with opened(tmp_path, clock) as session:
        destroy(session, (removal("random_pet"),), "20261101-080000-0001")
        offboard(session)  # another client of the name, who left long ago
        clock.pass_by(1)
        destroy(session, (NOTHING_TO_LOOK_FOR,), "20261102-080000-0002")
        clock.pass_by(1)
        recorder = session.ledger(writing=True).recorder
        recorder.append_event(ADA, CELL_NAMED, str(NEW), "", {"from": str(ACME)})
        clock.pass_by(1)
        recorder.record_offboarded(EventDraft(ADA, "client.offboarded", str(NEW), "contract ended"), NEW, {})
        found = gather(session, NEW)
    assert [item.record.resource.address for item in found.case.fates] == [NOTHING_TO_LOOK_FOR.address]


def test_what_went_under_a_name_of_somebody_else_is_not_certified(tmp_path: Path) -> None:
    make_fleet(tmp_path, globex="{}", other="{}")
    clock = Clock()
    with opened(tmp_path, clock) as session:
        destroy(session, (removal("random_pet"),), "20261101-080000-0001")
        clock.pass_by(1)
        recorder = session.ledger(writing=True).recorder
        recorder.append_event(ADA, CELL_RENAMED, str(ACME), "", {"to": str(NEW)})
        recorder.append_event(ADA, CELL_NAMED, str(NEW), "", {"from": str(ACME)})
        clock.pass_by(1)
        destroy(session, (NOTHING_TO_LOOK_FOR,), "20261102-080000-0002")
        clock.pass_by(1)
        offboard(session)  # another client, which has the name by now
        found = gather(session, ACME)
    assert [item.record.resource.address for item in found.case.fates] == [NOTHING_TO_LOOK_FOR.address]
    assert [run.id for run in found.case.runs] == ["20261102-080000-0002"]
