"""Runs a person's command of Terraform, or a shell, in a unit's working folder."""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.by_hand.arguments import Effect, TerraformCommand, read_command, refuse_applying
from cellwright.app.by_hand.place import OpenPlace, address_of, opened_place
from cellwright.app.by_hand.queries import queries_laid
from cellwright.app.by_hand.recording import WorkRecord
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.status.state_marks import settled_backend
from cellwright.engine.unit.legal_hold import refuse_early, refuse_legal_hold
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.planning.declared_moves import pending_moves
from cellwright.planning.scope import scope_of
from cellwright.terraform.process.attached import AttachedProcess
from cellwright.terraform.workspace.backend import local_state_path
from cellwright.terraform.workspace.unsaved_file import keep_unsaved

UNIT_VARIABLE = "CELLWRIGHT_UNIT"
"""In a shell: the unit in whose folder it is."""
_OF_TERMINALS = ("COLORTERM", "COLUMNS", "EDITOR", "LINES", "NO_COLOR", "PAGER", "TERM", "VISUAL")
_FOR_NOBODY = ("TF_INPUT", "TF_IN_AUTOMATION")
"""Set where nobody is there to be asked."""
_OF_CONSOLE = "TF_CLI_ARGS_console"
_SHELL = "/bin/sh"
_NOT_STARTED = 127
"""The exit code that shells give for a program that they can't start."""
_INTERRUPT = 2
"""SIGINT: Terraform then ends what it is at, and gives its locks back."""

Attending = Callable[[AttachedProcess], AbstractContextManager[None]]
"""Passes signals on to the process while the block runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRequest:
    """What somebody wants to do in a unit's folder."""

    unit: str
    arguments: tuple[str, ...] = ()
    reason: str = ""
    without_policies: str = ""
    """Why real resources may be changed without policies and approval."""
    at_terminal: bool = False
    """Somebody is there whom Terraform can ask."""


def run_terraform(session: FleetSession, actor: Actor, request: WorkRequest, attending: Attending) -> int:
    """Run one command of Terraform; gives its exit code.

    Raises:
        DiagnosticError: it is refused, can't be begun, or what came of it can't be recorded.
    """
    command = read_command(request.arguments)
    unit = address_of(request.unit)
    if not request.without_policies:
        refuse_applying(command, unit)
    fleet = session.open(writing=True, scope=scope_of([request.unit]))
    if command.effect is Effect.APPLIES:
        _refuse_held(fleet.ledger, unit)
    _mind_moves(fleet, unit, applies=command.effect is Effect.APPLIES)
    with opened_place(fleet, actor, unit) as place:
        place.runner.initialise()
        if not command.recorded:
            with _as_it_needs(place, command):
                return _attached(place, command.arguments, request, attending)
        if command.changes:
            place.runner.settle_state(write=False)
        record = WorkRecord(
            place,
            actor,
            _shown(place, command),
            request.without_policies or request.reason,
            command.changes,
            replaces_state=command.name == "state push",
        )
        record.begin({"without_policies": True} if command.effect is Effect.APPLIES else {})
        with _ending(record):
            try:
                code = _attached(place, command.arguments, request, attending)
            finally:
                _tidy(place, command)
        record.end(code)
        _tell(place, record)
        return code


def run_shell(session: FleetSession, actor: Actor, request: WorkRequest, attending: Attending) -> int:
    """Run a shell in a unit's folder; gives its exit code. What is done in it may change anything.

    Raises:
        DiagnosticError: as `run_terraform`.
    """
    unit = address_of(request.unit)
    fleet = session.open(writing=True, scope=scope_of([request.unit]))
    _refuse_held(fleet.ledger, unit)
    _mind_moves(fleet, unit, applies=False)
    with opened_place(fleet, actor, unit) as place:
        place.runner.initialise()
        place.runner.settle_state(write=False)
        shell = session.environment.get("SHELL") or _SHELL
        record = WorkRecord(place, actor, ("shell",), request.reason, changes=True)
        record.begin({"shell": Path(shell).name})
        with _ending(record):
            try:
                code = _run(place, (shell,), _in_a_shell(place, request), attending)
            finally:
                _tidy(place, None)
        record.end(code)
        _tell(place, record)
        return code


@contextmanager
def _ending(record: WorkRecord) -> Iterator[None]:
    """Record the end of what could not be started, too: nothing was done, and the unit is as it was."""
    try:
        yield
    except DiagnosticError:
        record.end(_NOT_STARTED)
        raise


def _tell(place: OpenPlace, record: WorkRecord) -> None:
    """Say what the unit counts as now, where that is not what it was."""
    if record.changed:
        place.fleet.session.notice(
            f"the state of {place.unit} was changed: it counts as changed until it is applied; "
            f"see what that would do: cellwright plan {place.unit}"
        )


def _refuse_held(ledger: Ledger, unit: UnitAddress) -> None:
    """Real resources may be destroyed in what follows: not while that is forbidden, or too early."""
    refuse_legal_hold(ledger, unit)
    refuse_early(ledger, unit)


def _mind_moves(fleet: OpenFleet, unit: UnitAddress, *, applies: bool) -> None:
    """Say which resources `moved_from` gives to another unit: till then a plan would destroy or make them.

    Raises:
        DiagnosticError: there are some, and they would be by the command itself.
    """
    for move in pending_moves(fleet.fleet.levels, [unit], fleet.ledger.reader.applied):
        still = f"{', '.join(move.addresses)} of {move.source} are still to go to {move.target}"
        fate = "destroy" if unit == move.source else "make anew"
        first = f"let them be moved first: cellwright apply {unit.of_cell}"
        if applies:
            raise DiagnosticError(error(f"{still}: this would {fate} them", first))
        fleet.session.notice(f"{still}: Terraform, run by hand, would {fate} them; {first}")


def _shown(place: OpenPlace, command: TerraformCommand) -> tuple[str, ...]:
    redact = place.runner.terraform.monitor.redact
    return tuple(map(redact, command.masked()))


def _as_it_needs(place: OpenPlace, command: TerraformCommand) -> AbstractContextManager[None]:
    if command.name != "query":
        return nullcontext()
    workspace = place.runner.terraform.workspace
    return queries_laid(workspace.tree, workspace.module)


def _attached(
    place: OpenPlace, arguments: tuple[str, ...], request: WorkRequest, attending: Attending
) -> int:
    program = str(place.runner.terraform.monitor.toolchain.binary.path)
    return _run(place, (program, *arguments), _environment(place, request), attending)


def _run(
    place: OpenPlace, arguments: tuple[str, ...], environment: Mapping[str, str], attending: Attending
) -> int:
    """Run a program in the module's folder; it keeps the folder's lock, also if this process is killed."""
    commands = place.runner.terraform.runner
    with ExitStack() as stack:
        stack.enter_context(commands.workspace.private_file(commands.channels.private))
        process = AttachedProcess.start(
            arguments, commands.workspace.module, environment, (commands.lock.descriptor,)
        )
        place.keeper.on_lost = lambda _unit: process.signal(_INTERRUPT)
        stack.enter_context(attending(process))
        return process.wait()


def _environment(place: OpenPlace, request: WorkRequest) -> dict[str, str]:
    """All that Terraform is told, secrets among it, and what it needs to know of a terminal."""
    commands = place.runner.terraform.runner
    ambient = place.fleet.session.environment
    found = {**commands.environment, **commands.channels.environment}
    found |= {name: ambient[name] for name in _OF_TERMINALS if name in ambient}
    state = local_state_path(settled_backend(place.fleet.home, place.task.unit))
    if state is not None:
        # `console` looks for a local state in the folder alone: it does not ask the backend where it is.
        found[_OF_CONSOLE] = f"-state={shlex.quote(str(state))}"
    if request.at_terminal:
        for name in _FOR_NOBODY:
            found.pop(name, None)
    return found


def _in_a_shell(place: OpenPlace, request: WorkRequest) -> dict[str, str]:
    found = _environment(place, request)
    program = place.runner.terraform.monitor.toolchain.binary.path
    path = os.pathsep.join((str(program.parent), found.get("PATH", os.defpath)))
    return {**found, "PATH": path, UNIT_VARIABLE: str(place.unit)}


def _tidy(place: OpenPlace, command: TerraformCommand | None) -> None:
    """Leave the folder so that the next command of a run finds what it expects."""
    terraform = place.runner.terraform
    keep_unsaved(terraform.monitor.request.folder, terraform.workspace.tree)
    if command is None or command.name == "init":
        terraform.initialisation.forget()
        with suppress(OSError):  # another workspace would be another state
            (terraform.workspace.module / ".terraform" / "environment").unlink()
