"""Who is at the other end of a socket: the process, and what a provider must take over from it (Linux)."""

import os
import select
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")
_DEFAULT_UMASK = 0o022


class PeerError(Exception):
    """A process that must not be served, or that is gone."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A process that has opened a connection to the relay."""

    pid: int
    folder: Path
    environment: Mapping[bytes, bytes]
    umask: int
    handle: int
    """A pidfd: readable once the process has ended. Whoever holds the peer closes it."""

    @property
    def alive(self) -> bool:
        """Whether the process still runs (its number then is no other's)."""
        return _alive(self.handle)


def credentials(connection: socket.socket) -> tuple[int, int]:
    """The process and user number that opened a connection.

    Raises:
        PeerError: the system does not say.
    """
    try:
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    except OSError as fault:
        raise PeerError(f"unknown peer: {fault.strerror}") from fault
    pid, user, _ = _CREDENTIALS.unpack(raw)
    return pid, user


def same_user(connection: socket.socket) -> int:
    """The process number of a peer that is this user's.

    Raises:
        PeerError: it is another user's.
    """
    pid, user = credentials(connection)
    if user != os.getuid():
        raise PeerError(f"a process of user {user}")
    return pid


def identify(connection: socket.socket, address: str) -> Peer:
    """Find out who connected to `address`; only a process that was told this very address is served.

    Raises:
        PeerError: another user's, not told the address, or gone.
    """
    pid = same_user(connection)
    try:
        handle = os.pidfd_open(pid)
    except OSError as fault:
        raise PeerError(f"process {pid} is gone") from fault
    try:
        peer = _look(pid, handle)
        _check_told(peer, address)
    except BaseException:
        os.close(handle)
        raise
    return peer


def _check_told(peer: Peer, address: str) -> None:
    if address.encode() not in peer.environment.get(b"TF_REATTACH_PROVIDERS", b""):
        raise PeerError(f"process {peer.pid} was not told this address")


def _look(pid: int, handle: int) -> Peer:
    place = Path("/proc") / str(pid)
    try:
        environment = _parse_environment((place / "environ").read_bytes())
        folder = (place / "cwd").readlink()
        umask = _parse_umask((place / "status").read_text())
    except OSError as fault:
        raise PeerError(f"process {pid}: {fault.strerror}") from fault
    if not _alive(handle):
        # What was read may be another process's that has got the number since.
        raise PeerError(f"process {pid} is gone")
    return Peer(pid, folder, environment, umask, handle)


def _parse_environment(raw: bytes) -> dict[bytes, bytes]:
    pairs = (item.partition(b"=") for item in raw.split(b"\0"))
    return {name: value for name, separator, value in pairs if separator}


def _parse_umask(status: str) -> int:
    for line in status.splitlines():
        if line.startswith("Umask:"):
            return int(line.removeprefix("Umask:"), 8)
    return _DEFAULT_UMASK


def _alive(handle: int) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return not poll.poll(0)
