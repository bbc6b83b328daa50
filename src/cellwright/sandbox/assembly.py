"""Assembles the sandbox: emulator, gateway, server."""

import gc
import threading

from cellwright.sandbox.emulator import Emulator, preload, reset, rest_operation
from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.server import SandboxServer

_ALWAYS_USED = ("sts", "iam", "ec2", "s3", "kms", "logs", "ecs", "ssm")

_RARELY = (1_000, 10, 100)
"""When Python looks for cycles: moto's emulated world is large, and to walk through all of it takes 0.2 s. By
default an account's first call does that twice."""


def assemble(port: int) -> SandboxServer:
    """Make a server for an empty AWS, bound to `port` (0: any free one).

    The services that nearly every fleet uses are loaded in the background while clients still start: EC2
    alone takes a second.

    Raises:
        OSError: the port is taken or forbidden.
    """
    gc.set_threshold(*_RARELY)
    server = SandboxServer(Gateway(Emulator().answer, rest_operation, reset), port)
    threading.Thread(target=preload, args=(_ALWAYS_USED,), daemon=True).start()
    return server
