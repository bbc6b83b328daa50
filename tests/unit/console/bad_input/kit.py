"""What is sent into every field, the world that it is sent into, and what must not have changed there."""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Role
from cellwright.app.people.api_tokens import TokenRequest, make_token
from cellwright.app.people.manage import InviteRequest, invite
from cellwright.app.people.standing import people_of
from cellwright.app.rollouts.task import RolloutTask, to_json
from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks.manage import WebhookRequest, create_webhook
from cellwright.console.discovery import found_in
from cellwright.console.services import Services
from cellwright.ledger.people.people import People
from cellwright.ledger.rollouts.values import NewRollout
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.rollout.plan import SHARED, Budget, PlannedCell, RolloutPlan, Stage
from unit.app.kit import put_under_git
from unit.app.overview.seeds import RUN, ledger_of, plan, start
from unit.app.people.kit import visitor_of
from unit.console.people_kit import first_admin_in, form_token_of, people_services

ADDRESS = "http://localhost:8080"
UNIT = "client/acme/app"
ROLLOUT = "ro-20261122-214812-3f9a"
SCRIPT = "\"'><script>alert(1)</script>"
ALIKE = "\u0430cm\u0435"
"""`acme` with two letters of the Cyrillic alphabet."""
LONG = "x" * 100_000
NUL = "acme\0"
SENT = {"long": LONG, "script": SCRIPT, "alike": ALIKE, "nul": NUL}
_SAFE = ("GET", "HEAD", "OPTIONS")

Value = TypeVar("Value")
WALKS = pytest.mark.parametrize(
    "whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["some", "whole"]
)


@dataclass(frozen=True)
class World:
    """A fleet with something behind each noun, and the browser of its administrator."""

    services: Services
    browser: TestClient
    csrf: str
    ids: dict[str, str]
    """What stands for each part of a path."""

    @property
    def session(self) -> FleetSession:
        return self.services.session

    @property
    def people(self) -> People:
        return people_of(self.session)

    def path(self, route: APIRoute, changed: dict[str, str] | None = None) -> str:
        values = {**self.ids, **(changed or {})}
        return re.sub(r"\{(\w+)[^}]*\}", lambda part: values[part[1]], route.path)

    def mark(self) -> object:
        """Give what stays as it is when nothing is written: events but refusals, files, commits."""
        reader = self.session.ledger().reader
        found = list(reader.latest_events(10_000))
        refusals = sum("refused" in event.action for event in found)
        files = hashlib.sha256()
        for path in sorted(self.session.root.rglob("*")):
            if path.is_file() and not {".cellwright", ".git"} & set(path.parts):
                files.update(str(path).encode() + path.read_bytes())
        return len(found) - refusals, files.hexdigest(), len(reader.runs(100))


def open_world(root: Path) -> World:
    services = people_services(root, address=ADDRESS)
    (root / ".gitignore").write_text(".cellwright/\n")
    put_under_git(root)
    browser = first_admin_in(services)
    session = services.session
    ada = visitor_of(session, browser.cookies["cellwright-session"])
    grace = invite(session, ada, InviteRequest(login="grace", name="Grace", grants=(Grant(Role.VIEWER),)))
    token = make_token(session, ada, TokenRequest(name="laptop", days=7))
    hook = create_webhook(session, ada.actor, WebhookRequest(name="team", url="https://example.com/"))
    start(ledger_of(session), UNIT)
    plan(ledger_of(session), UNIT)
    begin_rollout(session, ada.actor)
    granted = people_of(session).standing.of(grace.person.id)[0].id
    ids = {
        "person": grace.person.id,
        "grant": granted,
        "token": token.record.id,
        "webhook": hook.webhook.id,
        "run": RUN,
        "run_id": RUN,
        "rollout": ROLLOUT,
        "rollout_id": ROLLOUT,
        "level": "client",
        "cell": "acme",
        "name": "acme",
        "stack": "app",
        "worker": "w_1",
        "handle": ada.session,
        "passkey": "a2V5",
        "ack": "0badc0de",
    }
    return World(services, browser, form_token_of(browser.get("/account").text), ids)


def begin_rollout(session: FleetSession, actor: Actor) -> None:
    """Record a rollout over one cell; nobody carries it out."""
    rollout = NewRollout(
        id=ROLLOUT,
        strategy="standard",
        commit="c0ffee",
        made_by=actor.name,
        reason="",
        plan=RolloutPlan(
            stages=(Stage(name="all", wave="all", first=0, end=1, parallel=1, mode="strict", budget=0),),
            budgets=(Budget(SHARED, 0, 1),),
            cells=(PlannedCell(CellAddress("client", "acme")),),
        ),
        task=to_json(RolloutTask(actor=actor)),
    )
    ledger_of(session).rollouts.start(rollout, actor, {})


def changing(package: ModuleType) -> Iterator[APIRoute]:
    """Yield the routes that change something, in the order of their addresses."""
    found = [
        route
        for item in found_in(package)
        for route in item.router.routes
        if isinstance(route, APIRoute) and not set(route.methods or ()) <= set(_SAFE)
    ]
    yield from sorted(found, key=lambda route: (route.path, sorted(route.methods or ())))


def some(values: Sequence[Value], field: str, *, whole: bool) -> Sequence[Value]:
    """Choose one of the values for a field, each time the same one, or all of them in a walk that is whole.

    A walk over the product of fields and values takes half a minute. What refuses a value is the same code
    for every field of a kind, so over all the forms and calls each value is met many times.
    """
    return values if whole or not values else (values[zlib.crc32(field.encode()) % len(values)],)
