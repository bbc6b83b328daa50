"""One provider of one grant: its package, its schemas, and the types that the unit uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache
from cellwright.relay.daemon.cache.packages import Package, PackageError
from cellwright.relay.daemon.cache.schema_cache import ProviderSchemas
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.provider_side.handshake import provider_environment
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.provider_side.spawner_client import Program, ProgramStarter
from cellwright.relay.messages import GrantUsage


@dataclass(frozen=True, slots=True)
class SharedServices:
    """What all connections of the daemon share."""

    starter: ProgramStarter
    config_checks: ConfigCheckCache
    log: Callable[[str], None]
    """Writes one line to the relay's log. Never given a value that Terraform or a provider sent."""


@dataclass(slots=True)
class ServedProvider:
    """One provider of one grant, and what was done for it so far."""

    services: SharedServices
    address: str
    package: Package
    schemas: ProviderSchemas
    workspace: Path
    types: frozenset[str] | None
    """Names that may be types which the unit uses; None for the full schema."""
    cache_checks: bool
    """Whether clean checks of its configuration may be answered from the cache."""
    start_early: bool
    """Whether to start a process while Terraform still loads: the command will configure a provider."""
    usage: GrantUsage = field(default_factory=GrantUsage)

    def count_check(self, seconds: float) -> None:
        """Count a configuration check that was answered from the cache and had taken `seconds`."""
        self.usage += GrantUsage(checks=1, seconds=seconds)

    def count_forwarded(self) -> None:
        """Count a call that is forwarded to a provider."""
        self.usage += GrantUsage(forwarded=1)

    def schema(self, peer: Peer) -> bytes:
        """The schema answer for a process: reduced for the one that the grant was made for, else full.

        A provisioner may start another Terraform elsewhere, which inherits how to reach the relay, but uses
        other types.
        """
        self.usage += GrantUsage(schemas=1, seconds=self.schemas.seconds)
        return self.schemas.schema.only(self._types(peer))

    def identities(self, peer: Peer) -> bytes | None:
        """The identity schemas, reduced in the same way; None if the provider does not support the call."""
        if self.schemas.identities is None:
            return None
        return self.schemas.identities.only(self._types(peer))

    async def start(self, peer: Peer) -> ProviderProcess:
        """Start a provider as the process `peer` would have: in its folder, with its environment.

        Raises:
            ProviderError: it does not start, or its package has changed since the grant.
        """
        try:
            self.package.check()
        except PackageError as fault:
            raise ProviderError(str(fault)) from fault
        self.usage += GrantUsage(started=1)
        program = Program(
            self.package.program, peer.folder, provider_environment(peer.environment), peer.umask
        )
        return await ProviderProcess(self.services.starter, program).start()

    def _types(self, peer: Peer) -> frozenset[str] | None:
        return self.types if peer.folder == self.workspace else None
