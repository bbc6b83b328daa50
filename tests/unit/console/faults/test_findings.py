"""A fleet with findings: shown with file and line, no other cell suffers, and it is well when mended."""

from functools import partial
from pathlib import Path

from fastapi.testclient import TestClient

from unit.console.faults.kit import in_time
from unit.console.kit import browser, make_services
from unit.console.rest.kit import TWO, program

WRONG = "stacks:\n  app:\n    seize: 3\n"


def shows(page: TestClient, path: str, status: int, text: str) -> bool:
    answer = page.get(path)
    return answer.status_code == status and text in answer.text


def test_one_cell_that_is_wrong_is_shown_and_leaves_the_others_usable(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    page, api = browser(services), program(services)
    assert page.get("/").status_code == 200
    (tmp_path / "clients/acme.yaml").write_text(WRONG)
    services.session.renew()
    finding = api.get("/api/v1/check").json()["diagnostics"][0]
    assert (finding["file"], finding["line"]) == ("clients/acme.yaml", 3)
    assert in_time(lambda: "clients/acme.yaml:3" in page.get("/").text)
    assert "1 error concerns this cell" in page.get("/cells/client/acme").text
    assert page.get("/healthz").status_code == 200
    other = page.get("/cells/client/globex")
    assert other.status_code == 200
    assert "clients/acme.yaml:3" not in other.text
    assert api.get("/api/v1/cells/client/globex").status_code == 200
    assert page.get("/cells/client/globex/edit").status_code == 200
    (tmp_path / "clients/acme.yaml").write_text("{}\n")
    services.session.renew()
    assert api.get("/api/v1/check").json()["diagnostics"] == []
    assert in_time(lambda: "clients/acme.yaml:3" not in page.get("/").text)
    assert in_time(lambda: page.get("/cells/client/acme").status_code == 200)


def test_a_fleet_that_can_not_be_read_at_all_is_explained_and_the_server_stays_up(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    page, api = browser(services), program(services)
    good = (tmp_path / "fleet.yaml").read_text()
    for wrong in ("levels: [\n", "\0", "[]\n", "fleet: 3\n"):
        (tmp_path / "fleet.yaml").write_text(wrong)
        services.session.renew()
        for path, status in (("/", 200), ("/cells/client/acme", 409), ("/onboard", 409)):
            assert in_time(partial(shows, page, path, status, "fleet.yaml")), (wrong, path)
        answer = api.get("/api/v1/check")
        assert answer.status_code in {200, 409}
        assert answer.json()["diagnostics"][0]["file"] == "fleet.yaml", wrong
        assert page.get("/healthz").status_code == 200
        answer = api.get("/api/v1/cells/client/acme")
        assert answer.status_code == 409
        assert answer.json()["diagnostics"][0]["file"] == "fleet.yaml", wrong
        assert page.get("/runs").status_code == 200, "what the ledger knows"
    (tmp_path / "fleet.yaml").write_text(good)
    services.session.renew()
    assert in_time(lambda: page.get("/cells/client/acme").status_code == 200)
