"""Puts the sandbox together: emulator, gateway, server."""

import threading

from cellwright.sandbox.emulator import Emulator, preload, reset, rest_operation
from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.server import SandboxServer

_ALWAYS_USED = ("sts", "iam", "ec2", "s3", "kms", "logs", "ecs", "ssm")


def assemble(port: int) -> SandboxServer:
    """Make a server for an empty AWS, bound to `port` (0: any free one).

    What nearly every fleet uses is loaded behind its back, while clients are still starting: EC2 alone
    takes a second.

    Raises:
        OSError: the port is taken or forbidden.
    """
    server = SandboxServer(Gateway(Emulator().answer, rest_operation, reset), port)
    threading.Thread(target=preload, args=(_ALWAYS_USED,), daemon=True).start()
    return server
