"""`status` and its ledger: opened before the fleet is read, refused if it is another fleet's or key's."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from cellwright.ledger.key import VARIABLE, load_key
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from unit.app.kit import NOBODY, applied_event, ledger_of, make_fleet, make_run, open_session, put_under_git

_RUN = """
import sys
from pathlib import Path
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
units = status(FleetSession(Location(fleet=Path(sys.argv[1]), environment={})), StatusRequest()).units
print(len(units), "sqlalchemy" in sys.modules)
"""


def bind(root: Path, fleet: str) -> None:
    """Make a ledger that belongs to a fleet and to the key in the fleet's folder."""
    with ledger_of(root) as ledger:
        ledger.bindings.confirm_fleet(fleet)
        key = load_key(root / ".cellwright", NOBODY)
        ledger.bindings.digester(lambda: key, lambda: key)


def test_without_a_ledger_all_is_never_applied_and_no_key_is_made(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    found = status(open_session(tmp_path), StatusRequest())
    assert [unit.status for unit in found.units] == [Status.NEVER_APPLIED]
    assert not (tmp_path / ".cellwright" / "key").exists()
    assert not (tmp_path / ".cellwright" / "ledger.db").exists()


def test_the_ledger_of_another_fleet_is_refused(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    bind(tmp_path, "other")
    with pytest.raises(DiagnosticError, match=r"ledger\.db belongs to the fleet 'other', not to 'trial'"):
        status(open_session(tmp_path), StatusRequest())


def test_another_fleets_ledger_is_told_before_its_missing_key(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    bind(tmp_path, "other")
    (tmp_path / ".cellwright" / "key").unlink()
    with pytest.raises(DiagnosticError, match="belongs to the fleet 'other', not to 'trial'"):
        status(open_session(tmp_path), StatusRequest())


def test_another_key_is_refused(tmp_path: Path) -> None:
    location = make_fleet(tmp_path, acme="{}\n")
    bind(tmp_path, "trial")
    other = replace(location, environment={**NOBODY, VARIABLE: "ab" * 32})
    with pytest.raises(DiagnosticError, match=r"is not the one of the ledger .*ledger\.db"):
        status(FleetSession(other), StatusRequest())


def test_sqlalchemy_is_not_imported_for_a_sqlite_ledger(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    bind(tmp_path, "trial")
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "False"]


def test_a_cell_that_a_sparse_checkout_leaves_out_is_not_to_be_destroyed(tmp_path: Path) -> None:
    location = make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    put_under_git(tmp_path)
    bind(tmp_path, "trial")
    unit = UnitAddress("client", "globex", "app")
    with ledger_of(tmp_path) as ledger:
        head = AppliedHead(address=unit, fingerprint="f")
        applied = AppliedUnit(
            head=head, source_digest="", source_label="", backend_digest="", inputs={}, outputs={}
        )
        run = replace(make_run("20261122-214812-3f9a"), units=(RunUnit(unit, Operation.APPLY),))
        ledger.recorder.start_run(run)
        result = UnitResult(unit, Outcome.APPLIED)
        ledger.recorder.record_applied(applied, result, run.id, applied_event(run.id))
    (tmp_path / "clients/globex.yaml").unlink()

    def told() -> UnitStatus:
        (found,) = status(FleetSession(location), StatusRequest(selectors=(str(unit),))).units
        return found

    found = told()
    assert found.status is Status.BLOCKED
    assert "the commit that is checked out has it" in found.reasons[0].summary
    command = ["git", "commit", "--quiet", "--all", "--message=Gone"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert told().status is Status.DESTROY
