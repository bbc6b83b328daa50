"""Secrets in addresses, backends and files that can't be read, in what a server and an editor say of them."""

from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.editing.completion import complete
from cellwright.app.editing.edited import EditedFleet
from cellwright.app.editing.hover import hover
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.secrets.canaries import APP, CANARY, TAKER, canary_fleet
from e2e.secrets.served import Server
from unit.app.kit import NOBODY, put_under_git
from unit.console.kit import browser, make_services
from unit.console.people_kit import first_admin_in, form_token_of, services_of

LOGIN = "https://ada:cnryurlpw@127.0.0.1:1"
BROKEN = {
    "unclosed": "stacks:\n  app:\n    plain: 'cnryopen21\n",
    "doubled": "stacks:\n  app:\n    plain: cnrydouble22\n    plain: cnrydouble23\n",
    "tab": "stacks:\n  app:\n\tplain: cnrytab24\n",
    "unknown": "stacks:\n  app:\n    passwort: cnryunknown25\n",
    "wrong": "stacks:\n  network:\n    taken: {a: [cnrywrong26]}\n  app:\n    number: cnrywrong27\n",
    "open": "stacks:\n  app:\n    plain: 'x${cnryopen28'\n    url: x${cell.cnry}\n",
    "environment": "environment:\n  API_TOKEN: [cnryenv30]\n  OTHER_TOKEN: cnryenv31\n",
    "number": "stacks:\n  app: 8712364455\n",
}


def addresses(tmp_path: Path) -> FleetFolder:
    stacks = {
        "app": {"source": f"git::{LOGIN}/app.git?ref=v1"},
        "network": {"source": "./stacks/network"},
        "far": {"source": f"{LOGIN}/far.tgz?token=cnrytoken17"},
    }
    more = {
        "artifacts": {"url": "s3://bucket/x"},
        "state": {
            "backend": "http",
            "config": {"address": f"{LOGIN}/${{unit.address}}", "username": "ada", "password": "cnrystate18"},
        },
        "secrets": {"vault": {"type": "vault", "address": LOGIN, "timeout": "1s"}},
    }
    fleet = make_fleet(tmp_path, stacks, {"acme": {}}, **more)
    fleet.stack("app", APP)
    fleet.stack("network", TAKER)
    return fleet


def broken(tmp_path: Path) -> FleetFolder:
    fleet = canary_fleet(tmp_path)
    for name, text in BROKEN.items():
        fleet.write(f"clients/{name}.yaml", text)
    return fleet


FLEETS = {"addresses": addresses, "broken": broken}


def opened(fleet: FleetFolder) -> FleetSession:
    return FleetSession(Location(fleet=fleet.root, environment={**NOBODY, "DB_PASSWORD": "cnryenvironment6"}))


@pytest.mark.parametrize("name", FLEETS)
def test_what_a_server_says(tmp_path: Path, name: str) -> None:
    session = opened(FLEETS[name](tmp_path))
    ada = first_admin_in(services_of(session))
    absent = ("run", "run_id", "rollout", "rollout_id", "person", "evidence", "kept", "token")
    parts = {
        **dict.fromkeys(absent, ("none",)),
        "level": ("client",),
        "cell": ("acme",) if name == "addresses" else ("acme", *BROKEN),
        "name": ("acme",) if name == "addresses" else ("acme", *BROKEN),
        "stack": ("app",),
        "webhook": ("none",),
        "number": ("1",),
        "ending": ("json",),
        "sequence": ("1",),
    }
    leaks = []
    for path, status, text in Server(ada, parts).answers(streams=False):
        assert status != 500, (path, text)
        leaks += [(path, text[max(0, at.start() - 99) : at.end() + 50]) for at in CANARY.finditer(text)]
    assert leaks == []


@pytest.mark.parametrize("name", FLEETS)
def test_what_an_editor_is_told(tmp_path: Path, name: str) -> None:
    told = []
    edited = EditedFleet(opened(FLEETS[name](tmp_path)))
    for path in ("fleet.yaml", "clients/acme.yaml", *(f"clients/{cell}.yaml" for cell in BROKEN)):
        text = edited.text(path)
        told += [f"{item.summary} {item.detail}" for item in edited.findings(path)]
        for line, content in enumerate(text.splitlines()):
            for column in range(0, len(content) + 1, 3):
                told.append(hover(edited, path, line, column))
                told += [str(item) for item in complete(edited, path, line, column)]
    assert len(set(told)) > 30
    assert [item for item in set(told) if CANARY.search(item)] == []


def test_who_may_see_one_cell_is_told_of_no_other(tmp_path: Path) -> None:
    grant = Grant(Role.VIEWER, GrantScope(cells=("client/globex",)))
    hidden = "tags: [cnrytag]\ncnrykey: 1\n"
    ada = browser(make_services(tmp_path, (grant,), globex="{}\n", cnryhidden=hidden))
    absent = ("run", "run_id", "rollout", "rollout_id", "person", "evidence", "kept", "token", "webhook")
    parts = {
        **dict.fromkeys(absent, ("none",)),
        "level": ("client",),
        "cell": ("globex",),
        "name": ("globex",),
        "stack": ("app",),
        "number": ("1",),
        "ending": ("json",),
        "sequence": ("1",),
    }
    for path, _, text in Server(ada, parts).answers(streams=False):
        assert "cnry" not in text, path
    for path in ("/palette?q=", "/cells?q=", "/api/v1/cells?q=", "/runs?q="):
        assert "cnryhidden" not in ada.get(f"{path}cnryhid").text
    for path in ("/cells/client/{}", "/api/v1/cells/client/{}", "/api/v1/units/client/{}/app"):
        there, not_there = (ada.get(path.format(name)) for name in ("cnryhidden", "cnryhiddem"))
        assert there.status_code == not_there.status_code
        assert "cnryhidden" not in not_there.text


def test_what_was_hidden_is_not_written_back(tmp_path: Path) -> None:
    for name, value in BROKEN.items():
        fleet = canary_fleet(tmp_path / name)
        file = fleet.write("clients/acme.yaml", value)
        fleet.write(".gitignore", ".cellwright/\n")
        put_under_git(fleet.root)
        ada = first_admin_in(services_of(opened(fleet)))
        headers = {"x-csrf-token": form_token_of(ada.get("/account").text)}
        path = "/api/v1/cells/client/acme/files"
        given = ada.get(path, headers=headers)
        if given.status_code == 200:
            body = {"files": given.json()["files"], "start": False}
            headers["if-match"] = given.headers["etag"]
            assert ada.put(path, json=body, headers=headers).status_code in range(400, 500), name
        assert file.read_text() == value
