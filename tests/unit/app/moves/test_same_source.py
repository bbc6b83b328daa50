"""A move by hand names the units that it leaves out, and that would lose what their source has no more."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cellwright.app.moves import same_source
from cellwright.app.runs.moving import pair
from cellwright.model.address import UnitAddress
from unit.app.moves.kit import said
from unit.app.runs.moving.kit import FLEET, GOING, KEPT, applied, split_fleet

PLAIN = FLEET.replace(", moved_from: {app: [thing.going]}", "").replace(
    ", moved_from: {app: [thing.hot]}", ""
)
WITH = 'output "id" { value = "x" }\nresource "thing" "going" {}\n'
WITHOUT = 'output "id" { value = "x" }\n'
CELLS = ("acme", "globex", "hooli", "none")
MOVE = ("move", "client/acme/app", "db", GOING)


def app(cell: str) -> UnitAddress:
    return UnitAddress("client", cell, "app")


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three clients have the resource in their states; hooli has it no more, and none was never applied."""
    monkeypatch.setattr(pair, "plan_on_copies", lambda *_: SimpleNamespace(results=(), plans={}))
    root = tmp_path / "fleet"
    with split_fleet(root) as session:
        (root / "fleet.yaml").write_text(PLAIN)
        (root / "app/main.tf").write_text(WITH)
        for cell in CELLS:
            (root / f"clients/{cell}.yaml").write_text("{}\n")
        session.renew()
        opened = session.open(writing=True)
        applied(opened, app("acme"), KEPT, GOING)
        applied(opened, app("globex"), KEPT, GOING)
        applied(opened, app("hooli"), KEPT)
    (root / "app/main.tf").write_text(WITHOUT)
    return root


def told(fleet: Path, *more: str) -> str:
    code, words = said(fleet, *MOVE, "--dry-run", *more)
    assert code == 0, words
    return " ".join(words.split())


def document(fleet: Path) -> dict[str, list[str]]:
    code, words = said(fleet, *MOVE, "--dry-run", "--json")
    assert code == 0, words
    [move] = json.loads(words)["moves"]
    return {name: move[name] for name in ("others", "possible_others")}


def test_another_client_that_has_the_resource_is_named(fleet: Path) -> None:
    words = told(fleet)
    assert "client/globex/app has thing.going too, from the same source as client/acme/app" in words
    assert "its next plan would destroy what is not moved before" in words
    assert "`moved_from: {app: [thing.going]}`" in words
    assert "cellwright move client/globex/app db thing.going" in words
    assert "hooli" not in words
    assert document(fleet) == {"others": ["client/globex/app"], "possible_others": []}


def test_a_state_that_was_not_read_may_have_it(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_source, "_READ", 0)
    assert "client/globex/app, client/hooli/app may have thing.going too" in told(fleet)
    assert document(fleet) == {
        "others": [],
        "possible_others": ["client/globex/app", "client/hooli/app"],
    }


def test_a_state_that_can_not_be_read_may_have_it(fleet: Path) -> None:
    [state] = fleet.rglob("globex/app.tfstate")
    state.write_text("no state")
    assert "client/globex/app may have thing.going too" in told(fleet)


def still_declared(fleet: Path) -> None:
    (fleet / "app/main.tf").write_text(WITH + 'output "more" { value = "x" }\n')


def moved_by_declaration(fleet: Path) -> None:
    (fleet / "fleet.yaml").write_text(PLAIN.replace("./db}", "./db, moved_from: {app: [thing.going]}}"))


def switched_off(fleet: Path) -> None:
    (fleet / "clients/globex.yaml").write_text("stacks: {app: {enabled: false}}\n")


@pytest.mark.parametrize("change", [still_declared, moved_by_declaration, switched_off])
def test_what_loses_nothing_is_not_named(fleet: Path, change: Callable[[Path], None]) -> None:
    change(fleet)
    assert "globex" not in told(fleet)


def test_whoever_was_moved_by_hand_before_is_not_named(fleet: Path) -> None:
    code, words = said(fleet, *MOVE, "--yes")
    assert (code, "client/globex/app has thing.going too" in " ".join(words.split())) == (0, True)
    code, words = said(fleet, "move", "client/globex/app", "db", GOING, "--dry-run")
    assert (code, "acme" in words) == (0, False)


def test_nobody_is_left_out_where_all_are_chosen(fleet: Path) -> None:
    for cell in ("hooli", "none"):
        (fleet / f"clients/{cell}.yaml").unlink()
    code, words = said(fleet, "move", "client/*/app", "db", GOING, "--dry-run")
    assert (code, "too, from" in words) == (0, False)
