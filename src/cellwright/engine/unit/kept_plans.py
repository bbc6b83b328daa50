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

    def keep(self, planned: Planned) -> None:
        """Keep a plan that waits for an answer; a warning says if that fails."""
        self._kept.add(planned.address)
        try:
            self.depot.keep(planned)
        except DiagnosticError as fault:
            self.reporter.report(DiagnosticSeen(planned.address, kept_here(fault)))

    def left(self, planned: Planned) -> Planned:
        """Note a plan that an earlier process may have kept."""
        self._kept.add(planned.address)
        return planned

    def drop(self, unit: UnitAddress) -> None:
        """Remove what is kept of a unit that has its outcome; what stays is removed by `prune`."""
        if unit in self._kept:
            self._kept.discard(unit)
            with suppress(DiagnosticError):
                self.depot.drop(unit)
