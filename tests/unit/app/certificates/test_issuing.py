"""A certificate says what the ledger says, and is refused while anything stands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.certificates.issuing import Issued, issue
from cellwright.app.certificates.listing import listing
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.run_state import UnitState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, applied, result, run
from unit.app.certificates.kit import (
    ACME,
    ADA,
    DATA,
    NOTHING_TO_LOOK_FOR,
    RUN,
    WAITING_KEY,
    Clock,
    destroy,
    make_gone,
    offboard,
    opened,
    removal,
)
from unit.app.kit import make_fleet


def issued(root: Path, clock: Clock, name: str = "acme") -> Issued:
    with opened(root, clock) as session:
        return issue(session, ADA, name)


def document(found: Issued) -> Any:  # noqa: ANN401  a document
    return json.loads(found.certificate.document)


def refused(root: Path, name: str = "acme") -> str:
    with pytest.raises(DiagnosticError) as caught, opened(root, Clock()) as session:
        issue(session, ADA, name)
    (found,) = caught.value.diagnostics
    assert found.detail
    return f"{found.summary} {found.detail}"


def test_it_has_who_asked_who_approved_what_went_and_how_far_the_trail_had_come(tmp_path: Path) -> None:
    clock = Clock()
    make_gone(tmp_path, clock, WAITING_KEY)
    found = issued(tmp_path, clock)
    said = document(found)
    assert (said["kind"], said["number"], found.anew) == ("interim", 1, True)
    assert (said["requested"]["by"], said["requested"]["vouched_by"]) == ("Ada", "ada")
    assert [item["by"] for item in said["approvals"]] == ["Grace"]
    assert [item["id"] for item in said["runs"]] == [RUN]
    (one,) = said["resources"]
    assert (one["method"], one["until"]) == ("deletion scheduled", "2026-11-08T08:00:00+00:00")
    with opened(tmp_path, clock) as session:
        reader = session.ledger().reader
        assert reader.event_hash(said["trail"]["event"]) == said["trail"]["hash"]
        (event,) = reader.latest_events(1)
    assert (event.action, event.detail["sha256"]) == ("certificate.issued", found.certificate.digest)


def test_the_same_ledger_gives_the_same_certificate_and_a_change_a_new_one(tmp_path: Path) -> None:
    clock = Clock()
    make_gone(tmp_path, clock, WAITING_KEY)
    first = issued(tmp_path, clock)
    again = issued(tmp_path, clock)
    assert (again.certificate, again.anew) == (first.certificate, False)
    clock.pass_by(10)  # the key is gone
    later = issued(tmp_path, clock)
    assert document(later)["replaces"] == first.certificate.digest
    assert later.certificate.number == 2
    assert len(later.standing.open) < len(first.standing.open)


def test_a_client_that_still_has_resources_is_refused_with_a_list(tmp_path: Path) -> None:
    clock = Clock()
    make_fleet(tmp_path, acme="{}")
    with opened(tmp_path, clock) as session:
        recorder = session.ledger(writing=True).recorder
        recorder.start_run(run(RUN, APP))
        recorder.enter(RUN, APP, UnitState.PLANNING)
        done = EventDraft("ada", "unit.applied", str(APP))
        recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, done)
    assert "client/acme/app" in refused(tmp_path)


def test_a_client_that_was_not_offboarded_and_one_that_never_was_are_refused(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}")
    with opened(tmp_path, Clock()) as session:
        session.ledger(writing=True).recorder.append_event(ADA, "client.onboarded", str(ACME))
    assert "was not offboarded" in refused(tmp_path)
    assert "there is no client 'nobody'" in refused(tmp_path, "nobody")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE removed_resources SET resource = replace(resource, 'k-1', 'k-2')",
        "DELETE FROM removed_resources",
    ],
)
def test_a_record_that_was_changed_is_refused(tmp_path: Path, statement: str) -> None:
    make_gone(tmp_path, Clock(), WAITING_KEY)
    with closing(sqlite3.connect(tmp_path / ".cellwright/ledger.db")) as connection:
        connection.execute(statement)
        connection.commit()
    assert "is not what its event says" in refused(tmp_path)


def test_a_client_of_the_same_name_before_is_another_one(tmp_path: Path) -> None:
    clock = Clock()
    make_gone(tmp_path, clock, removal("aws_vpc", "old"))
    clock.pass_by(1)
    with opened(tmp_path, clock) as session:
        recorder = session.ledger(writing=True).recorder
        recorder.append_event(ADA, "client.onboarded", str(ACME))
        recorder.append_event(ADA, "unit.applied", str(DATA))
        destroy(session, (removal("aws_vpc", "new"),), "20261102-080000-aaaa")
        offboard(session)
    said = document(issued(tmp_path, clock))
    assert [item["address"] for item in said["resources"]] == ["aws_vpc.new"]
    assert [item["id"] for item in said["runs"]] == ["20261102-080000-aaaa"]


def test_what_was_destroyed_before_names_were_kept_is_said(tmp_path: Path) -> None:
    make_fleet(tmp_path, other="{}")
    with opened(tmp_path, Clock()) as session:
        recorder = session.ledger(writing=True).recorder
        recorder.append_event(ADA, "unit.destroyed", str(DATA), "", {"run": "r", "destroy": 3})
        offboard(session)
    (gap,) = document(issued(tmp_path, Clock()))["not_on_record"]
    assert "3 resources" in gap


def test_clients_that_left_are_listed_with_and_without_a_certificate(tmp_path: Path) -> None:
    clock = Clock()
    make_gone(tmp_path, clock, NOTHING_TO_LOOK_FOR)
    with opened(tmp_path, clock) as session:
        (bare,) = listing(session)
        assert (bare.cell, bare.certificate) == (ACME, None)
        issue(session, ADA, "acme")
        (one,) = listing(session)
    assert one.certificate is not None
    assert one.open == 1
