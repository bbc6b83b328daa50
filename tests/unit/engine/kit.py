"""Stand-ins for what the engine stands on: a small unit, Terraform as told, a real ledger in a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cellwright.engine.lease.keeper import LeaseKeeper, holder_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.engine.unit.evaluation import UnitEvaluator, UnitTask
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import BroughtPlan, ReadPlan
from cellwright.engine.unit.recovery import Recovery
from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.position import Position
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.model.runs.progress import Progress, ProgressEvent
from cellwright.model.runs.run import Operation, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.unit import Backend, Input, Origin, StackPin, Unit
from cellwright.model.value import Json, Value
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts
from cellwright.planning.policy.verdict import PASSED, Verdict
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.plans.plan_effect import NO_EFFECT, PlanEffect
from cellwright.terraform.output.states.state_reader import StateOutput, StateSnapshot

APP = UnitAddress("client", "acme", "app")
NETWORK = UnitAddress("base", "prod", "network")
ADA = Actor("ada")
RUN = "20261122-214812-3f9a"
DIGESTER = Digester(b"k" * 32)
TREE = StackTree(files=(), module=".", digest="tree", label="./stacks/app", commit=None, folder=Path())
FACTS = StackFacts("tree", "./stacks/app", frozenset({"password"}))
PLAN = PlanSummary(ResourceCounts(add=1), (), (), applyable=True)
NOTHING = PlanSummary(ResourceCounts(), (), (), applyable=False)
STRANGER = Holder("elsewhere", 7, "boot-1", "another-run")


def make_unit(
    address: UnitAddress = APP,
    inputs: Mapping[str, Value] | None = None,
    *,
    enabled: bool = True,
    backend: Backend | None = None,
    environment: Mapping[str, str] | None = None,
) -> Unit:
    position = Position("clients/acme.yaml", 5, 3)
    return Unit(
        address=address,
        stack=StackPin("./stacks/app"),
        enabled=enabled,
        inputs={
            name: Input(value, Origin(position.file, position, value))
            for name, value in (inputs or {}).items()
        },
        needs=(),
        backend=backend or Backend("local"),
        environment=environment or {},
        labels={},
        position=position,
    )


def make_run(*parts: RunUnit, kind: RunKind = RunKind.APPLY, run_id: str = RUN) -> Run:
    return Run(
        id=run_id,
        kind=kind,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="more",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit="c0ffee",
        units=parts or (RunUnit(APP, Operation.APPLY),),
    )


def make_planned(address: UnitAddress = APP, path: Path = Path("made.tfplan")) -> Planned:
    return Planned(
        part=RunUnit(address, Operation.APPLY),
        summary=PLAN,
        plan_digest="digest",
        fingerprint="f1",
        state=None,
        attempt_id=f"{RUN}.1",
        path=path,
        sha256="sha256",
    )


def snapshot(serial: int = 1, **outputs: Json) -> StateSnapshot:
    """A state; an output whose name begins with `secret` is sensitive."""
    found = {name: StateOutput(value, name.startswith("secret"), "string") for name, value in outputs.items()}
    return StateSnapshot(StateMark("lineage", serial), found, "1.11.4", 1)


@dataclass
class Interrupts:
    """How often somebody has asked to stop."""

    level: int = 0

    def requested(self) -> int:
        return self.level


@dataclass
class Told:
    """Remembers what was reported."""

    progress: list[Progress] = field(default_factory=list)

    def report(self, progress: Progress) -> None:
        self.progress.append(progress)

    def of(self, kind: type) -> list[Any]:
        return [item for item in self.progress if isinstance(item, kind)]


@dataclass
class Heard:
    """Remembers the events of a run."""

    events: list[ProgressEvent] = field(default_factory=list)

    def report(self, event: ProgressEvent) -> None:
        self.events.append(event)


@dataclass
class ScriptedTerraform:
    """Opens working folders and recovers them: does as told and writes down what it was asked."""

    folder: Path
    summary: PlanSummary = PLAN
    found: StateSnapshot | None = field(default_factory=lambda: snapshot(arn="arn:x"))
    stored: StateMark | None = None
    """The version of the state that a plan is made for; an apply makes it that of `found`."""
    effect: PlanEffect = NO_EFFECT
    settled: tuple[Diagnostic, ...] = ()
    """What was to be brought in order about the state."""
    fetched: tuple[FetchedModule, ...] = ()
    """The modules that `init` has downloaded."""
    notes: tuple[Diagnostic, ...] = ()
    """What is to be said of the program and the stack."""
    before: Path | None = None
    """Where the state from before an apply is kept."""
    dropped: list[UnitAddress | None] = field(default_factory=list)
    """One for each time that this state was no longer needed."""
    leftover: str = ""
    """The attempt whose apply has succeeded, which nobody recorded."""
    digest: str = "digest"
    """Of every plan that is made or read."""
    kept: list[Path] = field(default_factory=list)
    """Plan files that `open` was told to keep."""
    verdict: Verdict = PASSED
    during: dict[str, Callable[[], None]] = field(default_factory=dict)
    """What happens while a verb is carried out; may raise."""
    binary: BinaryVersion = field(default_factory=lambda: BinaryVersion("terraform", "1.11.4"))
    wrote: BinaryVersion | None = None
    """What the state's own file says of who wrote it."""
    log: list[str] = field(default_factory=list)
    interrupted: list[int] = field(default_factory=list)
    _unit: UnitAddress = APP

    def open(self, work: UnitTask, attempt_id: str, keep: Path | None = None) -> "ScriptedTerraform":
        self.kept += [keep] if keep else []
        self._unit = work.part.address
        self._do(f"open {work.part.address.stack} {attempt_id}")
        return self

    def finish_interrupted(self, part: RunUnit, attempt_id: str) -> bool:
        self._do(f"settle {part.address.stack} {attempt_id}".rstrip())
        return bool(attempt_id) and attempt_id == self.leftover

    def discard_plans(self, unit: UnitAddress) -> None:
        self._do(f"discard {unit.stack}")

    def drop_state_before(self, unit: UnitAddress | None = None) -> None:
        self.dropped.append(unit)

    def state_writer(self) -> BinaryVersion | None:
        return self.wrote

    def state_before(self) -> Path | None:
        return self.before

    def state_of(self, applied: AppliedUnit) -> StateSnapshot | None:
        self._do(f"state of {applied.head.address.stack}")
        return self.found

    def move_state(self) -> StateMark | None:
        self._do("move state")
        return self.mark()

    def plan(self) -> ReadPlan:
        self._do("plan")
        return self._read()

    def modules(self) -> tuple[FetchedModule, ...]:
        return self.fetched

    def settle_state(self, *, write: bool) -> tuple[Diagnostic, ...]:
        if "unsaved" in self.during:
            self._do(f"unsaved {write}")
        return self.settled

    def restore(self, brought: BroughtPlan) -> ReadPlan:
        self._do(f"restore {brought.path.name}")
        return self._read()

    def reuse(self, left: Planned) -> ReadPlan:
        self._do(f"reuse {left.attempt_id}")
        return self._read()

    def _read(self) -> ReadPlan:
        if not self.summary.applyable:
            return ReadPlan(self.summary, prior=self._own(self.stored))
        path = self.folder / "made.tfplan"
        path.write_bytes(b"a plan")
        return ReadPlan(self.summary, path, "sha256", self.digest, self._own(self.stored), self.effect)

    def judged(self, judge: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
        return judge({})

    def apply(self) -> None:
        self._do("apply")
        self.stored = self.found.mark if self.found else None

    def rewrite_state(self) -> None:
        self._do("rewrite")

    def state(self) -> StateSnapshot | None:
        self._do("state")
        mark = self.mark()
        return replace(self.found, mark=mark) if self.found and mark else None

    def mark(self) -> StateMark | None:
        return self._own(self.found.mark if self.found else None)

    def _own(self, mark: StateMark | None) -> StateMark | None:
        """No two units have one state."""
        return mark if mark is None or self._unit == APP else replace(mark, lineage=f"of {self._unit}")

    def interrupt(self, level: int) -> None:
        self.interrupted.append(level)

    def leave(self) -> None:
        self.log.append("leave")

    def close(self) -> None:
        self.log.append("close")

    def _do(self, verb: str) -> None:
        self.log.append(verb)
        happening = self.during.get(verb.split(maxsplit=1)[0])
        if happening is not None:
            happening()


@dataclass
class Bench:
    """One run of one process, ready to work."""

    ledger: Ledger
    terraform: ScriptedTerraform
    units: dict[UnitAddress, Unit]
    interrupts: Interrupts = field(default_factory=Interrupts)
    told: Told = field(default_factory=Told)
    heard: Heard = field(default_factory=Heard)
    actor: Actor = ADA

    def step(self, run: Run | None = None, *, begin: bool = True, **more: Any) -> TerraformStep:  # noqa: ANN401  any field
        """A unit step for `run`, which is written into the ledger unless it is there already."""
        run = run or make_run()
        if begin:
            self.ledger.recorder.start_run(run)
        holder = holder_for(run.id, ProcessIdentity.of_this_process())
        keeper = LeaseKeeper(
            self.ledger.leases, holder, lambda _unit: None, self.interrupts, longest_wait=0.3
        )
        journal = Journal(run=run, actor=self.actor, ledger=self.ledger, keeper=keeper, digester=DIGESTER)
        step = TerraformStep(
            kind=run.kind,
            evaluator=self.evaluator(),
            keeper=keeper,
            journal=journal,
            recovery=Recovery(journal, self.terraform),
            terraform=self.terraform,
            reporter=self.told,
            **more,
        )
        keeper.on_lost = step.lease_lost
        return step

    def evaluator(self, environments: Iterable[Mapping[str, str]] = ()) -> UnitEvaluator:
        return UnitEvaluator(
            self.units,
            lambda _pin: (TREE, FACTS),
            self.ledger,
            DIGESTER,
            lambda _unit: None,
            lambda: environments,
        )

    def record(self, address: UnitAddress = APP, run: str = RUN) -> RunUnitRecord:
        found = self.ledger.reader.run_unit(run, address)
        assert found is not None
        return found

    def head(self, address: UnitAddress = APP) -> AppliedHead | None:
        return self.ledger.reader.heads().get(address)

    def actions(self) -> list[str]:
        return [event.action for event in self.ledger.reader.events()]


PART = RunUnit(APP, Operation.APPLY)


def whole(step: TerraformStep, part: RunUnit = PART) -> UnitResult:
    planned = step.plan(part)
    return step.apply(planned) if isinstance(planned, Planned) else planned


class Crash(BaseException):
    """The process dies here, as far as the code can tell."""


def crash() -> None:
    raise Crash


def failing(summary: str) -> Callable[[], None]:
    def fail() -> None:
        raise DiagnosticError(error(summary, "try again"))

    return fail
