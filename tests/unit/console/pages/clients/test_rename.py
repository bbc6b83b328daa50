"""The page that renames a cell: nothing is done before its plans were seen and the new name was typed."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.rename import plan_rename
from cellwright.app.moves.rename_values import RenamePlan, RenameRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.console.pages.clients import rename
from cellwright.console.services import Services, WebSettings
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import CELL_RENAMING
from cellwright.model.runs.plan import Action, ResourceChange
from unit.app.kit import ADA, NOBODY, install_program
from unit.app.moves.kit import fleet_with_ledger
from unit.app.moves.test_access import add
from unit.console.kit import ADDRESS, CSRF, OneVisitor, browser, visitor_with
from unit.console.rest.kit import program

PAGE = "/cells/client/acme/rename"
BETA = CellAddress("client", "beta")
FORM = {"csrf": CSRF, "new": "beta", "reason": "bought by Beta"}


@pytest.fixture(name="services")
def services_fixture(tmp_path: Path) -> Iterator[Services]:
    root = fleet_with_ledger(tmp_path / "fleet")
    known = {**NOBODY, "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=root, environment=known)) as session:
        yield Services(
            session=session, visitors=OneVisitor(visitor_with()), settings=WebSettings(address=ADDRESS)
        )


def cells(services: Services) -> list[str]:
    services.session.renew()
    return sorted(map(str, services.session.snapshot().fleet.cells))


def test_it_is_planned_then_the_new_name_is_typed(services: Services) -> None:
    client = browser(services)
    assert f'href="{PAGE}"' in client.get("/cells/client/acme").text
    page = client.get(PAGE).text
    assert "Rename acme?" in page
    assert 'name="typed"' not in page, "the new name is asked for when its plans can be seen"
    planned = client.post(f"{PAGE}/plan", data=FORM).text
    assert "<code>clients/acme.yaml</code> becomes <code>clients/beta.yaml</code>" in planned
    assert 'name="typed"' in planned
    wrong = client.post(PAGE, data={**FORM, "typed": "acme"})
    assert wrong.status_code == HTTPStatus.CONFLICT
    assert cells(services) == ["client/acme"]
    done = client.post(PAGE, data={**FORM, "typed": "beta"})
    assert (done.status_code, done.headers["location"]) == (HTTPStatus.SEE_OTHER, "/cells/client/beta")
    assert cells(services) == ["client/beta"]
    told = list(services.session.ledger().reader.events(subject="client/acme"))
    assert {(event.actor, event.reason) for event in told} == {("Ada Lovelace", "bought by Beta")}


def test_it_tells_whose_roles_go_by_a_name_before_and_afterwards_and_so_does_the_api(
    services: Services,
) -> None:
    ledger = services.session.ledger(writing=True)
    add(ledger, "grace", "operator", "client/acme", "client/beta")
    add(ledger, "bob", "viewer", "client/hooli")
    client = browser(services)
    lost = "not for client/beta: grace (operator)"
    assert lost not in client.post(f"{PAGE}/plan", data=FORM).text
    assert "roles hold for client/hooli by its name already: bob (viewer)" in (
        client.post(f"{PAGE}/plan", data={**FORM, "new": "hooli"}).text
    )
    done = client.post(PAGE, data={**FORM, "new": "hooli", "typed": "hooli"})
    assert done.status_code == HTTPStatus.OK
    assert "acme is hooli now" in done.text
    assert "roles hold for client/hooli by its name already: bob (viewer)" in done.text
    answer = program(services).post("/api/v1/cells/client/hooli/rename", json={"new": "beta"})
    assert answer.status_code == HTTPStatus.OK, answer.text
    told = [item["summary"] for item in answer.json()["warnings"]]
    assert told == [
        "roles hold for client/hooli by its name, and not for client/beta: bob (viewer)",
        "roles hold for client/beta by its name already: grace (operator)",
    ]


def test_what_would_be_lost_is_agreed_to_by_itself(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = ResourceChange("aws_db_instance.main", Action.REPLACE)
    lost = Lost(unit=UnitAddress("client", "beta", "app"), change=database, keeping={"name": '"acme"'})

    def losing(session: FleetSession, actor: Actor, request: RenameRequest, talk: Conversation) -> RenamePlan:
        found = plan_rename(session, actor, request, talk)
        return replace(found, preview=Preview(plans={}, lost=(lost,)))

    monkeypatch.setattr(rename, "plan_rename", losing)
    page = browser(services).post(f"{PAGE}/plan", data=FORM).text
    assert "the new name would replace aws_db_instance.main of client/beta/app" in page
    assert 'name="allow_replace" value="yes" required' in page
    request = RenameRequest(cell="client/acme", new="beta")
    seen = losing(services.session, ADA, request, Conversation()).seen
    assert f'name="seen" value="{seen}"' in page


@pytest.mark.parametrize(
    ("new", "said"),
    [("", "a name can&#39;t be empty"), ("Beta!", "lower-case letters"), ("acme", "acme")],
)
def test_a_name_that_can_not_be_given_is_refused(services: Services, new: str, said: str) -> None:
    client = browser(services)
    for path in (f"{PAGE}/plan", PAGE):
        found = client.post(path, data={**FORM, "new": new, "typed": new})
        assert found.status_code == HTTPStatus.CONFLICT, path
        assert said in found.text
    assert cells(services) == ["client/acme"]


def test_who_may_not_change_it_under_both_names_renames_nothing(services: Services) -> None:
    own = Grant(Role.OPERATOR, GrantScope(cells=("client/acme",)))
    visitors = services.visitors
    visitors.visitor = replace(visitors.visitor, grants=(own,))  # type: ignore[attr-defined]
    client = browser(services)
    for path in (f"{PAGE}/plan", PAGE):
        assert client.post(path, data={**FORM, "typed": "beta"}).status_code == HTTPStatus.FORBIDDEN
        assert client.post(path, data={"new": "beta", "typed": "beta"}).status_code == HTTPStatus.FORBIDDEN
    viewer = Grant(Role.VIEWER)
    visitors.visitor = replace(visitors.visitor, grants=(viewer,))  # type: ignore[attr-defined]
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert f'href="{PAGE}"' not in client.get("/cells/client/acme").text
    assert cells(services) == ["client/acme"]
    assert browser(services).get("/cells/client/nobody/rename").status_code == HTTPStatus.NOT_FOUND


def test_one_that_has_stopped_goes_on_with_the_name_that_it_was_given(services: Services) -> None:
    move = Move(id="m1", kind=MoveKind.RENAME, subject="client/acme", target=str(BETA), detail={}, reason="")
    event = EventDraft(ADA, CELL_RENAMING, "client/acme", "", {"to": str(BETA)})
    services.session.ledger(writing=True).moves.begin(move, ADA, event, {})
    page = browser(services).get(PAGE).text
    assert "It is being renamed to <code>beta</code>, and that has stopped." in page
    assert "Type <code>beta</code> to go on" in page
    assert "/rename/plan" not in page
