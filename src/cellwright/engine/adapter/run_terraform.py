"""Opens working folders for the unit step, reads states, and cleans up what crashes left in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.engine.adapter.logs import log_path
from cellwright.engine.adapter.unit_runner import UnitRunner, remove_left, remove_plans
from cellwright.engine.adapter.values import RealValues
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.orphan import recorded_backend
from cellwright.engine.unit.ports import NoDepot, NoStateDepot, PlanDepot, StateDepot
from cellwright.files.names import unit_path
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.binary import BinarySettings
from cellwright.model.runs.progress import Phase, PhaseEntered, Reporter, SilentReporter
from cellwright.model.runs.run import RunUnit
from cellwright.model.text.own_values import OwnValues
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.model.value import Json
from cellwright.planning.binding import substitute
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import backend_digest
from cellwright.secrets.reader import SecretReader
from cellwright.stacks.contract import Contract
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.states.state_reader import (
    EncryptedStateError,
    StateSnapshot,
    content_at,
    is_encrypted,
    mark_of,
    read_state,
)
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.process.process import NoCommand, adopt
from cellwright.terraform.process.unit_lock import UnitLock, UnitLockedError
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.dialect import may_encrypt
from cellwright.terraform.unit.recovery import recover_unit
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.state_before import drop_state_before
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings, complete_backend, local_state_path
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.variables import InputValue

_LOOKS, _LOOK = 120, 0.5
"""How often, and with which pause in seconds, to look whether a folder for reading is free."""

_NO_SOURCE = StackTree(files=(), module=".", digest="none", label="", commit=None, folder=Path())
"""Enough to read a state: that needs a backend and nothing else."""


@dataclass(frozen=True, slots=True)
class LocalPaths:
    """Where a fleet's working folders, states and logs lie on this machine."""

    work: Path
    states: Path
    logs: Path

    def folder(self, unit: UnitAddress) -> UnitFolder:
        """The working folder of a unit."""
        return UnitFolder(unit_path(self.work, unit))

    def reading(self, unit: UnitAddress) -> UnitFolder:
        """A second folder for a unit's state, so that reading it disturbs nobody who works there."""
        return UnitFolder(unit_path(self.work / ".states", unit))


@dataclass(slots=True, kw_only=True)
class RunTerraform:
    """Terraform for the units of one run."""

    run: str
    comparable: str
    """What the run's plans are compared within: its own id, or that of the rollout it is a part of."""
    places: LocalPaths
    units: Mapping[UnitAddress, Unit]
    contracts: Callable[[StackPin], Contract]
    trees: Callable[[StackPin], StackTree]
    toolchains: Callable[[BinarySettings], Toolchain]
    """The toolchain of these settings; made when it is first needed."""
    binary_of: Callable[[UnitAddress, AppliedUnit | None], BinarySettings]
    """What runs a unit that may not be in the fleet any more; it is told what is recorded of it."""
    root: Path
    """The fleet's root, absolute."""
    ledger: Ledger
    digester: Digester
    reporter: Reporter
    own: Callable[[UnitAddress], OwnValues] | None = None
    """What is a cell's own, where the run is part of a rollout: the shapes of its plans leave it out."""
    plan_parts: frozenset[str] | None = None
    """The parts of a plan's JSON that its judges look at; None: all of them."""
    secrets: SecretReader = field(default_factory=SecretReader)
    depot: PlanDepot = field(default_factory=NoDepot)
    states: StateDepot = field(default_factory=NoStateDepot)
    values: RealValues = field(init=False)
    _elsewhere: Cancellation = field(init=False, default_factory=Cancellation)
    """Reaches what no `UnitRunner` started: interrupted applies that are waited for, states that are read."""

    def __post_init__(self) -> None:
        """Let sensitive outputs be read from the states of their units."""
        self.values = RealValues(self.ledger, self.digester, self.state_of, self.secrets)

    def open(self, task: UnitTask, attempt_id: str, keep: Path | None = None) -> UnitRunner:
        """Make the working folder ready for `task`; what is started there bears the attempt's name.

        Of what an earlier process has left in it only the plan file `keep` stays.

        Raises:
            DiagnosticError: it can't be made, is in use, or a value can't be had.
        """
        address = task.part.address
        self.reporter.report(PhaseEntered(address, Phase.PREPARING))
        cancellation = Cancellation()
        request = self._request(task, attempt_id)
        toolchain = self.toolchains(task.unit.stack.binary)
        terraform = UnitTerraform.open(request, toolchain, self.reporter, cancellation)
        request.folder.commands.discard_output()  # a crash may have left it, with secrets in clear
        remove_plans(request.folder, keep)
        previous = None
        if task.moved_from is not None:
            previous = complete_backend(_settings(task.moved_from), address, self.places.states, self.root)
        binary = toolchain.binary.identity
        return UnitRunner(
            task,
            terraform,
            cancellation,
            binary,
            self.digester,
            previous,
            self.comparable,
            self.depot,
            self.states,
            self.own(address) if self.own is not None else None,
        )

    def finish_interrupted(self, part: RunUnit, attempt_id: str) -> bool:
        """End or await what still runs after a crash; tell if the attempt's apply has succeeded.

        Raises:
            DiagnosticError: a living Cellwright works in the folder.
        """
        folder = self.places.folder(part.address)
        if isinstance(adopt(folder.commands), NoCommand):
            return False
        request = self._minimal(part.address, folder, attempt_id)
        recorded = self.ledger.reader.applied([part.address]).get(part.address)
        toolchain = self.toolchains(self.binary_of(part.address, recorded))
        try:
            return recover_unit(request, toolchain, self.reporter, self._elsewhere) is not None
        except TerraformError:
            # How it failed is in its log; it is planned again from what the state says.
            return False

    def discard_plans(self, unit: UnitAddress) -> None:
        """Remove what is in clear in a unit's working folder; the caller holds its lease."""
        remove_left(self.places.folder(unit))

    def drop_state_before(self, unit: UnitAddress) -> None:
        """Remove the state from before a unit's apply that has succeeded; the caller holds its lease."""
        drop_state_before(self.places.folder(unit))

    def interrupt(self, level: int) -> None:
        """Ask what no `UnitRunner` started to stop (1), or kill it (2)."""
        self._elsewhere.request(StopLevel(min(level, StopLevel.KILL)))

    def state_of(self, applied: AppliedUnit) -> StateSnapshot | None:
        """Read a unit's state where it was recorded to lie."""
        address = applied.head.address
        backend = self._backend(applied)
        path = local_state_path(complete_backend(backend, address, self.places.states, self.root))
        toolchain = self.toolchains(self.binary_of(address, applied))
        request = replace(self._minimal(address, self.places.reading(address), self.run), backend=backend)
        try:
            return self._read(request, toolchain) if path is None else read_state(path)
        except (EncryptedStateError, TerraformError) as fault:
            unit = self.units.get(address)
            encrypted = isinstance(fault, EncryptedStateError) or fault.kind is FailureKind.ENCRYPTION
            if not encrypted or unit is None or toolchain.binary.product != "tofu":
                raise
            return self._read(self._with_keys(request, unit), toolchain)

    def state_at_place(self, address: UnitAddress) -> StateSnapshot | None:
        """Read the state where the settings of a unit of the fleet say that it lies; None if there is none.

        Raises:
            DiagnosticError: it can't be read.
            EncryptedStateError: only OpenTofu can read it, with its key.
        """
        unit = self.units[address]
        backend = _settings(unit.backend)
        path = local_state_path(complete_backend(backend, address, self.places.states, self.root))
        try:
            if path is not None:
                return read_state(path)
        except EncryptedStateError:
            if self.toolchains(unit.stack.binary).binary.product != "tofu":
                raise
        with self.at(address, backend, unit.stack.binary) as terraform:
            return terraform.state()

    def content_of(self, applied: AppliedUnit, *, opened: bool = False) -> bytes | None:
        """Read a unit's whole state where it was recorded to lie, secrets included; None if there is none.

        One that is encrypted comes as it lies there; if it is to be `opened`, as its program reads it.
        """
        address = applied.head.address
        backend = self._backend(applied)
        path = local_state_path(complete_backend(backend, address, self.places.states, self.root))
        if path is not None:
            found = content_at(path)
            if not opened or found is None or not is_encrypted(found):
                return found
        with self.at(address, backend, self.binary_of(address, applied)) as terraform:
            pulled = terraform.pulled()
        # Where there is none yet, OpenTofu prints one without lineage in which nothing is.
        return pulled if pulled and mark_of(pulled, f"the state of {address}") is not None else None

    def opened_to_read(self, unit: UnitAddress, applied: AppliedUnit | None) -> UnitTerraform:
        """Open a second folder of a unit, with its backend and nothing else; the caller closes it.

        Nobody who works in the unit's own folder is disturbed. `applied` is what is recorded of the unit.

        Raises:
            DiagnosticError: it can't be made.
        """
        backend = _settings(self.units[unit].backend) if applied is None else self._backend(applied)
        folder = self.places.reading(unit)
        request = replace(self._minimal(unit, folder, self.run), backend=backend)
        request = replace(request, log=folder.path / "looks.log")  # it belongs to no run
        return self._open_to_read(request, self.toolchains(self.binary_of(unit, applied)))

    def at(self, address: UnitAddress, backend: BackendSettings, binary: BinarySettings) -> UnitTerraform:
        """Open Terraform where a unit's state lies, or is to lie, apart from its working folder.

        OpenTofu is told how the unit's stack encrypts its state, if the fleet has the unit.

        Raises:
            DiagnosticError: the folder can't be made, or is in use.
        """
        toolchain, unit = self.toolchains(binary), self.units.get(address)
        request = replace(self._minimal(address, self.places.reading(address), self.run), backend=backend)
        if unit is not None and self._encrypts(unit, toolchain):
            request = self._with_keys(request, unit)
        return self._open_to_read(request, toolchain)

    @contextmanager
    def closed_to_others(self, units: Iterable[UnitAddress]) -> Iterator[None]:
        """Hold the working folders of units: a command that a killed process has left may write their states.

        Raises:
            UnitLockedError: one is at work.
        """
        with ExitStack() as held:
            for unit in sorted(set(units)):
                lock = self.places.folder(unit).commands.lock
                if lock.exists():
                    held.enter_context(UnitLock.acquire(lock))
            yield

    def encrypts(self, unit: Unit) -> bool:
        """Tell whether a unit's state may have to be written by its program, as that encrypts it."""
        return self._encrypts(unit, self.toolchains(unit.stack.binary))

    def _encrypts(self, unit: Unit, toolchain: Toolchain) -> bool:
        if toolchain.binary.product != "tofu":
            return False  # to gather the stack's files would be for nothing
        environment = {**toolchain.ambient, **unit.environment}
        return may_encrypt(toolchain.binary, self.trees(unit.stack), environment)

    def _read(self, request: UnitRequest, toolchain: Toolchain) -> StateSnapshot | None:
        with self._open_to_read(request, toolchain) as terraform:
            return terraform.state()

    def _with_keys(self, request: UnitRequest, unit: Unit) -> UnitRequest:
        """Complete a request by the unit's stack and inputs: they say how its state is encrypted."""
        variables = self.contracts(unit.stack).variables
        inputs = tuple(
            InputValue(name, value, variables[name].type if name in variables else None, secret=True)
            for name, value in self.values.as_applied(unit).items()
        )
        return replace(request, tree=self.trees(unit.stack), inputs=inputs)

    def _open_to_read(self, request: UnitRequest, toolchain: Toolchain) -> UnitTerraform:
        """Open the folder for reading; another run may be reading the same state there, for a moment."""
        terraform = self._opened(request, toolchain)
        try:
            terraform.forget_other_backend()
        except BaseException:
            terraform.close()
            raise
        return terraform

    def _opened(self, request: UnitRequest, toolchain: Toolchain) -> UnitTerraform:
        for _ in range(_LOOKS):
            try:
                return UnitTerraform.open(request, toolchain, SilentReporter(), self._elsewhere)
            except UnitLockedError:
                self._elsewhere.pause(_LOOK)
        return UnitTerraform.open(request, toolchain, SilentReporter(), self._elsewhere)

    def _backend(self, applied: AppliedUnit) -> BackendSettings:
        """Where the unit's state was recorded to lie; with its credentials, if the fleet still has them."""
        address = applied.head.address
        unit = self.units.get(address)
        if (
            unit is not None
            and backend_digest(address, unit.backend, self.digester) == applied.backend_digest
        ):
            return _settings(unit.backend)
        return _settings(recorded_backend(applied, unit.backend if unit is not None else None))

    def _request(self, task: UnitTask, attempt_id: str) -> UnitRequest:
        address, variables = task.part.address, self.contracts(task.unit.stack).variables
        return UnitRequest(
            address=address,
            run=attempt_id,
            tree=task.tree,
            backend=_settings(task.unit.backend),
            inputs=self._inputs(task, self.values.of(task)),
            environment=task.unit.environment,
            folder=self.places.folder(address),
            states=self.places.states,
            log=log_path(self.places.logs, self.run, address),
            # What is part of a longer text is masked by itself, too.
            masked=tuple(
                self.secrets.value(reference, task.unit.inputs[name].origin.position)
                for name, reference in task.unit.secrets()
            ),
            plan_parts=self.plan_parts,
            imports=task.pending,
            sensitive_variables=frozenset(name for name, item in variables.items() if item.sensitive),
        )

    def _inputs(self, task: UnitTask, values: Mapping[str, Json]) -> tuple[InputValue, ...]:
        variables = self.contracts(task.unit.stack).variables
        return tuple(
            InputValue(
                name,
                value,
                variables[name].type if name in variables else None,
                secret=task.ingredients.inputs[name].sensitive,
                ephemeral=name in variables and variables[name].ephemeral,
            )
            for name, value in values.items()
        )

    def _minimal(self, address: UnitAddress, folder: UnitFolder, name: str) -> UnitRequest:
        """A request that no inputs are needed for; masks the secrets that the unit's settings give it."""
        unit = self.units.get(address)
        return UnitRequest(
            address=address,
            run=name,
            tree=_NO_SOURCE,
            backend=_settings(unit.backend) if unit else BackendSettings("local", {}),
            inputs=(),
            environment=unit.environment if unit else {},
            folder=folder,
            states=self.places.states,
            log=log_path(self.places.logs, self.run, address),
            masked=self._secrets(unit) if unit else (),
        )

    def _secrets(self, unit: Unit) -> tuple[Json, ...]:
        variables = self.contracts(unit.stack).variables
        written = (
            substitute(item.value, str)
            for name, item in unit.inputs.items()
            if name in variables and (variables[name].sensitive or variables[name].ephemeral)
        )
        return (*written, *self.values.secrets_of(unit).values())


def _settings(backend: Backend) -> BackendSettings:
    return BackendSettings(backend.kind, backend.config)
