"""A server of a small fleet on a port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services
from patience import PATIENCE
from unit.app.kit import NOBODY, make_run
from unit.console.kit import TOKEN
from unit.console.rest.kit import services_that_run


@dataclass(frozen=True)
class Served:
    """A fleet, and the address under which it is served."""

    root: Path
    address: str
    services: Services


@contextmanager
def serving(root: Path, services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a fleet, with this process's environment set for its server."""
    listening = listen(Listening(port=0))
    ready = threading.Event()
    server = ConsoleServer(create_application(services), listening, (), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        environment = {**services.session.environment, "CELLWRIGHT_TOKEN": TOKEN}
        for name, value in {**NOBODY, **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(root)
        yield Served(root, address_of(listening), services)
    finally:
        server.stop()
        thread.join()
        services.session.close()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A fleet with a run in its ledger."""
    services = services_that_run(tmp_path)
    services.session.ledger(writing=True).recorder.start_run(make_run("20261126-101010-aaaa"))
    with serving(tmp_path, services, monkeypatch) as found:
        yield found
