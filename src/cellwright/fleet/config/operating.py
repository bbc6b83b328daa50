"""What fleet.yaml says of the work around runs: no cell depends on it, and few commands ask for it."""

from dataclasses import dataclass

from cellwright.model.settings.ci_settings import CiSettings
from cellwright.model.settings.console_settings import ConsoleSettings
from cellwright.model.settings.drift_settings import DriftSettings
from cellwright.model.settings.rollout_settings import RolloutsSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingSettings:
    """One value for each of these sections. None where a section, or the file as a whole, has a fault."""

    console: ConsoleSettings | None = None
    """No default stands in for what `console:` says."""
    rollouts: RolloutsSettings | None = None
    """Of `rollouts:`, `checks:` and `freezes:`."""
    drift: DriftSettings | None = None
    ci: CiSettings | None = None
    """None also if there is no `ci:`."""
