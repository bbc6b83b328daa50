"""Drift in the ledger: what looks find, what changes, is gone, is not known, and is acknowledged."""

from dataclasses import replace

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.pruning import DriftPruning
from cellwright.ledger.drift.values import Closed, Look, LookResult, NewAcknowledgement, UnitDrift
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import MissingError
from cellwright.model.runs.drift import NO_DRIFT, DriftedResource, FoundDrift, shape_digest
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import ADA
from contract.ledger.samples import APP, APPLIED, applied, run

BUCKET = DriftedResource(address="aws_s3_bucket.logs", action="update", paths=("tags.team",), digest="d1")
GONE = DriftedResource(address="aws_vpc.main", action="create", digest="d2")
NOTICED = DriftedResource(address="aws_iam_role.app", action="update", paths=("id",), repaired=False)
FOUND = FoundDrift(
    resources=(BUCKET, NOTICED), counts=ResourceCounts(change=1), digest="whole", nameless="alike"
)


def look(run: str = "r1", unit: UnitAddress = APP) -> Look:
    return Look(unit=unit, run=run, actor=ADA)


def of(ledger: Ledger, unit: UnitAddress = APP) -> UnitDrift:
    found = ledger.drift.of_unit(unit)
    assert found is not None
    return found


def told(ledger: Ledger) -> list[str]:
    return [event.action for event in ledger.reader.events()]


def test_nobody_has_looked(ledger: Ledger) -> None:
    assert ledger.drift.of_unit(APP) is None
    assert ledger.drift.shown() == ()
    assert ledger.drift.history(APP) == ()
    assert ledger.drift.counts().units == {}


def test_what_a_look_finds_is_kept_by_unit_and_resource(ledger: Ledger, clock: SetClock) -> None:
    ledger.drift.record(look(), FOUND)
    first = clock.now().isoformat()
    clock.pass_by(86_400)
    ledger.drift.record(look("r2"), FOUND)
    [found] = ledger.drift.shown()
    assert found == of(ledger)
    assert (found.result, found.since, found.seen, found.run, found.times) == (
        LookResult.DRIFTED,
        first,
        clock.now().isoformat(),
        "r2",
        2,
    )
    assert found.shape == shape_digest(Operation.APPLY, APP, "alike")
    assert found.counts == ResourceCounts(change=1)
    assert [item.resource for item in found.resources] == [BUCKET, NOTICED]
    [bucket, _] = found.resources
    assert (bucket.first_run, bucket.last_run, bucket.first_seen, bucket.times) == ("r1", "r2", first, 2)
    assert told(ledger) == ["unit.drifted"], "the same drift is told once"


def test_another_drift_is_told_again_and_keeps_its_beginning(ledger: Ledger, clock: SetClock) -> None:
    ledger.drift.record(look(), FOUND)
    first = of(ledger).since
    clock.pass_by(60)
    other = FoundDrift(resources=(GONE,), counts=ResourceCounts(add=1), digest="other", nameless="else")
    ledger.drift.record(look("r2"), other)
    assert told(ledger) == ["unit.drifted", "unit.drifted"]
    assert ledger.reader.latest_events(1, str(APP))[0].detail["changed"] is True
    assert (of(ledger).since, of(ledger).digest) == (first, "other")
    history = {item.resource.address: item.closed_how for item in ledger.drift.history(APP)}
    assert history == {
        "aws_vpc.main": None,
        "aws_s3_bucket.logs": Closed.GONE,
        "aws_iam_role.app": Closed.GONE,
    }


def test_drift_that_is_gone_is_closed_with_the_time_and_begins_anew_when_it_comes_back(
    ledger: Ledger, clock: SetClock
) -> None:
    ledger.drift.record(look(), FOUND)
    clock.pass_by(60)
    ledger.drift.record(look("r2"), NO_DRIFT)
    assert told(ledger) == ["unit.drifted", "unit.drift_gone"]
    assert (of(ledger).result, of(ledger).is_drifted, of(ledger).resources) == (LookResult.CLEAN, False, ())
    assert ledger.drift.shown() == ()
    closed = {(item.closed_run, item.closed_at, item.closed_how) for item in ledger.drift.history(APP)}
    assert closed == {("r2", clock.now().isoformat(), Closed.GONE)}
    clock.pass_by(60)
    ledger.drift.record(look("r3"), FOUND)
    assert of(ledger).since == clock.now().isoformat()
    assert len(ledger.drift.history(APP)) == 4


def test_what_terraform_only_notices_is_no_drift_and_is_kept(ledger: Ledger) -> None:
    ledger.drift.record(look(), FoundDrift(resources=(NOTICED,)))
    assert (of(ledger).result, of(ledger).is_drifted) == (LookResult.CLEAN, False)
    assert [item.resource for item in of(ledger).resources] == [NOTICED]
    assert told(ledger) == []


def test_a_look_that_fails_tells_nothing_and_takes_nothing_back(ledger: Ledger, clock: SetClock) -> None:
    ledger.drift.record_unknown(look(), "no credentials\0")
    assert (of(ledger).result, of(ledger).is_drifted) == (LookResult.UNKNOWN, False)
    ledger.drift.record(look("r2"), FOUND)
    since = of(ledger).since
    clock.pass_by(60)
    ledger.drift.record_unknown(look("r3"), "expired")
    found = of(ledger)
    assert (found.result, found.why, found.looked_run, found.run) == (
        LookResult.UNKNOWN,
        "expired",
        "r3",
        "r2",
    )
    assert (found.since, found.is_drifted, len(found.resources)) == (since, True, 2)
    assert ledger.drift.counts().units == {LookResult.UNKNOWN: 1}


@pytest.mark.parametrize(
    ("outcome", "how"), [(Outcome.APPLIED, Closed.APPLIED), (Outcome.UNCHANGED, Closed.GONE)]
)
def test_an_apply_ends_it(ledger: Ledger, outcome: Outcome, how: Closed) -> None:
    ledger.drift.record(look(), FOUND)
    ledger.recorder.start_run(run("r2", APP))
    ledger.recorder.record_applied(applied(), UnitResult(APP, outcome), "r2", APPLIED)
    found = of(ledger)
    assert (found.result, found.is_drifted) == (LookResult.CLEAN, False)
    closed = {item.resource.address: item.closed_how for item in ledger.drift.history(APP)}
    left = None if outcome is Outcome.UNCHANGED else how
    assert closed == {"aws_s3_bucket.logs": how, "aws_iam_role.app": left}


def test_a_unit_that_is_destroyed_is_looked_at_no_more_and_keeps_its_history(ledger: Ledger) -> None:
    ledger.drift.record(look(), FOUND)
    ledger.recorder.start_run(run("r2", APP))
    ledger.recorder.record_destroyed(UnitResult(APP, Outcome.APPLIED), "r2", APPLIED)
    assert ledger.drift.of_unit(APP) is None
    assert {item.closed_how for item in ledger.drift.history(APP)} == {Closed.DESTROYED}


def test_of_a_plan_without_digests_the_resources_tell_whether_it_is_another(ledger: Ledger) -> None:
    plain = replace(FOUND, digest="", nameless="")
    ledger.drift.record(look(), plain)
    ledger.drift.record(look("r2"), plain)
    assert told(ledger) == ["unit.drifted"]
    assert of(ledger).shape == ""
    ledger.drift.record(look("r3"), replace(plain, resources=(GONE,)))
    assert told(ledger) == ["unit.drifted"] * 2


def test_an_acknowledgement_holds_until_its_end_or_until_somebody_ends_it(
    ledger: Ledger, clock: SetClock
) -> None:
    acks = ledger.drift.acknowledgements
    until = milliseconds(clock.now()) + 60_000
    acks.add(NewAcknowledgement(id="a1", reason="known\0", until=until, unit=str(APP), digest="whole"), ADA)
    acks.add(NewAcknowledgement(id="a2", reason="all", until=until * 2, shape="beef" * 16), ADA)
    assert [item.id for item in acks.holding()] == ["a1", "a2"]
    clock.pass_by(61)
    assert [item.id for item in acks.holding()] == ["a2"]
    with pytest.raises(MissingError):
        acks.end("a1", ADA)
    assert acks.end("a2", ADA, "not any more").ended_by == "ada"
    with pytest.raises(MissingError):
        acks.end("a2", ADA)
    assert acks.holding() == ()
    assert {item.id for item in acks.newest()} == {"a1", "a2"}
    assert [(event.action, event.subject) for event in ledger.reader.events()] == [
        ("drift.acknowledged", "client/acme/app"),
        ("drift.acknowledged", "drift/beefbeefbeef"),
        ("drift.unacknowledged", "drift/beefbeefbeef"),
    ]


def test_what_is_acknowledged_of_a_client_ends_when_it_leaves(ledger: Ledger, clock: SetClock) -> None:
    acks = ledger.drift.acknowledgements
    until = milliseconds(clock.now()) + 60_000
    other = UnitAddress(APP.level, f"{APP.cell}-2", APP.stack)
    acks.add(NewAcknowledgement(id="all", reason="known", until=until, unit=str(APP), digest="whole"), ADA)
    acks.add(
        NewAcknowledgement(
            id="one", reason="known", until=until, unit=str(APP), resource="aws_vpc.main", digest="d2"
        ),
        ADA,
    )
    acks.add(NewAcknowledgement(id="next", reason="known", until=until, unit=str(other), digest="whole"), ADA)
    acks.add(NewAcknowledgement(id="group", reason="known", until=until, shape="beef" * 16), ADA)
    event = EventDraft(ADA, "client.offboarded", str(APP.of_cell), "contract ended")
    for _ in range(2):
        ledger.recorder.record_offboarded(event, APP.of_cell, {}, [str(APP.of_cell)])
    assert [item.id for item in acks.holding()] == ["group", "next"]
    assert {item.id: item.ended_by for item in acks.newest()} == {
        "all": "ada",
        "one": "ada",
        "next": None,
        "group": None,
    }
    ended = [event for event in ledger.reader.events() if event.action == "drift.unacknowledged"]
    assert [(item.subject, item.detail["id"], item.reason) for item in ended] == [
        (str(APP), "all", "contract ended"),
        (str(APP), "one", "contract ended"),
    ]
    (left, _) = (item for item in ledger.reader.events() if item.action == "client.offboarded")
    assert all(item.sequence < left.sequence for item in ended), "they are of the client that leaves"


def test_what_is_over_is_pruned_and_what_is_open_stays(ledger: Ledger, clock: SetClock) -> None:
    ledger.drift.record(look(), FOUND)
    ledger.drift.record(look("r2"), replace(FOUND, resources=(BUCKET,), digest="less"))
    acks = ledger.drift.acknowledgements
    for id_, seconds in (("old", 10), ("new", 10**9)):
        until = milliseconds(clock.now()) + seconds * 1000
        acks.add(NewAcknowledgement(id=id_, reason="known", until=until, shape="beef"), ADA)
    clock.pass_by(3600)
    pruning = DriftPruning(ledger.database)

    def said(gone: int) -> EventDraft:
        return EventDraft(ADA, "ledger.pruned", "ledger", "", {"drift": gone})

    before = clock.now()
    assert pruning.count(before) == 2
    assert pruning.prune(before, said) == 2
    assert pruning.prune(before, said) == 0
    assert [item.resource.address for item in ledger.drift.history(APP)] == ["aws_s3_bucket.logs"]
    assert [item.id for item in acks.newest()] == ["new"]
    assert told(ledger).count("ledger.pruned") == 1
