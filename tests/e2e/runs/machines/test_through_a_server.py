"""Commands that change something, asked of a server that carries the run out with the real Terraform."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.app.runs.hosting.host import QueueHost
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.cli.main import main
from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services, WebSettings
from e2e.kit.fleet import FleetFolder, make_fleet
from patience import PATIENCE
from unit.console.kit import TOKEN, OneVisitor, visitor_with


@dataclass(frozen=True)
class Served:
    fleet: FleetFolder
    address: str


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    fleet = make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {"acme": {}})
    session = FleetSession(Location(fleet=fleet.root, environment=dict(os.environ)))
    listening = listen(Listening(port=0))
    ready = threading.Event()
    with session, QueueHost(session) as host:
        services = Services(
            session=session,
            visitors=OneVisitor(visitor_with()),
            host=host,
            settings=WebSettings(address=address_of(listening)),
        )
        server = ConsoleServer(create_application(services), listening, (), ready.set)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            assert ready.wait(PATIENCE)
            monkeypatch.setenv("CELLWRIGHT_TOKEN", TOKEN)
            monkeypatch.setenv("CELLWRIGHT_SERVER", address_of(listening))
            monkeypatch.chdir("/")
            yield Served(fleet, address_of(listening))
        finally:
            server.stop()
            thread.join()


@pytest.mark.terraform
def test_a_client_is_applied_planned_again_and_looked_at(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "--yes", "--reason", "first", "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["status"] == "succeeded"
    assert [(unit["address"], unit["outcome"]) for unit in report["units"]] == [
        ("client/acme/a", "applied"),
        ("client/acme/b", "applied"),
    ]
    assert report["units"][0]["plan"]["changes"]
    assert "client/acme/a" in said.err, "progress is shown as it happens"
    assert served.fleet.desk.lines() == ["begin acme-a", "done acme-a", "begin acme-b", "done acme-b"]

    assert main(["plan", "--all", "--json"]) == 0
    assert {unit["outcome"] for unit in json.loads(capsys.readouterr().out)["units"]} == {"unchanged"}

    assert main(["logs", report["run"], "client/acme/a"]) == 0
    assert "Apply complete" in capsys.readouterr().out
    assert main(["events", "--json"]) == 0
    started = [item for item in json.loads(capsys.readouterr().out) if item["action"] == "run.started"]
    assert (started[0]["actor"], started[0]["reason"]) == ("Ada Lovelace", "first")

    served.fleet.cell("acme", {"stacks": {"b": {"enabled": False}}})
    assert main(["apply", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "client/acme/b waits to be destroyed" in told
    assert "destroy with: cellwright apply client/acme/b" in told
