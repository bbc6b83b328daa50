"""The places of a fleet: cells in which others are placed, with what their settings say of capacity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.fleet.capacity import unknown_resource
from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import Cell, Fleet, Level, place_levels, says_capacity
from cellwright.fleet.yaml.node import kind_name
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import scalar_text
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Value

KEY = "capacity"
"""The key of a place's settings: a mapping from resources to how much it has of each."""
_PARTS = ("limit", "reserved")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a place's settings say of one resource."""

    limit: int | None = None
    """How much it has; None: no limit."""
    limited: bool = False
    """Whether they say so at all."""
    reserved: int = 0
    """How much of it is used by what is not in this fleet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place: the cells of one name in the levels in whose cells others are placed."""

    name: str
    cells: tuple[CellAddress, ...]
    """One of each of these levels, lowest first."""
    path: str
    labels: Mapping[str, tuple[str, ...]]
    """Its plain settings; a list has several values."""
    account: str
    """Which AWS account it lies in: places of one account share some quotas."""
    entries: Mapping[str, Entry]
    within: str | None = None
    """The place in which it is placed itself."""

    cell: CellAddress
    """The one of them whose settings say what it has."""


def is_active(fleet: Fleet) -> bool:
    """Tell whether the fleet says anything of capacity; if not, `capacity` is a free key of cells."""
    return says_capacity(fleet.capacity, fleet.levels)


def hosting_levels(fleet: Fleet) -> tuple[Level, ...]:
    """Give the levels in whose cells others are placed, lowest first."""
    placed = [index for index, level in enumerate(fleet.levels) if level.placement is not None]
    return fleet.levels[: max(placed, default=0)]


def read_places(fleet: Fleet) -> tuple[Mapping[str, Place], tuple[Diagnostic, ...]]:
    """Read every place by its name, in natural order, with findings about what their settings say."""
    cells: dict[str, list[Cell]] = {}
    hosting = {level.name for level in hosting_levels(fleet)}
    for address, cell in fleet.cells.items():
        if address.level in hosting:
            cells.setdefault(address.cell, []).append(cell)
    findings: list[Diagnostic] = []
    active = is_active(fleet)
    places = {
        name: _place(fleet, name, cells[name], findings if active else None)
        for name in sorted(_names(fleet, cells), key=natural)
    }
    return places, tuple(findings)


def _names(fleet: Fleet, cells: Mapping[str, Sequence[Cell]]) -> set[str]:
    """Choose the cells that are places: they reach up to the level below, have cells in them, or say so."""
    placed = [index for index, level in enumerate(fleet.levels) if level.placement is not None]
    next_below = {fleet.levels[index - 1].name for index in placed}
    used = {cell.placement.cell for cell in fleet.cells.values() if cell.placement is not None}
    return {
        name
        for name, items in cells.items()
        if name in used or any(item.address.level in next_below or KEY in item.settings for item in items)
    }


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Give what orders names with numbers as people do: prod-2 before prod-10."""
    parts: list[tuple[int, str]] = []
    digits = ""
    for char in name:
        if char.isdecimal():
            digits += char
            continue
        if digits:
            parts.append((int(digits), digits))
            digits = ""
        parts.append((-1, char))
    return tuple([*parts, (int(digits), digits)] if digits else parts)


def setting_position(fleet: Fleet, cell: CellAddress, path: str) -> Position:
    """Find the line that decides about a setting of a cell; its file if none does. For findings only."""
    try:
        found = Origins(fleet, (cell,)).of_cell(cell, path)
    except DiagnosticError:
        found = ()
    return found[-1].position if found else fleet.cells[cell].position


def _place(fleet: Fleet, name: str, cells: Sequence[Cell], findings: list[Diagnostic] | None) -> Place:
    ordered = _nearest_first(fleet, cells)
    cell = next((item for item in ordered if KEY in item.settings), ordered[0])
    labels = {key: values for item in reversed(ordered) for key, values in _labels(item)}
    entries: dict[str, Entry] = {}
    if findings is not None:
        for resource, entry in _entries(fleet, cell):
            if isinstance(entry, Diagnostic):
                findings.append(entry)
            else:
                entries[resource] = entry
    account = labels.get(fleet.capacity.account_key, ())
    return Place(
        name=name,
        cells=tuple(item.address for item in cells),
        cell=cell.address,
        path=cell.path,
        labels={"name": (name,), **labels},
        account=account[0] if len(account) == 1 else f"place {name}",
        entries=entries,
        within=next((item.placement.cell for item in ordered if item.placement is not None), None),
    )


def _nearest_first(fleet: Fleet, cells: Sequence[Cell]) -> list[Cell]:
    """Order the cells of one name: what those say in which others are placed goes before what others say.

    Cells of levels that share a file say the same.
    """
    named = {cell.address.level: cell for cell in cells}
    nearest = place_levels([level for level in fleet.levels if level.name in named])
    return [*(named.pop(level.name) for level in nearest), *named.values()]


def _labels(cell: Cell) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a cell's plain settings; a secret is none of them."""
    secret = {path[0] for path in cell.sensitive}
    for key, value in cell.settings.items():
        values = _label(value)
        if values and key not in secret:
            yield key, values


def _label(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    texts = [scalar_text(item) for item in items]
    return tuple(text for text in texts if text is not None) if None not in texts else ()


def _entries(fleet: Fleet, cell: Cell) -> Iterator[tuple[str, Entry | Diagnostic]]:
    given = cell.settings.get(KEY)
    if given is None:
        return
    if not isinstance(given, Mapping):
        detail = "write a mapping from resources to how much there is, as in {vpc_blocks: 50}"
        place = setting_position(fleet, cell.address, KEY)
        yield "", error(f"'{KEY}' must be a mapping, not {kind_name(given)}", detail, place)
        return
    for resource, value in given.items():
        if resource not in fleet.capacity.known:
            place = setting_position(fleet, cell.address, f"{KEY}.{resource}")
            yield resource, error(*unknown_resource(resource, fleet.capacity), place)
        else:
            yield resource, _entry(fleet, cell, resource, value)


def _entry(fleet: Fleet, cell: Cell, resource: str, value: Value) -> Entry | Diagnostic:
    path = f"{KEY}.{resource}"
    parts = value if isinstance(value, Mapping) else {"limit": value}
    numbers: dict[str, int | None] = {}
    for part, number in parts.items():
        where = path if part not in _PARTS or not isinstance(value, Mapping) else f"{path}.{part}"
        if part not in _PARTS:
            return error(
                f"unknown key '{part}' in '{resource}'",
                advice(part, _PARTS),
                setting_position(fleet, cell.address, where),
            )
        if (fault := _number_fault(number, null=part == "limit")) is not None:
            shown = (
                number
                if isinstance(number, (str, int)) and not isinstance(number, bool)
                else kind_name(number)
            )
            return error(
                f"'{resource}' can't be {shown}: {fault}",
                "write how many there are, or null where nothing limits it"
                if part == "limit"
                else "write how many are used outside of this fleet",
                setting_position(fleet, cell.address, where),
            )
        numbers[part] = number if isinstance(number, int) else None
    return Entry(
        limit=numbers.get("limit"), limited="limit" in numbers, reserved=numbers.get("reserved") or 0
    )


def _number_fault(value: Value, *, null: bool) -> str | None:
    if value is None and null:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        return "it is no whole number"
    return "it is negative" if value < 0 else None
