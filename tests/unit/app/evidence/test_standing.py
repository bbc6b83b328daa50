"""People with their roles and tokens are rows; each token is somebody's, and no secret is among them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.authenticators import Authenticators
from cellwright.ledger.people.records import GrantRecord, Person, PersonKind, TokenRecord
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.evidence.kit import NOW, Days, evidence, make_trail
from unit.app.kit import NOBODY

DIGEST = "digest-of-a-secret"


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = make_trail(tmp_path / "fleet")
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW)) as session:
        people = session.ledger(writing=True).people
        bob = Person(id="p1", login="bob", name="Bob", created_by="ada")
        bot = Person(id="p2", login="bot", name="Pipeline", created_by="ada", kind=PersonKind.SERVICE)
        given = EventDraft("ada", "role.given", "person:bob", "new", {"role": "viewer", "origin": "granted"})
        people.directory.add(bob, [GrantRecord(id="g1", person="p1", role="viewer")], [given])
        people.directory.add(bot, [], [])
        ends = datetime(2027, 1, 1, tzinfo=UTC)
        token = TokenRecord(id="t1", person="p2", name="ci", created_by="ada", expires=ends, act_for=True)
        people.tokens.add(token, DIGEST, EventDraft("ada", "token.made", "token:t1"))
        signed_in = EventDraft("bob", "person.signed_in", "person:bob", "", {"method": "passkey"})
        session.ledger().recorder.append_event(
            "bob", signed_in.action, signed_in.subject, "", signed_in.detail
        )
    return root


def read(path: Path) -> Any:  # noqa: ANN401  any JSON
    return json.loads(path.read_text())


def test_people_roles_and_tokens_are_in_the_evidence(root: Path, tmp_path: Path) -> None:
    evidence(root, out := tmp_path / "out")
    bob, bot = read(out / "people.json")
    assert (bob["login"], bob["added_by"], bob["kind"], bot["kind"]) == ("bob", "ada", "person", "service")
    assert bob["last_sign_in"].startswith("2026-11-22")
    [token] = read(out / "tokens.json")
    assert (token["token"], token["owner"], token["acts_for_others"]) == ("t1", "bot", True)
    [grant] = read(out / "grants.json")
    assert (grant["person"], grant["role"], grant["given_by"], grant["to"]) == (
        "person:bob",
        "viewer",
        "ada",
        "",
    )
    assert not any(DIGEST in path.read_text() for path in out.iterdir())


def test_what_a_role_of_the_database_may_not_read_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object) -> None:
        raise DiagnosticError(error("permission denied for table tokens"))

    monkeypatch.setattr(Authenticators, "of", refused)
    monkeypatch.setattr("cellwright.app.evidence.making.token_rows", refused)
    found = evidence(root, out := tmp_path / "out")
    assert "the tokens can't be read: permission denied for table tokens" in {gap.what for gap in found.gaps}
    assert "may not see it" in read(out / "people.json")[0]["second_factor"]
