"""A console that is served in this process while a test drives a browser."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services
from patience import PATIENCE
from unit.app.people.kit import SetClock


class RightClock(SetClock):
    """The present moment, for browsers and providers that have a clock of their own."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def served(services_at: Callable[[str], Services], host: str = "localhost") -> Iterator[tuple[str, Services]]:
    """Serve what `services_at` makes for an address; `host` is what the browser calls this machine."""
    listening = listen(Listening(port=0))
    address = address_of(listening).replace("127.0.0.1", host)
    services = services_at(address)
    ready = threading.Event()
    server = ConsoleServer(create_application(services), listening, (), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield address, services
    finally:
        server.stop()
        thread.join()
