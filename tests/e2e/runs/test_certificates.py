"""A client is offboarded and certified: what was destroyed by whom, signed, validated by somebody else."""

from pathlib import Path

import pytest

from cellwright.app.certificates.validating import ValidationRequest, validate
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import second_person
from e2e.kit.program import Program

MARY = Actor(
    "Mary", "console", (Voucher(VoucherKind.SESSION, "mary", checked=True, facts=(("person", "p"),)),)
)


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    found = program(fleet)
    found.commit_all()
    found.run("apply", "--yes").expect(0)
    return found


def test_a_client_that_left_is_certified(fleet: FleetFolder, cellwright: Program, tmp_path: Path) -> None:
    refused = cellwright.look("certificate", "issue", "acme").expect(1)
    assert "client/acme/a (1 resource), client/acme/b (1 resource)" in refused.text
    cellwright.run("offboard", "acme", "--yes", "--reason", "contract ended").expect(0)

    out = tmp_path / "out"
    made = cellwright.run("certificate", "issue", "acme", "-o", str(out), "--json").expect(0).document
    assert (made["kind"], made["new"]) == ("interim", True)
    assert made["open"] == ["nobody else has validated the outcome"]
    text = (out / "acme-certificate-1.json").read_text()
    for unit in "ab":
        assert f'"client/acme/{unit}/terraform_data.this"' in text
    for name in ("acme-certificate-1.json", "acme-certificate-1.pdf"):
        cellwright.look("certificate", "verify", str(out / name)).expect(0)
    (out / "acme-certificate-1.json").write_text(text.replace("contract", "contact"))
    changed = cellwright.look("certificate", "verify", str(out / "acme-certificate-1.json")).expect(1)
    assert "was changed" in changed.text

    # Another name of the same account is no other person.
    own = second_person(cellwright).run("certificate", "validate", "acme", "--findings", "all gone").expect(1)
    assert "you have had a part" in own.text
    with FleetSession(Location(fleet=fleet.root, environment=cellwright.clean())) as session:
        validate(session, MARY, ValidationRequest(name="acme", findings="all gone"))
    again = cellwright.look("certificate", "issue", "acme", "--json").expect(0).document
    assert (again["kind"], again["number"], again["new"], again["open"]) == ("final", 2, False, [])
    assert "2 final" in cellwright.look("certificate").text
