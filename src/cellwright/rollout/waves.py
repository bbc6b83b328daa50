"""Cells into waves: each into exactly one, in the strategy's order, cut where `size` says so."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error, has_errors, warning
from cellwright.model.position import Position
from cellwright.model.settings.rollout_settings import RolloutSettings, WaveSettings
from cellwright.rollout.cells import KnownCell, chosen, selector_faults

REMOVED = "(removed)"
"""The last wave: cells that leave the fleet. No other wave can be called so."""

_REMOVED = WaveSettings(name=REMOVED, cells=(), position=Position(""))
_SHOWN = 3
"""So many cells are named where more have the same fault."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave, or one of the parts that `size` cuts it into."""

    settings: WaveSettings
    cells: tuple[CellAddress, ...]
    part: int = 1
    parts: int = 1
    whole: int = 0
    """How many cells the wave has, with all its parts: percentages of failures are of these."""

    @property
    def name(self) -> str:
        """The wave's name, with the part's number where there are several: `general 2/5`."""
        return self.settings.name if self.parts == 1 else f"{self.settings.name} {self.part}/{self.parts}"


@dataclass(frozen=True, slots=True)
class Waves:
    """The waves of a strategy over given cells; empty ones are left out."""

    waves: tuple[Wave, ...]
    findings: tuple[Diagnostic, ...]


def assign(
    strategy: RolloutSettings,
    known: Iterable[KnownCell],
    leaving: Sequence[CellAddress] = (),
    only: Collection[CellAddress] | None = None,
) -> Waves:
    """Give each cell that the strategy is for its wave, with all findings.

    `known` has the cells level by level, the lowest level first. Those that are `leaving` the fleet are given
    in the same order; they are the last wave, in reverse: nothing is destroyed below what stands on it.
    With `only`, all of them are checked, and the waves have no others: those that have something to change.
    """
    cells = list(known)
    covered = chosen(cells, strategy.cells)
    findings = list(_selector_faults(strategy, cells))
    if not findings:
        findings += _overlaps(strategy, covered)
        findings += _left_out(strategy, covered)
        findings += _empty_rest(strategy, covered)
    if has_errors(findings):
        return Waves((), tuple(findings))
    waves = []
    levels = list(dict.fromkeys(cell.address.level for cell in cells))
    covered = [cell for cell in covered if only is None or cell.address in only]
    for wave, members in _members(strategy, covered):
        waves += _cut(wave, [cell.address for cell in _ordered(members, strategy.order_by, levels)])
    if leaving:
        waves += _cut(replace(_REMOVED, position=strategy.position), list(reversed(leaving)))
    findings += _early(covered, waves)
    return Waves(tuple(waves), tuple(findings))


def _members(
    strategy: RolloutSettings, covered: Sequence[KnownCell]
) -> Iterator[tuple[WaveSettings, list[KnownCell]]]:
    named = {wave.name: chosen(covered, wave.cells) for wave in strategy.waves if not wave.takes_rest}
    taken = {cell.address for members in named.values() for cell in members}
    for wave in strategy.waves:
        rest = [cell for cell in covered if cell.address not in taken] if wave.takes_rest else []
        yield wave, named.get(wave.name, rest)


def _ordered(cells: list[KnownCell], order_by: Sequence[str], levels: list[str]) -> list[KnownCell]:
    """Sort by the strategy's keys, whole numbers before texts and those without a value last.

    Lower levels come first in any case: cells of higher ones take outputs of theirs.
    """

    def place(cell: KnownCell) -> tuple[object, ...]:
        keys = (_sortable(cell.label(key)) for key in order_by)
        return (levels.index(cell.address.level), *keys, cell.address.cell)

    return sorted(cells, key=place)


def _sortable(text: str | None) -> tuple[int, int, str]:
    if text is None:
        return (2, 0, "")
    return (0, int(text), "") if text.isascii() and text.isdigit() else (1, 0, text)


def _cut(wave: WaveSettings, cells: list[CellAddress]) -> list[Wave]:
    size = len(cells) if wave.size is None else wave.size.of(len(cells), 1)
    parts = [tuple(cells[start : start + size]) for start in range(0, len(cells), size or 1)]
    return [Wave(wave, part, number, len(parts), len(cells)) for number, part in enumerate(parts, start=1)]


def _selector_faults(strategy: RolloutSettings, cells: Sequence[KnownCell]) -> Iterator[Diagnostic]:
    yield from selector_faults(strategy.cells, cells, strategy.position)
    for wave in strategy.waves:
        yield from selector_faults(wave.cells, cells, wave.position)


def _overlaps(strategy: RolloutSettings, covered: Sequence[KnownCell]) -> Iterator[Diagnostic]:
    """Tell of cells in two waves, once for each pair of waves."""
    first: dict[CellAddress, WaveSettings] = {}
    doubled: dict[tuple[str, str], list[CellAddress]] = {}
    for wave in strategy.waves:
        for cell in () if wave.takes_rest else chosen(covered, wave.cells):
            other = first.setdefault(cell.address, wave)
            if other is not wave:
                doubled.setdefault((other.name, wave.name), []).append(cell.address)
    places = {wave.name: wave.position for wave in strategy.waves}
    for (one, other_name), cells in doubled.items():
        verb = "is" if len(cells) == 1 else "are"
        summary = f"{_named(cells)} {verb} in two waves of '{strategy.name}': '{one}' and '{other_name}'"
        yield error(summary, "make their `cells` exclude each other", places[other_name])


def _left_out(strategy: RolloutSettings, covered: Sequence[KnownCell]) -> Iterator[Diagnostic]:
    if any(wave.takes_rest for wave in strategy.waves):
        return
    taken = {cell.address for wave in strategy.waves for cell in chosen(covered, wave.cells)}
    left = [cell.address for cell in covered if cell.address not in taken]
    if left:
        detail = 'add a wave with `cells: "*"` for the rest, or say `cells` for the rollout as a whole'
        verb = "is" if len(left) == 1 else "are"
        yield error(f"{_named(left)} {verb} in no wave of '{strategy.name}'", detail, strategy.position)


def _empty_rest(strategy: RolloutSettings, covered: Sequence[KnownCell]) -> Iterator[Diagnostic]:
    for wave, members in _members(strategy, covered):
        if wave.takes_rest and not members and covered:
            summary = f"the wave '{wave.name}' takes the rest, and no cell is left for it"
            yield warning(summary, "the wave is skipped", wave.position)


def _early(covered: Sequence[KnownCell], waves: Sequence[Wave]) -> Iterator[Diagnostic]:
    """Tell of cells whose wave comes before that of a cell whose outputs they take."""
    place = {cell: (index, wave) for index, wave in enumerate(waves) for cell in wave.cells}
    for cell in covered:
        index, wave = place[cell.address]
        for needed in sorted(cell.needs & place.keys()):
            later, other = place[needed]
            if later > index:
                summary = (
                    f"{cell.address} of the wave '{wave.name}' takes outputs of {needed},"
                    f" which changes later, in '{other.name}'"
                )
                yield error(
                    summary, f"put {needed} into the same wave, or an earlier one", wave.settings.position
                )
                return


def _named(cells: Sequence[CellAddress]) -> str:
    shown = ", ".join(map(str, cells[:_SHOWN]))
    return shown if len(cells) <= _SHOWN else f"{shown} and {len(cells) - _SHOWN} more"
