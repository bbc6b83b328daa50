"""What a session gives without its own cells: fleet.yaml section by section, and another revision."""

from contextlib import suppress
from typing import TYPE_CHECKING

from cellwright.app.session.repository.fleet_repository import FleetRepository
from cellwright.app.session.snapshot import MakeObserver, Snapshot, Snapshots
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import ApprovalSettings, LedgerSettings, Level, TerraformSettings
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.pools import Addressing
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.build_settings import BuildSettings

if TYPE_CHECKING:  # few commands ask for these
    from cellwright.model.settings.console_settings import ConsoleSettings
    from cellwright.model.settings.drift_settings import DriftSettings
    from cellwright.model.settings.rollout_settings import RolloutsSettings


class FleetSections:
    """The part of a session that loads none of its cells."""

    source: FleetRepository
    _snapshots: Snapshots

    def snapshot_alike(self, files: FleetFiles, known: KnownCells, observer: MakeObserver) -> Snapshot | None:
        """Give the fleet as these files have it, as `Snapshots.alike`; the session keeps nothing of it."""
        return self._snapshots.alike(files, known, observer)

    def named_ledger(self) -> LedgerSettings | None:
        """Give the ledger that fleet.yaml names; loads no cell."""
        return self._snapshots.ledger()

    def levels(self) -> tuple[Level, ...]:
        """Give the levels that fleet.yaml declares, without loading any cell."""
        with self.source.reading():
            return self._snapshots.levels()

    def count_cells(self) -> int:
        """Count the cells of all levels by their files, without loading any."""
        with self.source.reading():
            return self._snapshots.count_cells()

    def terraform(self) -> TerraformSettings:
        """Give what fleet.yaml says of Terraform; the defaults if it can't be read. Loads no cell."""
        with self.source.reading(), suppress(DiagnosticError):
            return self._snapshots.terraform()
        return TerraformSettings()

    def addresses(self) -> Addressing:
        """Give the address space that fleet.yaml sets aside, without loading any cell."""
        with self.source.reading():
            return self._snapshots.addresses()

    def webhook_hosts(self) -> tuple[str, ...]:
        """Give the private hosts and networks that webhooks may reach, by fleet.yaml."""
        return self._snapshots.webhook_hosts()

    def approvals(self) -> ApprovalSettings:
        """Give who may answer for plans; loads no cell. Raises its faults as DiagnosticError."""
        return self._snapshots.approvals()

    def builds(self) -> BuildSettings:
        """Give whose builds are believed, and whether others may act. Raises the faults of `builds:`."""
        return self._snapshots.builds()

    def rollouts(self) -> "RolloutsSettings":
        """Give what fleet.yaml says of rollouts; as `approvals`."""
        return self._snapshots.rollouts()

    def drift(self) -> "DriftSettings":
        """Give when units are looked at for drift, and how many at the most; as `approvals`."""
        return self._snapshots.drift()

    def console(self) -> "ConsoleSettings":
        """Give what fleet.yaml says of the console; loads no cell. Raises its faults as DiagnosticError."""
        return self._snapshots.console()

    def kept_logs(self) -> int | None:
        """Give for how many days the artifact store keeps logs; None: as long as their runs' details."""
        settings = self._snapshots.artifacts()
        return settings.keep_logs if settings is not None else None
