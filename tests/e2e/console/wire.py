"""The wire between a browser and a server, which a test cuts: what was connected breaks off."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 65_536


@dataclass
class Wire:
    """Passes connections to a port of this machine on, until it is cut."""

    port: int
    listening: socket.socket
    connected: list[socket.socket] = field(default_factory=list)
    passing: list[threading.Thread] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.listening.getsockname()[1]}"

    def cut(self) -> None:
        """Break off all that is connected."""
        for end in self.connected:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End what passes something on."""
        self.cut()
        for thread in self.passing:
            thread.join()
        for end in self.connected:
            end.close()

    def serve(self) -> None:
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:  # closed
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            self.connected += [near, far]
            for ends in ((near, far), (far, near)):
                self.passing.append(threading.Thread(target=_pass_on, args=ends))
                self.passing[-1].start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while found := source.recv(_CHUNK):
            target.sendall(found)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """Lay a wire to a port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        wire = Wire(port, listening)
        thread = threading.Thread(target=wire.serve)
        thread.start()
        try:
            yield wire
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            wire.close()
