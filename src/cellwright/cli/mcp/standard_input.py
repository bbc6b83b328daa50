"""A standard input that can be ended from inside: the SDK reads it in a thread that nothing interrupts."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_STANDARD_INPUT = 0
_PIECE = 65_536


@contextmanager
def standard_input(told: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Pass standard input on through a socket while the block lasts; gives what ends it, as a client would.

    A signal handler may call it. `told` is called once it has ended, whoever did that.
    """
    given = os.dup(_STANDARD_INPUT)
    read, written = socket.socketpair()
    os.dup2(read.fileno(), _STANDARD_INPUT)
    read.close()

    def end() -> None:
        told()
        with suppress(OSError):
            written.shutdown(socket.SHUT_WR)

    # A daemon, because it may wait for a client that says nothing more when the process ends.
    threading.Thread(target=_pass_on, args=(given, written, end), daemon=True).start()
    try:
        yield end
    finally:
        end()
        os.dup2(given, _STANDARD_INPUT)


def _pass_on(given: int, written: socket.socket, end: Callable[[], None]) -> None:
    with suppress(OSError):  # it was ended from inside
        while piece := os.read(given, _PIECE):
            written.sendall(piece)
    end()
