"""The process at the other end of a socket: who it is, and whether it may be served."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.linux import has_ended, open_process, peer_credentials, process_context


class PeerError(Exception):
    """A process that must not be served, or that is gone."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A process that has connected, and what a provider started for it takes over from it."""

    pid: int
    folder: Path
    environment: Mapping[bytes, bytes]
    umask: int
    handle: int
    """A handle on the process (see `linux.open_process`). The owner of the peer closes it."""

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return not has_ended(self.handle)


def check_same_user(connection: socket.socket) -> int:
    """Check that a connection comes from this user, and return the process number.

    Raises:
        PeerError: it comes from another user, or the system can't tell.
    """
    try:
        pid, user = peer_credentials(connection)
    except OSError as fault:
        raise PeerError(f"unknown process: {fault.strerror}") from fault
    if user != os.getuid():
        raise PeerError(f"a process of user {user}")
    return pid


def identify(connection: socket.socket, address: str) -> Peer:
    """Find out which process connected to `address`; only one that was given this very address is served.

    Raises:
        PeerError: another user's process, one that was not given the address, or one that is gone.
    """
    pid = check_same_user(connection)
    try:
        handle = open_process(pid)
    except OSError as fault:
        raise PeerError(f"process {pid} is gone") from fault
    try:
        peer = _read(pid, handle)
        _check_address(peer, address)
    except BaseException:
        os.close(handle)
        raise
    return peer


def _check_address(peer: Peer, address: str) -> None:
    if address.encode() not in peer.environment.get(b"TF_REATTACH_PROVIDERS", b""):
        raise PeerError(f"process {peer.pid} was not given this address")


def _read(pid: int, handle: int) -> Peer:
    try:
        context = process_context(pid)
    except OSError as fault:
        raise PeerError(f"process {pid}: {fault.strerror}") from fault
    if has_ended(handle):
        # What was read may belong to another process that has been given the number since.
        raise PeerError(f"process {pid} is gone")
    return Peer(pid, context.folder, context.environment, context.umask, handle)
