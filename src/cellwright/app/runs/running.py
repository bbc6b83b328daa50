"""What every use case that runs Terraform shares: context of a run, choice of units, report."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.app.results import RunReport
from cellwright.app.runs.policy_guard import PolicyGuard
from cellwright.app.session.opening import OpenFleet
from cellwright.app.session.policies import read_policies
from cellwright.app.session.toolchain import terraform_for, toolchain_of
from cellwright.app.status.state_marks import state_mark
from cellwright.app.status.status import comparison_of
from cellwright.engine.approval import Approver, Interrupts, Preapproved, Uninterrupted
from cellwright.engine.dispatch.capacity import suggested_parallel
from cellwright.engine.execution import Execution, PlanHandling, RunContext, carry_out, new_run
from cellwright.engine.unit.evaluation import UnitEvaluator
from cellwright.engine.unit.orphan import upstreams_of
from cellwright.fleet.load.entry import load_fleet
from cellwright.fleet.scope import Scope
from cellwright.git.repository import Repository
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.change import Status
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.progress import Listener, SilentReporter
from cellwright.model.run import Operation, Run, RunKind
from cellwright.planning.choice import Choice, choose, left_standing, make_choice
from cellwright.planning.outline import graph_of
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select
from cellwright.rego.evaluator import RegoProcess


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who is told what happens, who is asked, and who may say stop; silent and willing by default."""

    reporter: Listener = field(default_factory=SilentReporter)
    approver: Approver = field(default_factory=Preapproved)
    interrupts: Interrupts = field(default_factory=Uninterrupted)

    @property
    def preapproved(self) -> bool:
        """Tell whether every plan was answered for beforehand."""
        return isinstance(self.approver, Preapproved)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which units somebody context."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)
    destroy: bool = False
    """Take up units that are switched off or gone."""
    thorough: bool = False
    """Take up units that are up to date as well."""

    @property
    def scope(self) -> Scope | None:
        """Where they must lie; None if that may be anywhere."""
        return scope_of(self.selectors, self.relatives)


def choose_units(fleet: OpenFleet, selection: Selection) -> Choice:
    """Find the selected units that have something to do.

    Raises:
        DiagnosticError: a selector matches nothing, or a unit would lose what it stands on.
    """
    comparison = comparison_of(fleet)
    units = fleet.fleet.units
    chosen = select(units, selection.selectors, selection.relatives, comparison.heads)
    statuses = comparison.statuses(chosen)
    named = frozenset(item.address for item in statuses if str(item.address) in selection.selectors)
    doomed = [item.address for item in statuses if item.status is Status.DESTROY]
    recorded = recorded_upstreams(fleet, chosen if doomed else ())
    choice = choose(
        statuses,
        units,
        recorded,
        destroy=selection.destroy,
        named=named,
        thorough=selection.thorough,
    )
    _refuse_left_standing(fleet, choice)
    return choice


def _refuse_left_standing(fleet: OpenFleet, choice: Choice) -> None:
    """Destroy nothing on which a unit stands that the run leaves as it is."""
    if all(part.operation is Operation.APPLY for part in choice.parts):
        return
    known = fleet.ledger.reader.applied(None)
    recorded = {address: upstreams_of(item) for address, item in known.items()}
    found = left_standing(choice, recorded)
    if found:
        raise DiagnosticError(
            *(
                error(
                    f"{upstream} can't be destroyed: {unit} still stands on it, as it was applied last",
                    f"take {unit} along: apply it, or destroy it too",
                )
                for unit, upstream in found
            )
        )


def recorded_upstreams(
    fleet: OpenFleet, addresses: Collection[UnitAddress]
) -> Mapping[UnitAddress, frozenset[UnitAddress]]:
    """What each of these units stood on when it was applied."""
    if not addresses:
        return {}
    found = fleet.ledger.reader.applied(addresses)
    return {address: upstreams_of(item) for address, item in found.items()}


def choice_of(fleet: OpenFleet, operations: Mapping[UnitAddress, Operation]) -> Choice:
    """Order units whose operations are settled already.

    Raises:
        DiagnosticError: a unit would lose what it stands on.
    """
    choice = make_choice(
        [address for address, operation in operations.items() if operation is Operation.APPLY],
        [address for address, operation in operations.items() if operation is Operation.DESTROY],
        graph_of(fleet.fleet.units, enabled_only=True),
        recorded_upstreams(fleet, operations.keys()),
    )
    _refuse_left_standing(fleet, choice)
    return choice


def start(fleet: OpenFleet, kind: RunKind, choice: Choice, actor: Actor, reason: str) -> Run:
    """Write a new run into the ledger.

    Raises:
        DiagnosticError: there is no usable Terraform, so the run could not begin; nothing is recorded then.
    """
    toolchain_of(fleet)
    repository = Repository.containing(fleet.home.root)
    commit = repository.head() if repository else None
    run = new_run(kind, choice, actor, reason, commit)
    fleet.ledger.recorder.start_run(run)
    return run


def perform(  # noqa: PLR0913, PLR0917  each names another part of a run
    fleet: OpenFleet,
    run: Run,
    choice: Choice,
    talk: Conversation,
    actor: Actor,
    parallel: int | None = None,
    plans: PlanHandling | None = None,
) -> RunReport:
    """Carry out a run that the ledger knows; `actor` is who does so now."""
    policies = read_policies(fleet.fleet).modules
    with RegoProcess() as rego:
        context = RunContext(
            actor=actor,
            ledger=fleet.ledger,
            digester=fleet.digester,
            evaluator=UnitEvaluator(
                fleet.fleet.units,
                fleet.stacks.both,
                fleet.ledger,
                fleet.digester,
                lambda unit: state_mark(fleet.home, unit),
                lambda: _environments(fleet),
                thorough=plans is not None and plans.thorough,
            ),
            terraform=terraform_for(fleet),
            listener=talk.reporter,
            approver=talk.approver,
            preapproved=talk.preapproved,
            interrupts=talk.interrupts,
            parallel=parallel or fleet.fleet.terraform.parallel or suggested_parallel(),
            guard=PolicyGuard(rego, policies, fleet.fleet),
        )
        return report_of(carry_out(run, choice, context, plans))


def _environments(fleet: OpenFleet) -> Iterable[Mapping[str, str]]:
    """Give the environments of all cells; asked for only to destroy what the fleet no longer has."""
    found = fleet.fleet
    if found.within is not None:
        found = load_fleet(found.root, fleet.stacks.catalogue.contract, fleet.home.cache)
    return (cell.environment for cell in found.cells.values())


def report_of(execution: Execution) -> RunReport:
    """Hand an execution's outcome to whoever prints it."""
    return RunReport(execution.run, execution.results, execution.plans)
