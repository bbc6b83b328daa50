"""Plans that one machine stores and another one carries out: exactly these, once, or nothing."""

from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet
from e2e.kit.people import GRACE, events, second_person


def test_what_was_stored_is_applied_once_and_nothing_else(tmp_path: Path, program: Start) -> None:
    store = tmp_path / "store"
    fleet = make_fleet(tmp_path, {"a": {}, "b": {}}, {"acme": {}}, artifacts={"url": str(store)})
    cellwright = program(fleet)
    planned = cellwright.run("plan", "client/acme/a", "--store", "job-7", "--json").expect(0)
    kept = store / "saved" / "job-7"
    honest = kept.read_bytes()
    assert b"acme-a" not in honest
    assert not honest.startswith(b"PK")

    taken = cellwright.look("plan", "client/acme/b", "--store", "job-7").expect(1)
    assert "there are stored plans 'job-7' already" in taken.err
    assert kept.read_bytes() == honest

    grace = second_person(cellwright)
    kept.write_bytes(honest[:-1] + bytes([honest[-1] ^ 1]))
    assert "were changed since" in grace.look("apply", "--stored", "job-7").expect(1).err
    assert fleet.desk.lines() == []
    kept.write_bytes(honest)

    applied = grace.run("apply", "--stored", "job-7", "--json").expect(0)

    assert applied.outcomes == {"client/acme/a": "applied"}
    assert fleet.desk.count("done") == {"acme-a": 1}
    approved = [event for event in events(fleet.ledger) if event.action == "run.approved"]
    assert {(event.actor, event.detail["how"]) for event in approved} == {
        (GRACE, f"saved plan of run {planned.document['run']}")
    }
    assert not kept.exists()
    gone = grace.look("apply", "--stored", "job-7").expect(1)
    assert "there are no stored plans 'job-7'" in gone.err
    assert "can't name stored plans" in grace.look("apply", "--stored", "../x").expect(1).err


def test_a_fleet_without_a_store_says_what_to_do(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {}})
    answer = program(fleet).look("plan", "--store", "job-7").expect(1)
    assert "artifacts: {url: s3://BUCKET/PREFIX}" in answer.err
