from dataclasses import replace
from pathlib import Path

from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.orphan import recipe_of
from cellwright.fleet.shown_value import SENSITIVE
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from unit.app.fleet.settings import write_settings
from unit.app.kit import applied_event, ledger_of, make_fleet, make_run, open_session
from unit.app.status.test_status import bind
from unit.engine.kit import DIGESTER, make_unit


def test_inputs_are_shown_resolved_and_secrets_masked_also_of_what_is_off(tmp_path: Path) -> None:
    write_settings(tmp_path)
    shown = {unit.address.stack: unit for unit in show(open_session(tmp_path), ShowRequest()).units}
    assert shown["app"].inputs["size"] == "gold"
    assert shown["app"].inputs["password"] == SENSITIVE
    assert not shown["extra"].enabled
    assert shown["extra"].inputs == {"password": SENSITIVE}


def test_what_is_to_be_destroyed_is_shown_as_it_was_applied(tmp_path: Path) -> None:
    location = make_fleet(tmp_path, acme="{}\n")
    gone = UnitAddress("client", "gone", "app")
    bind(tmp_path, "trial")
    with ledger_of(tmp_path) as ledger:
        applied = AppliedUnit(
            head=AppliedHead(address=gone, fingerprint="f"),
            source_digest="d",
            source_label="./stack",
            backend_digest="b",
            inputs={
                "size": AppliedInput("d", sensitive=False, value=7),
                "password": AppliedInput("e", sensitive=True),
            },
            outputs={},
            recipe={**recipe_of(make_unit(gone), {}, DIGESTER), "commit": "c0ffee" * 4},
            run="20261122-214812-3f9a",
        )
        run = make_run(applied.run)
        ledger.recorder.start_run(replace(run, units=(RunUnit(gone, Operation.APPLY),)))
        result = UnitResult(gone, Outcome.APPLIED)
        ledger.recorder.record_applied(applied, result, run.id, applied_event(run.id))
    with FleetSession(location) as session:
        (unit,) = show(session, ShowRequest(selectors=("client/gone",))).units
        assert [str(item.address) for item in show(session, ShowRequest()).units] == [
            "client/acme/app",
            "client/acme/extra",
            str(gone),
        ]
    assert unit.inputs == {"password": SENSITIVE, "size": 7}
    assert (unit.source, unit.enabled) == ("./stacks/app", False)
    assert unit.destroyed_from == "run 20261122-214812-3f9a, commit c0ffeec0ffee"
