"""Cells and strategies for the tests of rollouts."""

from cellwright.model.address import CellAddress
from cellwright.model.position import Position
from cellwright.model.settings.rollout_settings import RolloutSettings, StepSettings, WaveSettings
from cellwright.rollout.cells import KnownCell

HERE = Position("fleet.yaml", 3, 5)


def cell(name: str, needs: tuple[str, ...] = (), level: str = "client", **labels: str) -> KnownCell:
    """A cell with these keys."""
    return KnownCell(CellAddress(level, name), labels, frozenset(CellAddress.parse(need) for need in needs))


def cells(count: int, **labels: str) -> list[KnownCell]:
    """So many cells that need nothing."""
    return [KnownCell(CellAddress("client", f"c{number:05}"), labels) for number in range(count)]


def wave(name: str, *selectors: str, **settings: object) -> WaveSettings:
    """A wave; without selectors it takes the rest."""
    return WaveSettings(name=name, cells=selectors or ("*",), position=HERE, **settings)  # type: ignore[arg-type]


def strategy(*waves: WaveSettings, **settings: object) -> RolloutSettings:
    """A strategy."""
    return RolloutSettings(name="it", waves=waves, position=HERE, **settings)  # type: ignore[arg-type]


APPROVAL = StepSettings(kind="approval", position=HERE)
CHECK = StepSettings(kind="check", check="smoke", position=HERE)
