"""One provider of one grant: its package, its schemas, and the types that the unit uses."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache
from cellwright.relay.daemon.cache.packages import Package, PackageError
from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas, ask_schemas
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.provider_side.handshake import provider_environment
from cellwright.relay.daemon.provider_side.methods import SCHEMA_METHODS
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError, StatusError
from cellwright.relay.daemon.provider_side.spawner_client import Program, ProgramStarter
from cellwright.relay.messages import GrantUsage
from cellwright.terraform.protobuf import ProtobufError
from cellwright.terraform.type_schemas import TypeSchemas


@dataclass(frozen=True, slots=True)
class SharedServices:
    """What all connections of the daemon share."""

    starter: ProgramStarter
    schemas: SchemaCache
    config_checks: ConfigCheckCache
    log: Callable[[str], None]
    """Writes one line to the relay's log. Never given a value that Terraform or a provider sent."""


@dataclass(slots=True)
class ServedProvider:
    """One provider of one grant, and what was done for it so far."""

    services: SharedServices
    address: str
    package: Package
    bare: ProviderSchemas
    """What it answers in the relay's own environment."""
    workspace: Path
    types: frozenset[str] | None
    """Names that may be types which the unit uses; None for the full schema."""
    schema_from_code: bool
    """Whether its schemas depend on nothing but its code; else also the environment decides."""
    cache_checks: bool
    """Whether clean checks of its configuration may be answered from the cache."""
    start_early: bool
    """Whether to start a process while Terraform still loads: the command will configure a provider."""
    usage: GrantUsage = field(default_factory=GrantUsage)
    remembered_for: list[tuple[Peer, ProviderSchemas]] = field(default_factory=list)
    """The processes that got a remembered answer which an environment may change, and that answer."""
    told: dict[str, ProviderSchemas | None] = field(default_factory=dict)
    """What the command was told of the schemas, by digest; None where it is not known what."""

    @property
    def protocol(self) -> int:
        """The protocol that it speaks."""
        return self.bare.protocol

    def count_check(self, seconds: float) -> None:
        """Count a configuration check that was answered from the cache and had taken `seconds`."""
        self.usage += GrantUsage(checks=1, seconds=seconds)

    def count_forwarded(self, *, changing: bool = False) -> None:
        """Count a call that is forwarded to a provider; `changing` if it may change something."""
        self.usage += GrantUsage(forwarded=1, changing=int(changing))

    def count_schema(self, seconds: float) -> None:
        """Count a schema call that was answered from the cache and had taken `seconds`."""
        self.usage += GrantUsage(schemas=1, seconds=seconds)

    def remembered(self, peer: Peer) -> ProviderSchemas | None:
        """What it is known to answer to a process; None if it must be asked."""
        if self.schema_from_code:
            return self.bare
        found = self.services.schemas.remembered(self.package, peer.environment)
        if found is not None:
            self.remembered_for.append((peer, found))
        return found

    def learn(self, peer: Peer, schemas: ProviderSchemas) -> None:
        """Take in what it has answered to a process."""
        self.services.schemas.learn(self.package, peer.environment, schemas)

    async def has_changed(self) -> bool:
        """Whether it now answers otherwise than a process was told that it does, or can't be asked."""
        for peer, told in self.remembered_for:
            try:
                process = await self.start(peer)
                try:
                    found = await ask_schemas(process)
                finally:
                    await process.end()
            except (ProviderError, ProtobufError):
                return True
            if found.digest != told.digest:
                self.learn(peer, found)
                return True
        return False

    def note_told(self, peer: Peer, schemas: ProviderSchemas | None) -> None:
        """Keep what a process was told, if it is the one that the grant was made for.

        None: the provider has answered by itself, with an error or a warning.
        """
        if peer.folder == self.workspace:
            self.told["" if schemas is None else schemas.digest] = schemas

    def schemas_of(self, types: frozenset[str]) -> TypeSchemas | None:
        """The schemas of these types as the command was told; None if that is not known, or in two ways."""
        told = next(iter(self.told.values())) if len(self.told) == 1 else None
        return None if told is None else told.only(types)

    def types_for(self, peer: Peer) -> frozenset[str] | None:
        """The types that a process gets: reduced for the one that the grant was made for, else all.

        A provisioner may start another Terraform elsewhere, which inherits how to reach the relay, but uses
        other types.
        """
        return self.types if peer.folder == self.workspace else None

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
        process = await ProviderProcess(self.services.starter, program).start()
        if self.bare.schema.needs_schema_call:
            with suppress(StatusError):  # the process will say the same to those who really ask
                await process.call(SCHEMA_METHODS[process.protocol], b"")
        return process
