"""What the unit step knows of a unit between its lease and its outcome."""

from contextlib import suppress
from dataclasses import dataclass

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.intent import Intent
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import ReadPlan, TerraformRunner
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic


@dataclass(slots=True)
class OpenUnit:
    """A unit that is being worked on."""

    started: float
    """By the monotonic clock; moved on by the time in which people think about its plan."""
    waits_since: float | None = None
    """Since when its plan waits for an answer."""
    task: UnitTask | None = None
    runner: TerraformRunner | None = None
    left: Planned | None = None
    """The plan that an earlier process has made."""
    begun: Intent | None = None
    """The apply of this unit and run whose end nobody knows; without a host if it was on this machine."""
    settled: bool = False
    """Nothing is to be done: what an earlier process has left in its working folder is of no use."""
    read: ReadPlan | None = None
    """Its plan."""
    looked: bool = False
    """What its plan tells of drift is on record."""
    applying: bool = False
    written: StateMark | None = None
    """The lowest version of its state by now, if its apply is bound to have written one."""
    distrusted: bool = False
    """What was read back is not the state that its apply has written."""
    warnings: tuple[Diagnostic, ...] = ()
    """About its plan, and about what makes it."""
    doubts: tuple[Diagnostic, ...] = ()
    """About what an apply that was killed may have made."""

    @property
    def lost(self) -> Intent | None:
        """The apply that another machine was at when it was lost."""
        return self.begun if self.begun is not None and self.begun.host else None

    def is_look(self, thorough: bool) -> bool:  # noqa: FBT001  the evaluator's own word
        """Tell whether it was to be looked at for drift, and nothing is known of that yet."""
        return thorough and not self.looked and (self.task is None or self.task.up_to_date)

    def seconds(self, now: float) -> float:
        """How long it was worked on."""
        return (now if self.waits_since is None else self.waits_since) - self.started

    def go_on(self, now: float) -> None:
        """Its plan was answered for."""
        if self.waits_since is not None:
            self.started += now - self.waits_since
            self.waits_since = None

    def let_go(self, *, shared: bool) -> None:
        """Release its folder; its plan stays there unless other machines can get it, this one included."""
        if self.runner is not None:
            with suppress(OSError):
                if shared:
                    self.runner.close()
                else:
                    self.runner.leave()
