"""Whose a record is: who had the name when it was made, on every page and in every call of the API."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.console.services import Services
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.drift.values import Look
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.runs.drift import DriftedResource, FoundDrift
from cellwright.model.runs.event import CELL_NAMED, CELL_RENAMED, CLIENT_OFFBOARDED, CLIENT_ONBOARDED
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from unit.app.kit import ADA, make_run
from unit.console.kit import CSRF, browser, make_services, visitor_with
from unit.console.rest.kit import program

APP = UnitAddress("client", "acme", "app")
BEFORE, SINCE = "20261122-214812-0001", "20261123-214812-0002"
CELLS = {"acme": "{}\n", "globex": "{}\n"}
"""Globex was called acme; acme is another client, who came later."""
OF_ONE_RUN = (
    "/api/v1/runs/{run}",
    "/api/v1/runs/{run}/summary",
    "/api/v1/runs/{run}/units",
    "/api/v1/runs/{run}/progress",
    "/api/v1/runs/{run}/logs",
    "/api/v1/runs/{run}/approvals",
    "/api/v1/runs/{run}/units/client/acme/app",
    "/runs/{run}",
    "/runs/{run}/units/client/acme/app",
)
LISTS = (
    "/api/v1/runs",
    "/api/v1/events",
    "/api/v1/events/latest",
    "/api/v1/events/export",
    "/api/v1/cells/client/{cell}/events",
    "/runs",
    "/events",
    "/palette?q=2026112",
    "/cells/client/{cell}/events",
    "/cells/client/{cell}/history",
    "/units/client/{cell}/app",
)
"""Where the runs, or what they did, are listed."""


def run(ledger: Ledger, name: str) -> None:
    parts = (RunUnit(APP, Operation.APPLY),)
    ledger.recorder.start_run(replace(make_run(name), units=parts, reason=f"because-{name}"))
    ledger.recorder.append_event("ada", "unit.planned", str(APP), f"planned-in-{name}")
    ledger.recorder.record_result(name, UnitResult(APP, Outcome.FAILED))


@pytest.fixture(name="services")
def _services(tmp_path: Path) -> Services:
    services = make_services(tmp_path, (), **CELLS)
    ledger = services.session.ledger(writing=True)
    run(ledger, BEFORE)
    ledger.recorder.append_event("ada", CELL_RENAMED, "client/acme", "", {"to": "client/globex"})
    ledger.recorder.append_event("ada", CELL_NAMED, "client/globex", "", {"from": "client/acme"})
    ledger.recorder.append_event("ada", CLIENT_ONBOARDED, "client/acme")
    run(ledger, SINCE)
    return services


def of(services: Services, cell: str) -> tuple[TestClient, TestClient]:
    """Let somebody in who may see one client; gives their browser, and their program."""
    grant = Grant(Role.VIEWER, GrantScope(cells=(f"client/{cell}",)))
    visitors = services.visitors
    visitors.visitor = replace(visitors.visitor, grants=visitor_with(grant).grants)  # type: ignore[attr-defined]
    return browser(services), program(services)


def asked(services: Services, cell: str, path: str) -> tuple[int, str]:
    page, api = of(services, cell)
    answer = (api if path.startswith("/api") else page).get(path)
    return answer.status_code, answer.text


@pytest.mark.parametrize("path", OF_ONE_RUN)
def test_a_run_is_seen_by_the_people_of_who_had_the_name_then(services: Services, path: str) -> None:
    for own, cell, other in ((BEFORE, "globex", SINCE), (SINCE, "acme", BEFORE)):
        status, said = asked(services, cell, path.format(run=own))
        assert status == 200, said
        status, said = asked(services, cell, path.format(run=other))
        assert status in {403, 404}, (path, cell)
        assert f"because-{other}" not in said


@pytest.mark.parametrize("path", LISTS)
def test_lists_have_what_is_of_a_client_and_nothing_of_another_one(services: Services, path: str) -> None:
    for own, cell, other in ((BEFORE, "globex", SINCE), (SINCE, "acme", BEFORE)):
        status, said = asked(services, cell, path.format(cell=cell))
        assert status == 200, said
        assert own in said, (path, cell)
        assert other not in said, (path, cell)


def test_a_clients_page_is_of_nobody_who_had_its_name_before(services: Services) -> None:
    """For who may see the whole fleet, too; they find it under the present name."""
    window = browser(services)
    for own, cell, other in ((BEFORE, "globex", SINCE), (SINCE, "acme", BEFORE)):
        for path in (
            f"/cells/client/{cell}/history",
            f"/cells/client/{cell}/events",
            f"/runs?cell=client/{cell}",
        ):
            said = window.get(path).text
            assert own in said, path
            assert other not in said, path
    assert BEFORE in window.get("/runs").text


def test_who_left_is_seen_by_the_whole_fleets_people_once_the_name_is_anothers(tmp_path: Path) -> None:
    services = make_services(tmp_path, globex="{}\n")
    ledger = services.session.ledger(writing=True)
    run(ledger, BEFORE)
    ledger.recorder.append_event("ada", CLIENT_OFFBOARDED, "client/acme")
    assert BEFORE in asked(services, "acme", "/api/v1/runs")[1], "nobody else has the name"
    assert asked(services, "acme", "/api/v1/clients/acme/certificates")[0] == 200
    ledger.recorder.append_event("ada", CLIENT_ONBOARDED, "client/acme")
    for path in ("/api/v1/runs", "/runs", "/api/v1/certificates", "/certificates", "/palette?q=2026112"):
        status, said = asked(services, "acme", path)
        assert status == 200
        assert BEFORE not in said
        assert "offboarded" not in said or "acme" not in said, path
    for path in (
        "/api/v1/clients/acme/certificates",
        f"/api/v1/runs/{BEFORE}",
        "/cells/client/acme/certificate",
    ):
        assert asked(services, "acme", path)[0] in {403, 404}, path
    whole = replace(services.visitors.visitor, grants=(Grant(Role.AUDITOR),))  # type: ignore[attr-defined]
    services.visitors.visitor = whole  # type: ignore[attr-defined]
    assert program(services).get(f"/api/v1/runs/{BEFORE}").status_code == 200
    assert BEFORE in program(services).get("/api/v1/runs?cell=client/acme").text


def test_nothing_of_who_left_is_shown_of_a_cell_that_was_added_by_hand_since(tmp_path: Path) -> None:
    """Nothing tells of it in the trail until it is applied: the fleet has it."""
    services = make_services(tmp_path, (), **CELLS)
    ledger = services.session.ledger(writing=True)
    ledger.recorder.append_event("ada", CELL_NAMED, "client/acme", "", {"from": "client/first"})
    bucket = DriftedResource(address="aws_s3_bucket.of_who_left", action="update", digest="d1")
    found = FoundDrift(resources=(bucket,), counts=ResourceCounts(change=1), digest="d1")
    ledger.drift.record(Look(unit=APP, run="r1", actor=ADA), found)
    ending = replace(make_run(BEFORE), units=(RunUnit(APP, Operation.DESTROY),))
    ledger.recorder.start_run(ending)
    gone = UnitResult(APP, Outcome.APPLIED, 1.0, ResourceCounts(destroy=1))
    ledger.recorder.record_destroyed(gone, BEFORE, EventDraft(ADA, "unit.destroyed", str(APP)))
    ledger.recorder.append_event("ada", CLIENT_OFFBOARDED, "client/acme")
    for path in (
        "/units/client/acme/app",
        "/api/v1/units/client/acme/app/drift",
        "/cells/client/acme",
        "/api/v1/runs?cell=client/acme",
    ):
        status, said = asked(services, "acme", path)
        assert status == 200, (path, said)
        assert "of_who_left" not in said, path
        assert "client/first" not in said, path


def test_a_cell_that_may_not_be_seen_is_not_asked_for_by_a_filter(services: Services) -> None:
    ledger = services.session.ledger(writing=True)
    mixed = (RunUnit(APP, Operation.APPLY), RunUnit(UnitAddress("client", "globex", "app"), Operation.APPLY))
    ledger.recorder.start_run(replace(make_run("20261124-000000-0003"), units=mixed))
    assert "0003" in asked(services, "acme", "/api/v1/runs?cell=client/acme")[1]
    other = asked(services, "acme", "/api/v1/runs?cell=client/globex")[1]
    assert "0003" not in other
    assert "client/acme" not in other, "nor what it was called before"
    status, said = asked(services, "acme", "/api/v1/runs/20261124-000000-0003/summary")
    assert status == 200
    assert '"units":1' in said.replace(" ", ""), "of others not even the number"


def test_an_onboarding_is_followed_of_who_has_the_name_now(services: Services) -> None:
    ledger = services.session.ledger(writing=True)
    onboarding = [event for event in ledger.reader.events() if event.action == CLIENT_ONBOARDED]
    assert len(onboarding) == 1
    ledger.recorder.append_event("ada", "client.onboarding", "client/acme", "", {"run": SINCE})
    assert SINCE in asked(services, "acme", "/cells/client/acme/progress")[1]
    ledger.recorder.append_event("ada", CELL_RENAMED, "client/acme", "", {"to": "client/globex"})
    assert SINCE not in asked(services, "acme", "/cells/client/acme/progress")[1]


def test_a_run_without_units_is_changed_by_nobody_who_may_only_look(services: Services) -> None:
    ledger = services.session.ledger(writing=True)
    empty = "20261125-000000-0004"
    ledger.recorder.start_run(replace(make_run(empty), units=()))
    whole = replace(services.visitors.visitor, grants=(Grant(Role.VIEWER),))  # type: ignore[attr-defined]
    services.visitors.visitor = whole  # type: ignore[attr-defined]
    for name in ("cancel", "pause", "unpause", "resume"):
        assert program(services).post(f"/api/v1/runs/{empty}/{name}", json={}).status_code == 403, name
        sent = {"csrf": CSRF, "reason": "no"}
        assert browser(services).post(f"/runs/{empty}/{name}", data=sent).status_code in {403, 404}, name
    assert [event.action for event in ledger.reader.events(subject=empty)] == ["run.started"]
