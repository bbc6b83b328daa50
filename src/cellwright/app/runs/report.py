"""What a use case that runs Terraform returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Run, UnitResult


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run as far as this process carried it out."""

    run: Run
    results: tuple[UnitResult, ...]
    plans: Mapping[UnitAddress, PlanSummary] = field(default_factory=dict)
    waiting: tuple[UnitAddress, ...] = ()
    """Units that wait to be destroyed, which nobody has asked for."""
    looked: bool = True
    """Real resources were looked at, also those of units whose settings have not changed."""
    in_part: bool = False
    """Plans were for a part of each unit only: what they don't change says nothing of the rest."""
    stands: str = ""
    """How what was to be changed stands already: `client/acme is active`; empty: it was changed."""
    over: str = ""
    """Why there is nothing to go on with, although not all was done; empty: `resume` goes on."""
