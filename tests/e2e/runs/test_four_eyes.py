"""Where the fleet demands four eyes, a run waits for somebody else, whatever whoever started it says."""

from pathlib import Path

from cellwright.app.runs.steering.approve import ApproveRequest, approve, waiting_plans
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.cli import exit_codes
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from e2e.conftest import Start
from e2e.kit.crashes import runs
from e2e.kit.fleet import make_fleet
from e2e.kit.people import second_person
from e2e.kit.waiting import eventually

GRACE = Actor(
    "Grace Hopper <hopper@example.com>",
    "console",
    (Voucher(VoucherKind.SESSION, "grace", checked=True, facts=(("person", "p_1"),)),),
)


def test_a_run_waits_for_somebody_else(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {}})
    with (fleet.root / "fleet.yaml").open("a") as file:
        file.write("\napprovals: {four_eyes: true}\n")
    cellwright = program(fleet)
    with (
        cellwright.started("apply", "--yes") as begun,
        FleetSession(Location(fleet=fleet.root, environment=cellwright.clean())) as session,
    ):
        begun.hears("demands a second person")
        run = runs(fleet)[0].id

        def waits() -> bool:
            try:
                return bool(waiting_plans(session, run))
            except DiagnosticError:
                return False

        eventually(waits, "the plan waits")
        # Another name of the same account is no other person.
        refused = second_person(cellwright).run("approve", run, "--yes").expect(exit_codes.FINDINGS)
        assert "demands a second person" in refused.text
        assert approve(session, GRACE, ApproveRequest(run=run)).answered
        begun.finish().expect(exit_codes.DONE)
