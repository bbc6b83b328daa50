"""Puts the sandbox together: emulator, gateway, server."""

from moto.core.base_backend import BackendDict

from cellwright.sandbox.emulator import Emulator, rest_operation
from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.server import SandboxServer


def assemble(port: int) -> SandboxServer:
    """Make a server for an empty AWS, bound to `port` (0: any free one).

    Raises:
        OSError: the port is taken or forbidden.
    """
    return SandboxServer(Gateway(Emulator().answer, rest_operation, BackendDict.reset), port)
