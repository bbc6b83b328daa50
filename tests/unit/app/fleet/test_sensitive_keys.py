"""A key that a sensitive variable takes is a secret wherever it is shown or kept."""

import io
import json
from pathlib import Path

import pytest

from cellwright.api.document import write_document
from cellwright.api.fleet.explain import explanations
from cellwright.api.fleet.graph import graph as graph_document
from cellwright.api.fleet.show import units as show_document
from cellwright.app.fleet.check import check
from cellwright.app.fleet.explain import ExplainRequest, explain
from cellwright.app.fleet.graph import GraphRequest, graph
from cellwright.app.fleet.show import ShowRequest, show
from cellwright.engine.unit.orphan import recipe_of
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.hidden_keys import without_hidden
from cellwright.planning.binding import bind
from cellwright.planning.digest import Digester
from cellwright.planning.selection import select
from unit.app.kit import make_fleet, open_session

SECRET = "canary-7Qx2"
APP = UnitAddress("client", "acme", "app")
CELL = CellAddress("client", "acme")

PLACED = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks: {}
  - name: client
    cells: clients
    placement: account
    stacks:
      app: {source: ./stack}
"""


def write(root: Path, cell: str, more: str = "", fleet: str = "") -> None:
    make_fleet(root, acme=cell)
    (root / "defaults.yaml").write_text(more or "{}\n")
    if fleet:
        (root / "fleet.yaml").write_text((root / "fleet.yaml").read_text() + fleet)


def texts(root: Path) -> str:
    """Everything that is shown, recorded, given to policies or cached of a fleet."""
    with open_session(root) as session:
        findings = "".join(map(str, check(session)))
        stream = io.StringIO()
        write_document(show_document(show(session, ShowRequest())), stream)
        write_document(graph_document(graph(session, GraphRequest())), stream)
        explained = explanations(str(APP), explain(session, ExplainRequest(unit=str(APP))))
        cache = session.home.cache
        fleet = session.snapshot().fleet
        unit = fleet.units[APP]
        labels = fleet.units.labels(APP)
        recipe = recipe_of(unit, {}, Digester(b"k" * 32))
        cell = fleet.cells[CELL]
        settings = without_hidden(cell.settings, cell.sensitive)
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert kept, "the cell is in the cache"
    found = [explained, dict(labels), recipe, settings]
    return findings + stream.getvalue() + json.dumps(found, default=str) + kept.decode("latin-1")


CELLS: dict[str, tuple[str, str]] = {
    "directly": ("db_pw: {secret}\nstacks: {app: {password: '${cell.db_pw}'}}\n", ""),
    "by another key": (
        "db_pw: {secret}\nalias: '${cell.db_pw}'\nstacks: {app: {password: '${cell.alias}'}}\n",
        "",
    ),
    "as a piece of a text": (
        "db_pw: {secret}\nstacks: {app: {password: 'x-${cell.db_pw}'}}\n",
        "",
    ),
    "from a mapping": ("db: {pw: {secret}, user: u}\nstacks: {app: {password: '${cell.db.pw}'}}\n", ""),
    "through a layer": ("db_pw: {secret}\n", "stacks: {app: {password: '${cell.db_pw}'}}\n"),
    "with its value in a layer": (
        "stacks: {app: {password: '${cell.db_pw}'}}\n",
        "db_pw: {secret}\n",
    ),
    "of a stack that is off": ("db_pw: {secret}\nstacks: {extra: {password: '${cell.db_pw}'}}\n", ""),
    "and in what is made of it": (
        "db_pw: {secret}\nurl: 'x:${cell.db_pw}@h'\nstacks: {app: {password: '${cell.db_pw}'}}\n",
        "",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_it_is_nowhere(tmp_path: Path, name: str) -> None:
    cell, layer = (text.replace("{secret}", SECRET) for text in CELLS[name])
    write(tmp_path, cell, layer)
    assert SECRET not in texts(tmp_path)
    assert SECRET not in texts(tmp_path)  # from the cache


def test_labels_that_are_no_secrets_stay(tmp_path: Path) -> None:
    write(
        tmp_path,
        "tier: gold\nregion: eu\nport: 5432\ndb_pw: x-pw\n"
        "stacks: {app: {password: '${cell.db_pw}-${cell.region}-${cell.port}-${cell.name}'}}\n",
        fleet="public_keys: [region]\n",
    )
    with open_session(tmp_path) as session:
        fleet = session.snapshot().fleet
    assert (
        fleet.units.labels(APP) == fleet.units[APP].labels == {"tier": "gold", "region": "eu", "port": "5432"}
    )


def test_nobody_finds_it_by_search(tmp_path: Path) -> None:
    write(tmp_path, f"db_pw: {SECRET}\nstacks: {{app: {{password: '${{cell.db_pw}}'}}}}\n")
    with open_session(tmp_path) as session, pytest.raises(DiagnosticError, match="no unit matches"):
        select(session.snapshot().fleet.units, ["db_pw=canary*"])


def test_fleet_yaml_can_call_a_key_sensitive(tmp_path: Path) -> None:
    write(tmp_path, f"note: {SECRET}\n", fleet="sensitive_keys: [note]\n")
    assert SECRET not in texts(tmp_path)


def test_a_variable_that_is_not_marked_may_not_take_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"db_pw: {SECRET}\nurl: 'x:${{cell.db_pw}}'\n"
        "stacks: {app: {password: '${cell.db_pw}', settings: {url: '${cell.url}'}}}\n",
    )
    with open_session(tmp_path) as session:
        [found] = check(session)
    assert str(found) == (
        "clients/acme.yaml:3:59: error: input 'settings' of stack 'app' takes '${cell.url}', which is "
        "sensitive: it goes into the sensitive input 'password' of stack 'app' (client/acme); write "
        '`sensitive = true` in variable "settings" of the stack, or give it another value'
    )


def test_what_may_be_a_secret_is_kept_as_a_digest_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"db_pw: {SECRET}\n"
        "stacks: {app: {password: 'x-${cell.db_pw}', settings: {url: '${cell.db_pw}'}}}\n",
    )
    assert SECRET not in texts(tmp_path)
    with open_session(tmp_path) as session:
        assert check(session) == ()
        snapshot = session.snapshot()
        unit = snapshot.fleet.units[APP]
    found = bind(unit, snapshot.stacks.facts(unit.stack).secrecy, {}, Digester(b"k" * 32))
    assert found["settings"].sensitive
    assert found["settings"].value is None


def place(root: Path, account: str, client: str, more: str = "") -> None:
    make_fleet(root, acme=client)
    (root / "fleet.yaml").write_text(PLACED + more)
    (root / "accounts").mkdir()
    (root / "accounts/prod.yaml").write_text(account)


@pytest.mark.parametrize("password", ["${account.db_pw}", "x-${account.db_pw}"])
def test_a_key_of_a_placement_must_be_called_sensitive(tmp_path: Path, password: str) -> None:
    client = f"account: prod\nstacks: {{app: {{password: '{password}'}}}}\n"
    place(tmp_path, f"db_pw: {SECRET}\n", client)
    with open_session(tmp_path) as session:
        [found] = check(session)
    assert "takes 'db_pw' of the account" in found.summary
    assert "`sensitive_keys: [db_pw]`" in found.detail
    (tmp_path / "fleet.yaml").write_text(PLACED + "sensitive_keys: [db_pw]\n")
    with open_session(tmp_path) as session:
        assert check(session) == ()
        fleet = session.snapshot().fleet
        assert fleet.cells[CellAddress("base", "prod")].sensitive == {("db_pw",)}


def test_a_key_of_a_placement_that_is_no_secret_can_be_said_to_be_none(tmp_path: Path) -> None:
    place(
        tmp_path,
        "region: eu\n",
        "account: prod\n"
        "stacks: {app: {password: 'x-${account.region}', settings: {a: '${account.region}'}}}\n",
        "public_keys: [region]\n",
    )
    with open_session(tmp_path) as session:
        assert check(session) == ()


def test_a_called_sensitive_key_of_a_placement_may_not_go_into_a_plain_variable(tmp_path: Path) -> None:
    place(
        tmp_path,
        f"db_pw: {SECRET}\n",
        "account: prod\nstacks: {app: {settings: '${account.db_pw}'}}\n",
        "sensitive_keys: [db_pw]\n",
    )
    with open_session(tmp_path) as session:
        [found] = check(session)
    assert "input 'settings' of stack 'app' takes '${account.db_pw}', which is sensitive" in found.summary


def test_a_stack_that_becomes_sensitive_hides_the_key_though_the_cell_is_cached(tmp_path: Path) -> None:
    write(tmp_path, f"note: {SECRET}\nstacks: {{app: {{size: '${{cell.note}}'}}}}\n")
    assert SECRET in texts(tmp_path)
    stack = tmp_path / "stack/main.tf"
    stack.write_text(stack.read_text().replace("{ default = 1 }", "{\n  default = 1\n  sensitive = true\n}"))
    with open_session(tmp_path) as session:
        assert session.snapshot().fleet.units.labels(APP) == {}


def test_policies_get_a_mark_in_its_place(tmp_path: Path) -> None:
    write(tmp_path, f"db: {{pw: {SECRET}, user: u}}\nstacks: {{app: {{password: '${{cell.db.pw}}'}}}}\n")
    with open_session(tmp_path) as session:
        cell = session.snapshot().fleet.cells[CELL]
    assert without_hidden(cell.settings, cell.sensitive) == {"db": {"pw": "(sensitive)", "user": "u"}}
