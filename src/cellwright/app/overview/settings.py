"""A cell's keys and a unit's inputs with their provenance: where each value is written, what it overrides."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cellwright.app.overview.view import FleetView
from cellwright.fleet.explain import Origins
from cellwright.fleet.shown_value import shown_value
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.hidden_keys import SENSITIVE, overlaps
from cellwright.model.position import Position
from cellwright.model.unit import Origin
from cellwright.model.value import Value

_MOST = 500
"""So many values of one cell or unit are shown."""
_LONGEST = 2_000
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenValue:
    """A value in one layer."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """One value, with every layer that sets it."""

    path: str
    """With dots between its steps: `settings.log.level`."""
    text: str
    hidden: bool
    """It is sensitive, so a mark stands in its place."""
    written: WrittenValue | None
    """Where the value is written that counts; None where no layer says it."""
    overridden: tuple[WrittenValue, ...]
    """What it overrides, the nearest first."""


def cell_settings(
    view: FleetView, address: CellAddress, origins: Origins | None = None
) -> tuple[ShownSetting, ...]:
    """Give a cell's own keys; none for a cell that the fleet has no more. `origins` as for `unit_inputs`."""
    cell = view.fleet.cells.get(address)
    if cell is None:
        return ()
    origins = origins or cell_origins(view, address)

    def hidden(path: tuple[str, ...]) -> bool:
        return any(overlaps(key, path) for key in cell.sensitive)

    return tuple(
        _setting(path, value, lambda text: origins.of_cell(address, text) if origins else (), hidden(path))
        for path, value in _few(_leaves(cell.settings))
    )


def unit_inputs(
    view: FleetView, address: UnitAddress, origins: Origins | None = None
) -> tuple[ShownSetting, ...]:
    """Give a unit's inputs; none for a unit that the fleet has no more.

    `origins` are those of its cell, where they are at hand: several units share what is read for them.

    Raises:
        DiagnosticError: its stack or its cell can't be read.
    """
    if address not in view.fleet.units:
        return ()
    unit = view.fleet.units[address]
    sensitive = view.snapshot.stacks.facts(unit.stack).sensitive | unit.secret_inputs
    origins = origins or cell_origins(view, address.of_cell)
    inputs = {name: item.value for name, item in sorted(unit.inputs.items())}
    return tuple(
        _setting(path, value, lambda text: origins.of(address, text) if origins else (), path[0] in sensitive)
        for path, value in _few(_leaves(inputs))
    )


def cell_origins(view: FleetView, cell: CellAddress) -> Origins | None:
    """Read what tells where a cell's values come from; None if its files can't be read any more."""
    try:
        return Origins(view.fleet, (cell,))
    except DiagnosticError:
        return None  # the files can't be read any more: the fleet's findings say why


def _setting(
    path: tuple[str, ...],
    value: Value,
    origins: Callable[[str], tuple[Origin, ...]],
    hidden: bool,  # noqa: FBT001  named by its parameter
) -> ShownSetting:
    name = ".".join(path)
    try:
        chain = origins(name)
    except DiagnosticError:
        chain = ()
    written = [WrittenValue(text=_text(link.value, hidden), position=link.position) for link in chain]
    return ShownSetting(
        path=name,
        text=_text(value, hidden),
        hidden=hidden,
        written=written[-1] if written else None,
        overridden=tuple(reversed(written[:-1])),
    )


def _leaves(
    value: Mapping[str, Value], before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Value]]:
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            yield from _leaves(item, (*before, key))
        else:
            yield (*before, key), item


def _few(leaves: Iterator[tuple[tuple[str, ...], Value]]) -> Iterator[tuple[tuple[str, ...], Value]]:
    for number, leaf in enumerate(leaves):
        if number >= _MOST:
            return
        yield leaf


def _text(value: Value, hidden: bool) -> str:  # noqa: FBT001  as above
    shown = shown_value(value, sensitive=hidden)
    text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST or text == SENSITIVE else text[:_LONGEST] + "…"
