"""`offboard` judges everything first, says which exception to write, and asks for the name last."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program
from e2e.kit.terminal import at_a_terminal

RULE = """\
# METADATA
# title: Stores are kept
# custom:
#   clause: 164.310(d)(2)
package keep.destruction

import rego.v1

excepted(address) if {
	some e in input.cellwright.exceptions
	e.rule == "keep.destruction"
	e.resource in {address, "*"}
}

deny contains {"msg": "stores may not be destroyed", "resource": r.address} if {
	some r in input.resource_changes
	"delete" in r.change.actions
	input.cellwright.stack == "store"
	not excepted(r.address)
}

warn contains {"msg": sprintf("exempt: %s", [e.reason]), "resource": e.resource} if {
	some e in input.cellwright.exceptions
	e.stack == input.cellwright.stack
}
"""
TEST = """\
package keep.destruction_test

import rego.v1

import data.keep.destruction

test_stores_are_kept if {
	plan := {"address": "a", "change": {"actions": ["delete"]}}
	count(destruction.deny) == 1 with input as {
		"cellwright": {"stack": "store", "exceptions": []},
		"resource_changes": [plan],
	}
}
"""
DENIED = """\
✗ client/acme is not offboarded: its destruction is denied by keep.destruction: see run RUN

2 units, 2 resources, 1 denied by keep.destruction
To allow its destruction, write this in clients/acme.yaml, commit it and repeat the command
(--write-exceptions PERSON writes it there, for PERSON to answer for):

exceptions:
  - rule: keep.destruction
    stack: store
    resource: terraform_data.this
    person: "Ada Example <ada@example.com>"
    reason: "acme leaves"
    until: "DAY"
"""


@pytest.fixture
def cellwright(tmp_path: Path, program: Start) -> Program:
    fleet = make_fleet(tmp_path, {"app": {}, "store": {}}, {"acme": {"tier": "gold"}})
    fleet.write("policies/keep.rego", RULE)
    fleet.write("policies/keep_test.rego", TEST)
    found = program(fleet)
    found.commit_all()
    found.run("apply", "--yes").expect(0)
    return found


def typing(name: str) -> Callable[["subprocess.Popen[bytes]"], bytes]:
    def answer(_process: "subprocess.Popen[bytes]") -> bytes:
        return f"{name}\n".encode()

    return answer


def test_a_denied_destruction_prints_the_exception_that_lets_it_pass_and_the_name_is_asked_for_last(
    cellwright: Program,
) -> None:
    denied = cellwright.run("offboard", "acme", "--yes").expect(1)
    told = denied.out[denied.out.index("✗ client/acme is not") :]
    run, day = told.split("see run ")[1].split()[0], told.split('until: "')[1][:10]
    assert told.replace(run, "RUN").replace(day, "DAY") == DENIED
    assert not any("gone" in line for line in cellwright.fleet.desk.lines())

    own = cellwright.fleet.root / "clients/acme.yaml"
    before = own.read_text()
    wrote = cellwright.run("offboard", "acme", "--yes", "--write-exceptions", "Grace").expect(1)
    assert "Written into clients/acme.yaml, for which Grace answers." in wrote.out
    exceptions = told[told.index("exceptions:") :].replace('"Ada Example <ada@example.com>"', "Grace")
    assert own.read_text() == before + exceptions
    undecided = cellwright.run("offboard", "acme", "--yes").expect(1)
    assert "changes that are not committed: clients/acme.yaml" in undecided.err
    assert not any("gone" in line for line in cellwright.fleet.desk.lines())
    cellwright.commit_all()

    code, seen = at_a_terminal(cellwright, typing("acne"), "offboard", "acme", question=b"Type its name")
    assert code == 1
    assert seen.index(b"2 units, 2 resources") < seen.index(b"Type its name")
    assert b"nothing was done" in seen
    assert (
        "offboarding.refused" in cellwright.look("events", "--action", "offboarding.*").out.splitlines()[-1]
    )

    code, seen = at_a_terminal(cellwright, typing("acme"), "offboard", "acme", question=b"Type its name")
    assert code == 0, seen
    last = seen[seen.rindex(b"Type its name") :]
    assert last.count(b"exempt: acme leaves") == 1, last.decode()
    assert "acme" not in cellwright.look("status").expect(0).out
