"""A fleet as it was loaded at one moment: settings with their findings, stacks, policies."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cellwright.app.session.binaries.environments import with_environment_findings
from cellwright.app.session.binaries.programs import refuse_program, with_program_findings
from cellwright.app.session.findings import (
    with_address_findings,
    with_capacity_findings,
    with_policy_findings,
    with_worker_findings,
)
from cellwright.app.session.home import Home
from cellwright.app.session.policies import ReadPolicies, read_policies
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.fleet import (
    ApprovalSettings,
    ArtifactSettings,
    AuditSettings,
    Fleet,
    LedgerSettings,
    Level,
    PolicySettings,
    TerraformSettings,
)
from cellwright.fleet.load.entry import load_alike, load_fleet, load_planned, with_planned
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.load.unit_table import CellObserver, PartialObserver
from cellwright.fleet.pools import Addressing
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress
from cellwright.model.binary import BinarySettings, Product
from cellwright.model.diagnostic import DiagnosticError, Severity, error, has_errors
from cellwright.model.once import OncePerKey
from cellwright.model.settings.build_settings import BuildSettings
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.unit import StackPin
from cellwright.planning.fingerprint import StackFacts
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.contract import Contract
from cellwright.stacks.source.address import LocalSource, parse_source
from cellwright.stacks.source.tree import StackTree

if TYPE_CHECKING:  # most commands merge nothing: their cells come from the cache
    from cellwright.app.session.known_secrets import KnownSecrets
    from cellwright.fleet.load.new_cell import NewCell
    from cellwright.fleet.resolve.merge import Setting
    from cellwright.model.settings.console_settings import ConsoleSettings
    from cellwright.model.settings.drift_settings import DriftSettings
    from cellwright.model.settings.rollout_settings import RolloutsSettings

_NARROW_KEPT = 16
"""So many snapshots of parts of the fleet are kept, those that were asked for last."""


class LoadCancelledError(DiagnosticError):
    """A load was cancelled before the fleet was whole."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of a fleet as the engine asks for them."""

    catalogue: Catalogue
    product_of: Callable[[BinarySettings], Product]
    """Which product these settings mean; it is started only where nothing else says it."""

    def facts(self, pin: StackPin) -> StackFacts:
        """Give what a fingerprint needs of a stack."""
        tree = self.catalogue.tree(pin)
        contract = self.catalogue.contract(pin)
        # What is ephemeral may be recorded no more than what is sensitive.
        ephemeral = frozenset(item.name for item in contract.variables.values() if item.ephemeral)
        secret = ephemeral.union(item.name for item in contract.variables.values() if item.sensitive)
        outputs = {item.name: item.sensitive for item in contract.outputs.values()}
        return StackFacts(tree.digest, tree.label, secret, outputs, ephemeral, contract.fetches)

    def both(self, pin: StackPin) -> tuple[StackTree, StackFacts]:
        """Give the source tree and the facts."""
        return self.catalogue.tree(pin), self.facts(pin)


MakeObserver: TypeAlias = Callable[[Home, Stacks], CellObserver]
"""Makes the callback for each cell that a load resolves."""

Cancelled: TypeAlias = Callable[[], bool]
"""Whether whoever asked wants the answer no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A fleet, or a part of it, as it was when it was loaded. Safe to share between threads."""

    home: Home
    fleet: Fleet
    """Its findings include those about environments, addresses and policies."""
    stacks: Stacks
    policies: ReadPolicies

    def without_errors(self, concerning: CellAddress | None = None) -> "Snapshot":
        """Give this snapshot if the fleet has no errors.

        Conflicts stop only the cells that they name: they count if `concerning` is one of these.

        Raises:
            DiagnosticError: it has; all of them.
        """
        elsewhere = {item.finding for item in self.fleet.conflicts if concerning not in item.cells}
        found = [item for item in self.fleet.diagnostics if item not in elsewhere]
        if has_errors(found):
            raise DiagnosticError(*(item for item in found if item.severity is Severity.ERROR))
        return self


@dataclass(frozen=True, slots=True)
class Planned:
    """A cell as it will be once its files are written; nothing is written or kept."""

    snapshot: Snapshot
    """That cell and the levels below it."""
    merged: "Setting | None"
    """Its settings with what each layer says; None if they can't be read."""


class Snapshots:
    """Loads a fleet, each scope once, with one stack catalogue and one reading of the policies for all."""

    def __init__(self, home: Home, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = environment
        self._products: OncePerKey[BinarySettings, Product] = OncePerKey()
        catalogue = Catalogue(home.root, home.cache, environment, self.product_of)
        self._stacks = Stacks(catalogue, self.product_of)
        self._whole: OncePerKey[None, Snapshot] = OncePerKey()
        self._narrow: OncePerKey[Scope, Snapshot] = OncePerKey(_NARROW_KEPT)
        self._policies: OncePerKey[object, ReadPolicies] = OncePerKey()

    def get(
        self, scope: Scope | None, observer: MakeObserver | None = None, cancelled: Cancelled | None = None
    ) -> Snapshot:
        """Give the fleet, or the part of it that `scope` names; loaded now if it was not before.

        An `observer` is called during a load only; where none is needed it sees nothing. `cancelled` is asked
        after each cell that the load resolves.

        Raises:
            LoadCancelledError: the load was cancelled; nothing is kept of it but the cache.
        """
        if scope is None:
            return self._whole.get(None, lambda: self._load(None, observer, cancelled))
        return self._narrow.get(scope, lambda: self._load(scope, observer, cancelled))

    def alike(self, files: FleetFiles, known: KnownCells, observer: MakeObserver) -> Snapshot | None:
        """Load the whole fleet from these files, beginning with cells that are known from another revision.

        Nothing of it is kept. None if these cells are of no use; the folder may lack files that were put.
        """
        home, contract = self._home, self._stacks.catalogue.contract
        fleet = load_alike(files, contract, home.cache, known, observer(home, self._stacks))
        return self._with_findings(fleet) if fleet is not None else None

    def levels(self) -> tuple[Level, ...]:
        """Give the levels that fleet.yaml declares; reads no cell."""
        return self._configuration().levels

    def count_cells(self) -> int:
        """Count the cells of all levels by their files; reads no cell."""
        files = FleetFiles(self._home.root)
        return sum(len(find_cells(files, level.cells, level.position).cells) for level in self.levels())

    def audit(self) -> tuple[str, AuditSettings]:
        """Give the fleet's name, and how its audit trail is anchored; reads no cell."""
        configuration = self._configuration()
        return configuration.name, configuration.audit

    def artifacts(self) -> ArtifactSettings | None:
        """Give where logs and plans lie that other machines need; reads no cell."""
        return self._configuration().artifacts

    def ledger(self) -> LedgerSettings | None:
        """Give where the fleet's ledger is; reads no cell."""
        return self._configuration().ledger

    def webhook_hosts(self) -> tuple[str, ...]:
        """Give the private hosts and networks that webhooks may reach; reads no cell."""
        return self._configuration().webhook_hosts

    def secret_sources(self) -> Mapping[str, SecretSettings]:
        """Give the sources of secrets that fleet.yaml declares; reads no cell."""
        return self._configuration().secrets

    def console(self) -> "ConsoleSettings":
        """Give what fleet.yaml says of the console; reads no cell.

        Raises:
            DiagnosticError: `console:` has faults, or fleet.yaml as a whole can't be used; all of them.
        """
        configuration, findings = read_configured(FleetFiles(self._home.root), self._home.cache)
        if (settings := configuration.operating().console) is None:
            raise DiagnosticError(*findings)
        return settings

    def approvals(self) -> ApprovalSettings:
        """Give who may answer for plans; reads no cell.

        Raises:
            DiagnosticError: `approvals:` has faults, or fleet.yaml as a whole can't be used; all of them.
        """
        configuration, findings = read_configured(FleetFiles(self._home.root), self._home.cache)
        if configuration.approvals is None:
            raise DiagnosticError(*findings)
        return configuration.approvals

    def builds(self) -> BuildSettings:
        """Give whose builds are believed; reads no cell.

        Where fleet.yaml as a whole can't be used, none is and none is demanded: little but stopping runs is
        possible then, and nobody is to be kept from that.

        Raises:
            DiagnosticError: `builds:` has faults; all of them.
        """
        configuration, findings = read_configured(FleetFiles(self._home.root), self._home.cache)
        if configuration.builds is None and configuration.levels:
            raise DiagnosticError(*findings)
        return configuration.builds or BuildSettings()

    def rollouts(self) -> "RolloutsSettings":
        """Give what fleet.yaml says of rollouts; reads no cell.

        Raises:
            DiagnosticError: that has faults, or fleet.yaml as a whole can't be used; all of them.
        """
        configuration, findings = read_configured(FleetFiles(self._home.root), self._home.cache)
        if (settings := configuration.operating().rollouts) is None:
            raise DiagnosticError(*findings)
        return settings

    def drift(self) -> "DriftSettings":
        """Give what fleet.yaml says of looks for drift; as `rollouts`."""
        configuration, findings = read_configured(FleetFiles(self._home.root), self._home.cache)
        if (settings := configuration.operating().drift) is None:
            raise DiagnosticError(*findings)
        return settings

    def terraform(self) -> TerraformSettings:
        """Give what fleet.yaml says of Terraform; reads no cell."""
        return self._configuration().terraform

    def addresses(self) -> Addressing:
        """Give the address space that fleet.yaml sets aside; reads no cell."""
        return self._configuration().addresses

    def new_cell(self, cell: CellAddress, *files: str) -> "NewCell":
        """Give what resolves a cell with one text of its first file after the other; none has to be there."""
        home = self._home
        from cellwright.fleet.load.new_cell import NewCell  # noqa: PLC0415  for forms and editors

        return NewCell(home.root, self._stacks.catalogue.contract, home.cache, cell, files)

    def planned(self, cell: CellAddress, files: Mapping[str, str]) -> Planned:
        """Give a cell as it will be once its files are written, with the levels below it and all findings."""
        from cellwright.fleet.explain import merged_settings  # noqa: PLC0415  few use cases plan a file

        home = self._home
        contract = self._stacks.catalogue.contract
        loaded = load_planned(home.root, contract, home.cache, cell, files)
        snapshot = self._with_findings(loaded)
        return Planned(snapshot, merged_settings(loaded, cell, with_planned(home.root, files)))

    def product_of(self, binary: BinarySettings) -> Product:
        """Tell which product these settings mean; starts it only where nothing else says it.

        Raises:
            DiagnosticError: it is neither Terraform nor OpenTofu, or can't be started.
        """
        from cellwright.app.session.binaries.toolchain import product_of  # noqa: PLC0415  it brings Terraform's rooms

        def ask() -> Product:
            self.refuse_program(binary)
            patterns = self._configuration().terraform.environment_pass
            return product_of(binary, patterns, self._home.root, self._environment)

        return self._products.get(binary, ask)

    def refuse_program(self, binary: BinarySettings) -> None:
        """Refuse a program that fleet.yaml does not name, before it is started.

        Raises:
            DiagnosticError: it is another one.
        """
        configuration = self._configuration()
        refuse_program(binary, configuration.terraform, configuration.levels)

    def _configuration(self) -> Configuration:
        files = FleetFiles(self._home.root)
        return read_configured(files, self._home.cache)[0]

    def known_secrets(self) -> "KnownSecrets":
        """Tell which keys hold secrets, as far as was loaded; loads nothing."""
        configuration = self._configuration()
        loaded = chain(self._whole.made(), self._narrow.made())
        cells = [cell for snapshot in loaded for cell in snapshot.fleet.cells.values()]
        contracts = self._stacks.catalogue.known_contracts()
        from cellwright.app.session.known_secrets import known_secrets  # noqa: PLC0415  for who shows files

        return known_secrets(configuration.levels, configuration.sensitive_keys, contracts, cells)

    def contract(self, pin: StackPin) -> Contract:
        """Give the contract of a stack."""
        return self._stacks.catalogue.contract(pin)

    def local_folders(self) -> set[Path]:
        """Give the folders of this machine from which stacks are taken, as far as is known."""
        found = self._stacks.catalogue.local_folders()
        for stack in chain.from_iterable(level.stacks.values() for level in self.levels()):
            # What is no source is a finding of the fleet.
            with suppress(DiagnosticError):
                source = parse_source(stack.source, stack.version)
                if isinstance(source, LocalSource):
                    found.add(self._home.root / source.path)
        return found

    def forget_cells(self) -> None:
        """Load the fleet again when it is next asked for; stacks and policies are as they were."""
        self._whole.clear()
        self._narrow.clear()

    def _load(
        self, scope: Scope | None, observer: MakeObserver | None, cancelled: Cancelled | None
    ) -> Snapshot:
        home = self._home
        home.check()  # again: a session may outlive many commits
        observing = observer(home, self._stacks) if observer is not None else None
        if cancelled is not None:
            observing = _until_cancelled(observing, cancelled)
        return self._with_findings(
            load_fleet(home.root, self._stacks.catalogue.contract, home.cache, scope, observing)
        )

    def _with_findings(self, loaded: Fleet) -> Snapshot:
        """Make a snapshot of what was loaded, with the findings that are made of all of it."""
        home = self._home
        fleet = with_program_findings(with_environment_findings(with_address_findings(loaded)))
        fleet = with_worker_findings(with_capacity_findings(fleet), self._configuration())
        policies = self._read_policies(fleet)
        return Snapshot(
            home=home, fleet=with_policy_findings(fleet, policies), stacks=self._stacks, policies=policies
        )

    def _read_policies(self, fleet: Fleet) -> ReadPolicies:
        return self._policies.get(_key(fleet.policies), lambda: read_policies(fleet))


def _until_cancelled(observer: CellObserver | None, cancelled: Cancelled) -> CellObserver:
    """Call `observer` for each cell, and end the load when it is cancelled."""

    def observe(cell: ResolvedCell) -> None:
        if cancelled():
            raise LoadCancelledError(error("loading the fleet was cancelled", "nothing was changed"))
        if observer is not None:
            observer(cell)

    sees_all = observer is not None and not isinstance(observer, PartialObserver)
    return observe if sees_all else PartialObserver(observe)


def _key(settings: PolicySettings) -> tuple[object, ...]:
    """Give what tells these settings from others, as a key of a mapping."""
    return (settings.folder, settings.folder_position, settings.ignored, *settings.packs.items())
