"""The page of a cell that is placed elsewhere says what that means; who types its name allows it."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.moves import relocate
from cellwright.app.moves.relocate import Relocation
from cellwright.app.runs.guards.relocation import accepted_relocation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.console.services import Services, WebSettings
from cellwright.model.address import CellAddress, UnitAddress
from unit.app.kit import NOBODY, install_program
from unit.app.moves.kit import fleet_with_ledger
from unit.console.kit import ADDRESS, CSRF, OneVisitor, browser, visitor_with

PAGE = "/cells/client/acme/relocate"
FORM = {"csrf": CSRF, "former": "one", "now": "far", "typed": "acme", "reason": "it is empty"}
ACME = CellAddress("client", "acme")
MOVED = Relocation(
    cell=ACME, before="one", now="far", units=(UnitAddress("client", "acme", "app"),), resources=7
)


@pytest.fixture(name="services")
def services_fixture(tmp_path: Path) -> Iterator[Services]:
    root = fleet_with_ledger(tmp_path / "fleet")
    known = {**NOBODY, "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=root, environment=known)) as session:
        visitors = OneVisitor(visitor_with())
        yield Services(session=session, visitors=visitors, settings=WebSettings(address=ADDRESS))


@pytest.fixture(name="moved")
def moved_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(fleet: OpenFleet, _name: str) -> Relocation:
        return replace(MOVED, allowed=accepted_relocation(fleet, ACME) == ("one", "far"))

    monkeypatch.setattr(relocate, "_relocation", found)


def told(services: Services) -> list[tuple[str, str]]:
    events = services.session.ledger().reader.events(subject="client/acme")
    return [(event.actor, event.reason) for event in events if event.action == "cell.relocated"]


@pytest.mark.usefixtures("moved")
def test_it_says_what_it_means_and_is_allowed_once_the_name_is_typed(services: Services) -> None:
    client = browser(services)
    page = client.get(PAGE).text
    assert "Make acme anew in far?" in page
    assert "7 resources" in page
    assert 'href="/units/client/acme/app"' in page
    assert "/onboard?level=client&amp;like=acme" in page
    for wrong in ("", "client/acme", "beta"):
        refused = client.post(PAGE, data={**FORM, "typed": wrong})
        assert refused.status_code == HTTPStatus.CONFLICT
        assert "the name was not &#39;acme&#39;" in refused.text
    assert "it is empty" in refused.text, "what was written is kept"
    assert told(services) == []
    done = client.post(PAGE, data=FORM)
    assert (done.status_code, done.headers["location"]) == (HTTPStatus.SEE_OTHER, PAGE)
    assert told(services) == [("Ada Lovelace", "it is empty")]
    page = client.get(PAGE).text
    assert "acme may be applied in far" in page
    assert 'name="typed"' not in page


@pytest.mark.usefixtures("moved")
def test_places_that_are_others_by_now_are_not_allowed(services: Services) -> None:
    found = browser(services).post(PAGE, data={**FORM, "now": "west"})
    assert found.status_code == HTTPStatus.CONFLICT
    assert "client/acme goes from &#39;one&#39; to &#39;far&#39; by now" in found.text
    assert told(services) == []


def test_a_cell_that_stands_where_it_is_placed_has_nothing_to_allow(services: Services) -> None:
    client = browser(services)
    page = client.get(PAGE)
    assert page.status_code == HTTPStatus.OK
    assert "acme is where it was applied" in page.text
    assert '<form method="post" action="/cells' not in page.text
    assert client.post(PAGE, data=FORM).status_code == HTTPStatus.CONFLICT
    assert PAGE not in client.get("/cells/client/acme").text
    assert client.get("/cells/client/nobody/relocate").status_code == HTTPStatus.NOT_FOUND
    assert told(services) == []


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER])
def test_who_may_not_change_it_allows_nothing(services: Services, role: Role) -> None:
    visitors = services.visitors
    visitors.visitor = replace(visitors.visitor, grants=(Grant(role, GrantScope()),))  # type: ignore[attr-defined]
    client = browser(services)
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE, data=FORM).status_code == HTTPStatus.FORBIDDEN
    assert told(services) == []


@pytest.mark.usefixtures("moved")
def test_the_page_of_a_cell_leads_there_whoever_may_allow_it(services: Services) -> None:
    settings = services.session.home.root / "fleet.yaml"
    account = "levels:\n  - {name: base, cells: accounts, stacks: {}}\n"
    text = settings.read_text().replace("levels:\n", account)
    settings.write_text(text.replace("    cells: clients\n", "    cells: clients\n    placement: account\n"))
    (settings.parent / "accounts").mkdir()
    (settings.parent / "accounts/far.yaml").write_text("{}\n")
    (settings.parent / "clients/acme.yaml").write_text("account: far\n")
    services.session.renew()
    page = browser(services).get("/cells/client/acme").text
    assert (
        "It was applied in <code>one</code>, and its file places it in <code>far</code>: applies are" in page
    )
    assert f'href="{PAGE}"' in page
    visitors = services.visitors
    visitors.visitor = replace(visitors.visitor, grants=(Grant(Role.VIEWER),))  # type: ignore[attr-defined]
    page = browser(services).get("/cells/client/acme").text
    assert "its file places it in <code>far</code>" in page
    assert PAGE not in page
