"""Assembles the sandbox: emulator, gateway, server."""

import threading
from collections.abc import Callable

from cellwright.sandbox.emulator import Emulator, preload, reset, rest_operation
from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.server import SandboxServer

_ALWAYS_USED = ("sts", "iam", "ec2", "s3", "kms", "logs", "ecs", "ssm")


def assemble(port: int, loaded: Callable[[], object] = lambda: None) -> SandboxServer:
    """Make a server for an empty AWS, bound to `port` (0: any free one).

    The services that nearly every fleet uses are loaded in the background while clients still start: EC2
    alone takes a second. `loaded` is called after the code of each was.

    Raises:
        OSError: the port is taken or forbidden.
    """
    server = SandboxServer(Gateway(Emulator(loaded).answer, rest_operation, reset), port)
    threading.Thread(target=preload, args=(_ALWAYS_USED,), daemon=True).start()
    return server
