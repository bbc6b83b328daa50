"""Passes connections on: `forward.py PORT PATH ...` listens on TCP ports, each for one Unix socket.

A Unix socket is reached from every network namespace that sees its file; what listens in a namespace is
reached over that namespace's network.
"""

import socket
import sys
import threading
from contextlib import suppress

_AT_ONCE = 1 << 16


def main(arguments: list[str]) -> None:
    """Serve until the process that has started this closes standard input."""
    for port, path in zip(arguments[::2], arguments[1::2], strict=True):
        listening = socket.create_server(("0.0.0.0", int(port)))  # noqa: S104  of a network of its own
        threading.Thread(target=_serve, args=(listening, path), daemon=True).start()
    print("ready", flush=True)  # noqa: T201  a program's output
    sys.stdin.read()


def _serve(listening: socket.socket, path: str) -> None:
    while True:
        here, _ = listening.accept()
        there = socket.socket(socket.AF_UNIX)
        try:
            there.connect(path)
        except OSError:
            here.close()
            continue
        for one, other in ((here, there), (there, here)):
            threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while content := one.recv(_AT_ONCE):
            other.sendall(content)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(sys.argv[1:])
