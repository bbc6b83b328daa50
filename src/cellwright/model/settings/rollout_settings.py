"""What fleet.yaml says of rollouts: strategies (`rollouts:`), their checks (`checks:`) and `freezes:`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cellwright.model.position import Position

FailureMode: TypeAlias = Literal["soft", "strict"]
StepKind: TypeAlias = Literal["approval", "check", "time"]
CheckKind: TypeAlias = Literal["command", "http", "alarms"]

REST = "*"
"""As a wave's `cells`: every cell that no other wave takes."""

LONGEST_BAKE = 30 * 24 * 3600
"""Seconds. A wave that is looked at for longer than a month holds its cells back for nothing."""

LONGEST_DEADLINE = 7 * 24 * 3600
"""Seconds that the run of one cell may be given."""

DEFAULT_CHECK_SECONDS = 60
LONGEST_CHECK_SECONDS = 3600

MOST_WAVES = 100
"""Of one strategy, as it is written."""

UTC_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of cells, or a percentage of them."""

    number: int
    is_percent: bool = False

    def of(self, total: int, least: int = 0) -> int:
        """Give the number of cells: a percentage is rounded down, but not below `least`."""
        return max(self.number * total // 100, least) if self.is_percent else self.number

    def __str__(self) -> str:
        return f"{self.number}%" if self.is_percent else str(self.number)


ONE = Amount(1)
NONE = Amount(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSettings:
    """What has to be passed before a wave begins, or after it was baked."""

    kind: StepKind
    check: str = ""
    """Of a check: its name."""
    begin: int = 0
    """Of a time of day: minutes since midnight at which it begins, and ends; it may span midnight."""
    end: int = 0
    zone: str = UTC_ZONE
    position: Position

    def __str__(self) -> str:
        if self.kind == "check":
            return f"check {self.check}"
        if self.kind == "time":
            return f"time {_clock(self.begin)}-{_clock(self.end)} {self.zone}"
        return "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSettings:
    """One element of a strategy's `waves`."""

    name: str
    cells: tuple[str, ...]
    """Selectors of cells; `*` alone takes the rest."""
    size: Amount | None = None
    """Cuts the wave into waves of so many cells."""
    max_parallel: Amount = ONE
    max_failures: Amount | None = None
    """None: the wave shares the rollout's budget with all others that have none of their own."""
    min_finished: int = 0
    """So many cells of the wave have to be over before a percentage of failures counts."""
    failure_mode: FailureMode | None = None
    bake: int = 0
    """Seconds that the wave is left alone once its last cell is over."""
    deadline: int | None = None
    """Seconds after which a cell's run counts as failed; None: those of the rollout."""
    before: tuple[StepSettings, ...] = ()
    after: tuple[StepSettings, ...] = ()
    position: Position

    @property
    def takes_rest(self) -> bool:
        """Tell whether it takes the cells that no other wave takes."""
        return self.cells == (REST,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutSettings:
    """A strategy: in which order, and how carefully, cells are changed (`rollouts.NAME`)."""

    name: str
    cells: tuple[str, ...] = (REST,)
    """Selectors of the cells that it is for."""
    order_by: tuple[str, ...] = ()
    max_failures: Amount = NONE
    min_finished: int = 0
    failure_mode: FailureMode = "strict"
    deadline: int | None = None
    waves: tuple[WaveSettings, ...] = ()
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """Something that tells whether cells are well (`checks.NAME`)."""

    name: str
    kind: CheckKind
    command: tuple[str, ...] = ()
    """A program and its arguments, with `${cell.KEY}`; no shell reads them."""
    url: str = ""
    """With `${cell.KEY}`."""
    status: tuple[int, ...] = (200,)
    """What the address has to answer."""
    alarms: tuple[str, ...] = ()
    """Names of CloudWatch alarms, with `${cell.KEY}`; none of them may ring."""
    region: str = ""
    timeout: int = DEFAULT_CHECK_SECONDS
    position: Position

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold references to the cell."""
        return (*self.command, self.url, *self.alarms, self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeSettings:
    """A time in which no rollout begins these cells (an element of `freezes`)."""

    cells: tuple[str, ...]
    begin: str
    """The first moment, ISO 8601 with its offset."""
    end: str
    """The first moment after it."""
    reason: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutsSettings:
    """All that fleet.yaml says of rollouts."""

    strategies: Mapping[str, RolloutSettings] = field(default_factory=dict)
    checks: Mapping[str, CheckSettings] = field(default_factory=dict)
    freezes: tuple[FreezeSettings, ...] = ()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
