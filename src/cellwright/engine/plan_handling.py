"""How a run handles plans and plan files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan_options import USUAL, PlanOptions

if TYPE_CHECKING:  # a run that has no unit needs none of it
    from cellwright.engine.unit.evaluation import UnitTask
    from cellwright.engine.unit.ports import BroughtPlan


@dataclass(frozen=True, slots=True)
class PlanHandling:
    """Plan files: where plans are taken from, or copied to."""

    brought: "Callable[[UnitAddress], BroughtPlan | None]" = lambda _address: None
    keep: "Callable[[UnitTask, Path], None]" = lambda _task, _plan: None
    thorough: bool = False
    """Units that are up to date are planned as well."""
    looks: bool = False
    """Units whose settings have changed are left alone."""
    options: PlanOptions = USUAL
    """How plans are made."""
