"""What a grant offers for one provider: its package, what is known of it, and the cut that a unit needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.relay.control import Tally
from cellwright.relay.daemon.catalogue import Learned
from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.packages import Package, PackageError
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.prepared import PreparedAnswers
from cellwright.relay.daemon.provider import ProviderProcess, provider_environment
from cellwright.relay.daemon.spawning import Program, Spawner


@dataclass(frozen=True, slots=True)
class Services:
    """What every connection shares."""

    spawner: Spawner
    prepared: PreparedAnswers
    note: Callable[[str], None]
    """Takes one line for the relay's log. Never given a value that Terraform or a provider sent."""


@dataclass(slots=True)
class Offer:
    """One provider of one grant."""

    services: Services
    address: str
    package: Package
    learned: Learned
    workspace: Path
    types: frozenset[str] | None
    remember: bool
    ahead: bool
    """Whether the command will configure a provider: then one is started while Terraform still loads."""
    tally: Tally = field(default_factory=Tally)

    def count_check(self, seconds: float) -> None:
        """A configuration check was answered that had taken `seconds`."""
        self.tally += Tally(checks=1, seconds=seconds)

    def count_passed(self) -> None:
        """A call goes to a provider."""
        self.tally += Tally(passed=1)

    def schema(self, peer: Peer) -> bytes:
        """The schema answer for a process: cut for the one that the grant was made for, whole for any other.

        A provisioner may start another Terraform elsewhere, which inherits how to reach the relay, but uses
        other types.
        """
        self.tally += Tally(schemas=1, seconds=self.learned.seconds)
        return self.learned.schema.cut(self._types(peer))

    def identities(self, peer: Peer) -> bytes | None:
        """The identity schemas, cut the same way; None if the provider knows no such call."""
        if self.learned.identities is None:
            return None
        return self.learned.identities.cut(self._types(peer))

    async def start(self, peer: Peer) -> ProviderProcess:
        """Start a provider as `peer` would have: in its folder, with its environment.

        Raises:
            ProviderError: it does not start, or its package has changed since the grant.
        """
        try:
            self.package.check()
        except PackageError as fault:
            raise ProviderError(str(fault)) from fault
        self.tally += Tally(started=1)
        program = Program(
            self.package.program, peer.folder, provider_environment(peer.environment), peer.umask
        )
        return await ProviderProcess(self.services.spawner, program).start()

    def _types(self, peer: Peer) -> frozenset[str] | None:
        return self.types if peer.folder == self.workspace else None
