"""Offboarding from the console: what would go, the typed name, and the page that follows to the end."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Role
from cellwright.app.clients.finishing import Offboardings
from cellwright.app.clients.offboarding.task import LeavingTask, to_json
from cellwright.console.pages.clients import offboard
from cellwright.console.services import Services
from cellwright.engine.approval import NAME_TYPED
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.binary import BinaryVersion
from cellwright.model.client_life import ClientState
from cellwright.model.offboarding import Phase
from cellwright.model.runs.event import PLAN_JUDGED
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from unit.app.kit import make_run
from unit.app.overview.kit import FIRST, run_of
from unit.console.kit import CSRF, browser
from unit.console.pages.clients.test_onboard import root as root  # noqa: PLC0414  the fixture
from unit.console.pages.clients.test_onboard import served

PAGE = "/cells/client/acme/offboard"
ACME = CellAddress("client", "acme")
ADA = Actor("ada")
APP = UnitAddress("client", "acme", "app")
LATER = "29991122-214812-3f9a"
RUN = "20261122-214812-3f9a"


@pytest.fixture(name="services")
def services_fixture(root: Path) -> Iterator[Services]:
    found = served(root)
    with found.session:
        found.session.ledger(writing=True)
        yield found


def test_nothing_goes_before_the_name_is_typed(services: Services) -> None:
    client = browser(services)
    assert f'href="{PAGE}"' in client.get("/cells/client/acme").text
    page = client.get(PAGE).text
    assert "Offboard acme?" in page
    assert "Nothing of it stands" in page
    assert 'name="typed"' not in page, "its name is asked for when its plans can be seen"
    plan = planned(client)
    wrong = client.post(PAGE, data={"csrf": CSRF, "typed": "acme2", "plan": plan})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "type the client&#39;s name as it is" in wrong.text
    assert "0 units, 0 resources" in wrong.text
    unseen = client.post(PAGE, data={"csrf": CSRF, "typed": "acme"})
    assert unseen.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "nobody has seen the plans yet" in unseen.text
    assert services.session.ledger().offboardings.of_cell(ACME) == ()


def planned(client: TestClient, reason: str = "") -> str:
    """Have its destruction planned; gives the run."""
    made = client.post(f"{PAGE}/plan", data={"csrf": CSRF, "reason": reason})
    assert made.status_code == HTTPStatus.SEE_OTHER, made.text
    assert made.headers["location"].startswith(f"{PAGE}?plan=")
    return made.headers["location"].partition("plan=")[2]


def test_what_is_planned_is_shown_before_the_name_is_asked_for(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=FIRST))
    _applied(ledger, "app", None, 3)
    plan = planned(client, "contract over")
    waiting = client.get(f"{PAGE}?plan={plan}").text
    assert 'data-live="/live/runs"' in waiting
    assert 'name="typed"' not in waiting
    too_soon = client.post(PAGE, data={"csrf": CSRF, "typed": "acme", "plan": plan})
    assert too_soon.status_code == HTTPStatus.CONFLICT
    assert "still plans the destruction" in too_soon.text
    ledger.recorder.finish_run(plan, RunStatus.SUCCEEDED)
    page = client.get(f"{PAGE}?plan={plan}").text
    assert "1 unit, 3 resources" in page
    assert 'name="typed"' in page
    assert 'value="contract over"' in page
    assert ledger.offboardings.of_cell(ACME) == ()
    made = client.post(PAGE, data={"csrf": CSRF, "typed": "acme", "plan": plan})
    assert made.status_code == HTTPStatus.SEE_OTHER
    (record,) = ledger.offboardings.of_cell(ACME)
    assert (record.phase, record.plan_run) == (Phase.EXPORTING, plan), "it is planned once"


def test_a_plan_that_is_denied_says_which_exception_to_write_and_begins_nothing(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=FIRST))
    _applied(ledger, "app", None, 3)
    plan = planned(client)
    finding = {"level": "deny", "rule": "hipaa.destruction", "resource": "aws_s3_bucket.logs"}
    ledger.recorder.append_event(ADA, PLAN_JUDGED, str(APP), "", {"run": plan, "findings": [finding]})
    ledger.recorder.finish_run(plan, RunStatus.FAILED)
    page = client.get(f"{PAGE}?plan={plan}").text
    assert "1 unit, 3 resources, 1 denied by hipaa.destruction" in page
    assert "rule: hipaa.destruction" in page
    assert "Plan it again" in page
    assert 'name="typed"' not in page
    assert ledger.offboardings.of_cell(ACME) == ()


def test_plans_of_something_else_or_from_before_a_change_begin_nothing(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=FIRST))
    _applied(ledger, "app", None, 3)
    other = client.get(f"{PAGE}?plan={FIRST}").text
    assert "has planned the destruction of client/acme" in other
    plan = planned(client)
    ledger.recorder.finish_run(plan, RunStatus.SUCCEEDED)
    ledger.recorder.start_run(run_of(APP, run_id=LATER))
    _applied(ledger, "app", None, 4, run=LATER)
    page = client.get(f"{PAGE}?plan={plan}").text
    assert "changed since run" in page
    assert 'name="typed"' not in page
    late = client.post(PAGE, data={"csrf": CSRF, "typed": "acme", "plan": plan})
    assert late.status_code == HTTPStatus.CONFLICT
    assert ledger.offboardings.of_cell(ACME) == ()


def test_a_client_of_which_nothing_stands_is_gone_at_once(services: Services, root: Path) -> None:
    client = browser(services)
    plan = planned(client)
    wanted = {"csrf": CSRF, "typed": "acme", "reason": "contract over", "plan": plan}
    made = client.post(PAGE, data=wanted)
    assert (made.status_code, made.headers["location"]) == (HTTPStatus.SEE_OTHER, PAGE)
    assert not (root / "clients/acme.yaml").exists()
    assert "acme is gone" in client.get(PAGE).text
    again = client.post(PAGE, data={"csrf": CSRF, "typed": "acme"})
    assert again.status_code == HTTPStatus.SEE_OTHER, "asked again, it is told as it is"


def test_it_is_followed_from_the_run_to_the_archive(services: Services, root: Path) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    recorder = ledger.recorder
    recorder.start_run(make_run(RUN, kind=RunKind.DESTROY))
    destroying(ledger)
    page = client.get(PAGE).text
    assert "being destroyed" in page
    assert 'data-live="/live/runs"' in page
    recorder.finish_run(RUN, RunStatus.FAILED)
    assert "Resume" in client.get(PAGE).text
    recorder.reopen_run(RUN, "Ada")
    recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    assert "what was destroyed is looked for" in client.get(PAGE).text
    assert (root / "clients/acme.yaml").exists()
    Offboardings(services.session, services.fleet).finish()
    assert not (root / "clients/acme.yaml").exists()
    assert (root / "archived/acme/acme.yaml").exists()
    assert "acme is gone" in client.get(PAGE).text


def destroying(ledger: Ledger) -> None:
    """Record an offboarding whose run destroys what the client has."""
    held(ledger, hold=0)
    for before, after in pairwise((Phase.HOLDING, Phase.EXPORTING, Phase.DESTROYING)):
        assert ledger.offboardings.step("one", Step(before=before, after=after), ADA)
    ledger.offboardings.set_runs("one", "", RUN)


def held(ledger: Ledger, *, hold: int = 3600, approvals: int = 0) -> None:
    """Record an offboarding whose hold runs."""
    new = NewOffboarding(
        id="one",
        cell=ACME,
        reason="contract over",
        back_to=ClientState.ACTIVE,
        task=to_json(LeavingTask(actor=ADA)),
        hold_seconds=hold,
        approvals_needed=approvals,
    )
    ledger.offboardings.begin(new, ADA)
    until = milliseconds(datetime.now(UTC)) + hold * 1000
    step = Step(before=Phase.PLANNING, after=Phase.HOLDING, hold_until=until)
    assert ledger.offboardings.step("one", step, ADA)


def test_while_its_hold_runs_it_can_be_cancelled(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    held(ledger)
    page = client.get(PAGE).text
    assert "Nothing is destroyed before" in page
    assert "Cancel the offboarding: acme stays" in page
    Offboardings(services.session, services.fleet).finish()
    assert ledger.offboardings.find("one").phase is Phase.HOLDING, "it is not over"
    made = client.post(f"{PAGE}/cancel", data={"csrf": CSRF, "reason": "they pay"})
    assert made.status_code == HTTPStatus.SEE_OTHER
    assert ledger.offboardings.find("one").phase is Phase.CANCELLED
    assert "Offboard acme?" in client.get(PAGE).text
    again = client.post(f"{PAGE}/cancel", data={"csrf": CSRF})
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is not being offboarded" in again.text


def test_another_person_agrees_to_it_and_not_whoever_has_asked(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    held(ledger, hold=0, approvals=1)
    assert "0 of 1" in client.get(PAGE).text
    Offboardings(services.session, services.fleet).finish()
    assert ledger.offboardings.find("one").phase is Phase.HOLDING, "nobody has agreed"
    made = client.post(f"{PAGE}/approve", data={"csrf": CSRF})
    assert made.status_code == HTTPStatus.SEE_OTHER
    assert [item.by for item in ledger.offboardings.find("one").approvals] != ["ada"]
    twice = client.post(f"{PAGE}/approve", data={"csrf": CSRF})
    assert "agreed to it already" in twice.text


def test_a_legal_hold_is_laid_and_lifted_with_a_reason(services: Services) -> None:
    client, ledger = browser(services), services.session.ledger(writing=True)
    hold = "/cells/client/acme/legal-hold"
    assert "a reason is needed" in client.post(hold, data={"csrf": CSRF}).text
    client.post(hold, data={"csrf": CSRF, "reason": "lawsuit 12"})
    assert "is under a legal hold, laid by" in client.get(PAGE).text
    refused = client.post(f"{PAGE}/plan", data={"csrf": CSRF})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "lawsuit 12" in refused.text
    client.post(hold, data={"csrf": CSRF, "reason": "settled", "lift": "yes"})
    assert ledger.legal_holds.open() == {}


def test_who_may_not_apply_and_edit_is_not_offered_it(root: Path) -> None:
    found = served(root, Grant(Role.VIEWER))
    with found.session:
        client = browser(found)
        assert PAGE not in client.get("/cells/client/acme").text
        assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
        assert client.post(PAGE, data={"csrf": CSRF, "typed": "acme"}).status_code == HTTPStatus.FORBIDDEN


def test_an_unknown_client_has_no_such_page(services: Services) -> None:
    client = browser(services)
    for path in ("/cells/client/nobody/offboard", "/cells/base/prod/offboard"):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_the_units_are_shown_in_the_order_in_which_they_go_with_their_resources(services: Services) -> None:
    ledger = services.session.ledger(writing=True)
    chain = [UnitAddress("client", "acme", stack) for stack in ("base", "middle", "top")]
    ledger.recorder.start_run(run_of(*chain, run_id=FIRST))
    for stack, upstream, resources in (("base", None, 3), ("middle", "base", 1), ("top", "middle", None)):
        _applied(ledger, stack, upstream, resources)
    page = browser(services).get(PAGE).text
    steps = re.findall('<li class="step">.*?</li>', page)
    told = [" ".join(re.sub("<[^>]+>", " ", step).split()) for step in steps]
    assert told[:3] == ["top destroyed", "middle 1 resource destroyed", "base 3 resources destroyed"]


def _applied(
    ledger: Ledger, stack: str, upstream: str | None, resources: int | None, run: str = FIRST
) -> None:
    address = UnitAddress("client", "acme", stack)
    unit = AppliedUnit(
        head=AppliedHead(address=address, fingerprint="same"),
        source_digest="",
        source_label="./stack",
        backend_digest="",
        inputs={},
        outputs={},
        recipe={
            "backend": {"kind": "local", "config": {}},
            "upstreams": [] if upstream is None else [f"client/acme/{upstream}"],
            **({} if resources is None else {"resources": resources}),
        },
        binary=BinaryVersion("terraform", "1.11.4"),
        run=run,
    )
    event = EventDraft("ada", "unit.applied", str(address), "", {"run": run})
    ledger.recorder.record_applied(unit, UnitResult(address, Outcome.APPLIED), run, event)


def test_what_is_resumed_without_the_name_is_not_approved(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved: list[str] = []

    def submit(_session: object, _actor: object, _wanted: object, _host: object, how: str) -> None:
        approved.append(how)

    monkeypatch.setattr(offboard, "submit_offboard", submit)
    client, ledger = browser(services), services.session.ledger(writing=True)
    recorder = ledger.recorder
    recorder.start_run(make_run(RUN, kind=RunKind.DESTROY))
    destroying(ledger)
    recorder.finish_run(RUN, RunStatus.FAILED)
    assert "Resume" in client.get(PAGE).text
    client.post(PAGE, data={"csrf": CSRF})
    client.post(PAGE, data={"csrf": CSRF, "typed": "acme"})
    assert approved == ["", NAME_TYPED]
