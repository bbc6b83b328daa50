"""The page of evidence: chosen by period, looked at by clause, taken; and reviews are recorded."""

import io
import tarfile
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Role
from cellwright.app.evidence.verifying import verify_evidence
from cellwright.console.services import Services
from unit.console.kit import CSRF, browser, make_services
from unit.console.rest.kit import TWO, VIEWER

AUDITOR = (Grant(Role.AUDITOR),)


def opened(root: Path) -> tuple[Services, TestClient]:
    services = make_services(root, AUDITOR, **TWO)
    services.session.ledger(writing=True).recorder.append_event("ada", "unit.applied", "client/acme/app")
    return services, browser(services)


def days(services: Services) -> dict[str, str]:
    today = f"{services.session.now():%Y-%m-%d}"
    return {"csrf": CSRF, "since": today, "until": today}


def test_an_auditor_makes_evidence_looks_at_it_and_takes_it(tmp_path: Path) -> None:
    services, page = opened(tmp_path / "fleet")
    assert "No evidence yet" in page.get("/evidence").text
    made = page.post("/evidence", data=days(services))
    assert made.status_code == 303
    where = made.headers["location"]
    shown = page.get(where).text
    assert "164.308(a)(1)(ii)(D)" in shown
    assert "no restore was tried" in shown
    assert where in page.get("/evidence").text
    taken = page.get(f"{where}/download")
    assert taken.headers["content-type"] == "application/gzip"
    with tarfile.open(fileobj=io.BytesIO(taken.content)) as archive:
        archive.extractall(tmp_path / "taken", filter="data")
    [folder] = (tmp_path / "taken").iterdir()
    assert verify_evidence(folder, []).faults == ("the manifest is not signed",)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    services, page = opened(tmp_path)
    for _ in range(7):
        assert page.post("/evidence", data=days(services)).status_code == 303
    assert len(list((tmp_path / ".cellwright" / "evidence").iterdir())) == 5


def test_a_period_that_can_be_none_is_said_beside_what_was_typed(tmp_path: Path) -> None:
    services, page = opened(tmp_path)
    answer = page.post("/evidence", data={**days(services), "since": "2099-01-01", "until": "2099-02-01"})
    assert answer.status_code == 422
    assert "the period begins in the future" in answer.text
    assert 'value="2099-01-01"' in answer.text
    for until in ("9999-12-31", "soon", ""):
        answer = page.post("/evidence", data={**days(services), "until": until})
        assert answer.status_code == 422


def test_a_review_is_recorded_and_shown(tmp_path: Path) -> None:
    services, page = opened(tmp_path)
    form = {**days(services), "kind": "access", "findings": "<b>nothing</b> unusual"}
    assert page.post("/evidence/reviews", data=form).status_code == 303
    shown = page.get("/evidence").text
    assert "&lt;b&gt;nothing&lt;/b&gt; unusual" in shown
    answer = page.post("/evidence/reviews", data={**form, "findings": " "})
    assert answer.status_code == 422
    assert "findings of 1 to 4000 characters" in answer.text


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    _, page = opened(tmp_path)
    for name in ("20261122-120000-0123abcd", "x"):
        assert page.get(f"/evidence/{name}").status_code == 404
        assert page.get(f"/evidence/{name}/download").status_code == 404


def test_who_only_views_makes_none(tmp_path: Path) -> None:
    page = browser(make_services(tmp_path, VIEWER, **TWO))
    assert page.get("/evidence").status_code == 403
    assert page.post("/evidence", data={"csrf": CSRF}).status_code == 403
    assert page.post("/evidence/reviews", data={"csrf": CSRF}).status_code == 403


def test_an_auditor_changes_nothing_else(tmp_path: Path) -> None:
    _, page = opened(tmp_path)
    assert page.get("/people").status_code == 403
    assert page.post("/workers/drain", data={"csrf": CSRF, "worker": "w_1"}).status_code == 403
