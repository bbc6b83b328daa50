"""What pages tell besides lists: outputs, access, drift, one unit of a run, what an edit would come to."""

import csv
from pathlib import Path

from cellwright.model.runs.run import Outcome
from unit.app.kit import ADA
from unit.app.overview.seeds import RUN, change, end, fail, ledger_of, plan, start
from unit.console.kit import make_services
from unit.console.rest.kit import OF_ACME, TWO, VIEWER, api_of, program

ACME, GLOBEX = "client/acme/app", "client/globex/app"
ONE = f"/api/v1/runs/{RUN}/units/{ACME}"


def test_one_unit_of_a_run_has_its_whole_plan_and_the_question_about_it(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    ledger = ledger_of(services.session)
    start(ledger, ACME, GLOBEX)
    plan(ledger, ACME, change(policy="x" * 5_000, password="(sensitive value)"))
    found = program(services).get(ONE).json()
    assert (found["run"], found["unit"]["state"], found["wait"]["kind"]) == (RUN, "planned", "approval")
    [resource] = found["plan"]["changes"]
    after = {item["path"]: item["after"] for item in resource["attributes"]}
    assert (after["policy"], after["password"]) == ("x" * 5_000, "(sensitive value)")
    assert (found["approval"]["decision"], found["plan"]["cut"]) == (None, 0)
    other = program(services).get(ONE.replace("acme", "initech"))
    assert other.status_code == 404


def test_a_run_is_reported_page_by_page(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    ledger = ledger_of(services.session)
    units = [f"client/c{number}/app" for number in range(5)]
    start(ledger, *units)
    for address in units[:4]:
        end(ledger, address, Outcome.UNCHANGED)
    api = program(services)
    seen, where = [], f"/api/v1/runs/{RUN}?limit=2"
    while where:
        answer = api.get(where)
        seen.append([item["address"] for item in answer.json()["units"]])
        where = answer.links["next"]["url"] if "link" in answer.headers else ""
    assert seen == [units[:2], units[2:4]]
    assert api.get(f"/api/v1/runs/{RUN}?cursor=nothing").status_code == 404


def test_pages_of_a_report_are_full_and_end_at_what_may_be_seen(tmp_path: Path) -> None:
    services = make_services(tmp_path, OF_ACME, **TWO)
    ledger = ledger_of(services.session)
    others = [f"client/a{number}/app" for number in range(3)]
    mine = [f"client/acme/{stack}" for stack in ("app", "network", "store")]
    units = [unit for pair in zip(others, mine, strict=True) for unit in pair]
    start(ledger, *units)
    for address in units:
        end(ledger, address, Outcome.UNCHANGED)
    api = program(services)
    seen, where = [], f"/api/v1/runs/{RUN}?limit=2"
    while where:
        answer = api.get(where)
        seen.append([item["address"] for item in answer.json()["units"]])
        assert answer.json()["next"] in {None, *mine}
        where = answer.links["next"]["url"] if "link" in answer.headers else ""
    assert seen == [mine[:2], mine[2:]]


def test_what_failed_is_what_needs_somebody(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    ledger = ledger_of(services.session)
    start(ledger, ACME, GLOBEX)
    plan(ledger, GLOBEX)
    fail(ledger, [ACME])
    found = program(services).get("/api/v1/needs").json()
    assert [(item["run"]["run"], item["plans"]) for item in found["waiting"]] == [(RUN, 1)]
    assert found["counts"]["client"]
    assert program(services).get("/api/v1/drift").json() == {"drift": [], "next": None}


def test_whoever_may_see_one_cell_sees_its_events_and_no_others(tmp_path: Path) -> None:
    services = make_services(tmp_path, OF_ACME, **TWO)
    recorder = ledger_of(services.session).recorder
    for cell in ("acme", "globex"):
        recorder.append_event(ADA, "cell.edited", f"client/{cell}", "", {})
    api = program(services)
    for path in ("events", "events/latest", "cells/client/acme/events"):
        found = api.get(f"/api/v1/{path}").json()["events"]
        assert [item["subject"] for item in found] == ["client/acme"], path
    assert api.get("/api/v1/events/1").json()["subject"] == "client/acme"
    assert api.get("/api/v1/events/2").status_code == 404
    assert api.get("/api/v1/events/verify").status_code == 403
    table = list(csv.reader(api.get("/api/v1/events/export?form=csv").text.splitlines()))
    assert [row[5] for row in table] == ["subject", "client/acme"]
    assert api.get("/api/v1/events/export?form=xml").status_code == 422


def test_an_edit_is_checked_before_it_is_made(tmp_path: Path) -> None:
    api = api_of(tmp_path)
    where = "/api/v1/cells/client/acme/files/check"
    fine = api.post(where, json={"files": {"clients/acme.yaml": "stacks: {app: {size: 3}}\n"}})
    assert fine.json()["fits"]
    assert {"unit": ACME, "what": "size"} in fine.json()["units"]
    wrong = api.post(where, json={"files": {"clients/acme.yaml": "stacks:\n  nope: {}\n"}}).json()
    assert not wrong["fits"]
    assert (wrong["diagnostics"][0]["file"], wrong["diagnostics"][0]["line"]) == ("clients/acme.yaml", 2)
    assert api.post(where, json={"files": {"../fleet.yaml": "{}\n"}}).status_code == 409
    assert api.post(where.replace("acme", "none"), json={"files": {"x": ""}}).status_code == 404
    assert (tmp_path / "clients" / "acme.yaml").read_text() == "{}\n"


def test_the_form_of_a_client_has_its_inputs_and_anothers_values(tmp_path: Path) -> None:
    api = api_of(tmp_path, acme="stacks: {app: {size: 3}}\n")
    found = api.get("/api/v1/clients/form", params={"like": "acme"}).json()
    [app] = [item for item in found["stacks"] if item["stack"] == "app"]
    assert "size" in [item["name"] for item in app["inputs"]]
    assert found["values"]["stacks.app.size"] == "3"
    assert api.get("/api/v1/clients/form", params={"like": "none"}).status_code == 404
    assert api_of(tmp_path, VIEWER).get("/api/v1/clients/form").status_code == 403
