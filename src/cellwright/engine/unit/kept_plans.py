"""Keeps the plans of a run's units for other machines; what goes wrong there fails no unit."""

from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import NoDepot, PlanDepot
from cellwright.engine.unit.step_words import kept_here
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.progress import DiagnosticSeen, Reporter, SilentReporter


@dataclass(slots=True)
class KeptPlans:
    """The depot as the unit step uses it."""

    depot: PlanDepot = field(default_factory=NoDepot)
    reporter: Reporter = field(default_factory=SilentReporter)
    _kept: set[UnitAddress] = field(init=False, default_factory=set)
    """Those of which something may be there."""
    _shared: set[UnitAddress] = field(init=False, default_factory=set)

    def keep(self, planned: Planned) -> None:
        """Keep a plan that waits for an answer; a warning says if that fails."""
        self._kept.add(planned.address)
        try:
            if self.depot.keep(planned):
                self._shared.add(planned.address)
        except DiagnosticError as fault:
            self._shared.discard(planned.address)
            self.reporter.report(DiagnosticSeen(planned.address, kept_here(fault)))

    def holds(self, unit: UnitAddress) -> bool:
        """Tell whether the unit's plan was kept, so that this machine's file of it is not needed."""
        return unit in self._shared

    def left(self, planned: Planned) -> Planned:
        """Note a plan that an earlier process may have kept."""
        self._kept.add(planned.address)
        return planned

    def drop(self, unit: UnitAddress) -> None:
        """Remove what is kept of a unit that has its outcome; what stays is removed by `prune`."""
        self._shared.discard(unit)
        if unit in self._kept:
            self._kept.discard(unit)
            with suppress(DiagnosticError):
                self.depot.drop(unit)
