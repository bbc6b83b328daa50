"""A fleet without errors and its ledger: what one use case works with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.app.session.home import Home
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.fleet.fleet import Fleet
from cellwright.planning.digest import Digester

if TYPE_CHECKING:
    from cellwright.app.session.session import FleetSession
    from cellwright.ledger.opening import Ledger
    from cellwright.secrets.reader import SecretReader


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFleet:
    """A snapshot without errors and the ledger: what one use case works with, however long it takes."""

    session: "FleetSession"
    snapshot: Snapshot
    ledger: "Ledger"
    digester: Digester
    secrets: "SecretReader"

    @property
    def home(self) -> Home:
        """Where Cellwright keeps its own files."""
        return self.snapshot.home

    @property
    def fleet(self) -> Fleet:
        """The settings."""
        return self.snapshot.fleet

    @property
    def stacks(self) -> Stacks:
        """The stacks."""
        return self.snapshot.stacks
