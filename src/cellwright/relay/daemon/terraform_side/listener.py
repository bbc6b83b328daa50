"""The socket by which Terraform reaches one provider of one grant."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from cellwright.relay.daemon.peer import identify
from cellwright.relay.daemon.served_provider import ServedProvider
from cellwright.relay.daemon.terraform_side.terraform_connection import TerraformConnection
from cellwright.relay.daemon.terraform_side.terraform_process import TerraformProcess


class ProviderListener:
    """Listens for one provider of one grant, and keeps the Terraform processes that have connected."""

    def __init__(
        self,
        provider: ServedProvider,
        path: Path,
        in_background: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self.provider = provider
        self.path = path
        self._in_background = in_background
        self._server: asyncio.Server | None = None
        self._processes: dict[int, TerraformProcess] = {}

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the socket can't be made.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(
            lambda: TerraformConnection(self.provider, self._admit).http2, str(self.path)
        )

    @property
    def busy(self) -> bool:
        """Whether a Terraform process is connected."""
        return bool(self._processes)

    def close(self) -> None:
        """Take no more connections; existing ones stay."""
        if self._server is not None:
            self._server.close()
        self.path.unlink(missing_ok=True)

    async def end(self) -> None:
        """Close, and end every provider process that was started."""
        self.close()
        await asyncio.gather(*(process.end() for process in tuple(self._processes.values())))

    def _admit(self, connection: TerraformConnection) -> TerraformProcess:
        """Find the process that has connected; a process number that was reused is a new process.

        Raises:
            PeerError: the process may not be served.
        """
        peer = identify(connection.http2.socket, str(self.path))
        known = self._processes.get(peer.pid)
        if known is not None and known.serving:
            os.close(peer.handle)
            return known
        self.provider.services.log(f"terraform process {peer.pid} has connected to {self.provider.address}")
        self._processes[peer.pid] = TerraformProcess(self.provider, peer, self._remove)
        return self._processes[peer.pid]

    def _remove(self, process: TerraformProcess) -> None:
        if self._processes.get(process.peer.pid) is process:
            del self._processes[process.peer.pid]
        self._in_background(process.end())
