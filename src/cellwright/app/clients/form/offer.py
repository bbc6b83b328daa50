"""Makes the form: what the fleet and its stacks' contracts let a client say."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

from cellwright.app.clients.form.fields import Field, FieldKind, Form, StackForm
from cellwright.app.runs.placement.places import pending, with_claims
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Planned
from cellwright.capacity.book import read_book
from cellwright.capacity.places import is_active
from cellwright.fleet.capacity import Resources
from cellwright.fleet.config.settings import OWN_KEYS, RESERVED
from cellwright.fleet.fleet import Level, levels_below, place_levels
from cellwright.fleet.pools import Addressing
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import MergeTag
from cellwright.fleet.yaml.references import holds_reference
from cellwright.fleet.yaml.writer import flow_style
from cellwright.ipam.holdings import KEY as ADDRESSES
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.text.json_text import read_json
from cellwright.model.unit import StackPin, Unit
from cellwright.model.value import Json, Value
from cellwright.stacks.contract import Contract, Variable
from cellwright.stacks.types.constraint import Primitive

_NOT_FIELDS = frozenset({*RESERVED, ADDRESSES, "name", "level", "exceptions"})
"""Keys of a cell's file that the form has other places for, or none."""
_FULL = "full"
_KINDS: Mapping[object, FieldKind] = {
    Primitive.STRING: FieldKind.TEXT,
    Primitive.NUMBER: FieldKind.NUMBER,
    Primitive.BOOL: FieldKind.SWITCH,
}


def make_form(
    session: FleetSession,
    level: Level,
    cell: CellAddress,
    planned: Planned,
    uses: Resources | None = None,
) -> Form:
    """Make the form of a cell.

    `planned` is the cell with what is chosen already: another tier brings other defaults. A new cell `uses`
    so much of what places have; None: as is usual there, as far as that is to be shown at all.
    """
    fleet, own = planned.snapshot.fleet, f"{level.cells}/{cell.cell}"
    sharing = [item for item in fleet.levels if item.cells == level.cells]
    stacks = planned.merged.get("stacks") if planned.merged is not None else None
    rooms = _rooms(session, cell, uses) if level.placement is not None and is_active(fleet) else {}
    offered = _Offer(session, planned, own, {place: _room(room) for place, room in rooms.items()})
    return Form(
        level=level,
        levels=tuple(item.name for item in fleet.levels),
        keys=tuple(offered.keys(level)),
        stacks=tuple(
            offered.stack(item, name, cell, stacks.get(name) if stacks is not None else None)
            for item in sharing
            for name in item.stacks
        ),
        secrets=tuple(fleet.secrets),
    )


def selecting_keys(level: Level, addresses: Addressing) -> tuple[str, ...]:
    """Give the keys that decide about others: the placement, what names layers, what chooses sizes."""
    named = (key for path in level.layers for key in _references(path))
    sizes = (pool.key for pool in addresses.pools_for(level.name))
    keys = dict.fromkeys((*((level.placement,) if level.placement else ()), *named, *sizes))
    return tuple(keys)


class _Offer:
    def __init__(self, session: FleetSession, planned: Planned, own: str, rooms: Mapping[str, str]) -> None:
        self._rooms = rooms
        self._session = session
        self._planned = planned
        self._own = own

    def keys(self, level: Level) -> Iterator[Field]:
        """Yield the cell's own settings: the placement first, then what has choices, then the rest."""
        merged = self._planned.merged
        choices = self._choices(level)
        entries = dict(merged.present()) if merged is not None else {}
        cells = (cell for cell in self._planned.snapshot.fleet.cells.values() if self._is_own(cell.path))
        hidden = {path for cell in cells for path in cell.sensitive}
        names = [*choices, *(name for name in entries if name not in choices and name not in _NOT_FIELDS)]
        for name in names:
            if "." in name:
                continue
            below = self._below(entries.get(name))
            kind = FieldKind.CHOICE if choices.get(name) else _kind_of(below or entries.get(name))
            secret = any(path[0] == name for path in hidden)
            yield Field(
                key=name,
                name=name.replace("_", " "),
                kind=FieldKind.SECRET if secret else kind,
                required=below is None and name == level.placement,
                default="" if secret else _shown_default(below),
                default_from=_place(below),
                choices=choices.get(name, ()),
                notes=self._rooms if name == level.placement else {},
                closed=frozenset(
                    place for place, note in self._rooms.items() if note == _FULL and name == level.placement
                ),
            )

    def stack(self, level: Level, name: str, cell: CellAddress, settings: Setting | None) -> StackForm:
        """Make a stack's switch and its inputs."""
        declared = level.stacks[name]
        below = self._below(settings.get("enabled") if settings is not None else None)
        default = below.written() is True if below is not None else declared.enabled
        origin = _place(below) or _file_and_line(declared.position)
        unit = self._unit(UnitAddress(level.name, cell.cell, name))
        pin = unit.stack if unit is not None else StackPin(declared.source, declared.version)
        made = StackForm(name=name, level=level.name, default=default, default_from=origin)
        try:
            contract = self._planned.snapshot.stacks.catalogue.contract(pin)
        except DiagnosticError as fault:
            return StackForm(
                name=name, level=level.name, default=default, default_from=origin, fault=str(fault)
            )
        inputs = tuple(self._inputs(made, contract, settings, unit))
        return StackForm(name=name, level=level.name, default=default, default_from=origin, inputs=inputs)

    def _unit(self, address: UnitAddress) -> Unit | None:
        return self._planned.snapshot.fleet.units.get(address)

    def _inputs(
        self, stack: StackForm, contract: Contract, settings: Setting | None, unit: Unit | None
    ) -> Iterator[Field]:
        hidden = unit.secret_inputs if unit is not None else frozenset()
        for variable in contract.variables.values():
            if variable.name in OWN_KEYS or "." in variable.name:
                continue
            setting = settings.get(variable.name) if settings is not None else None
            below = self._below(setting)
            given = below is not None or variable.name in contract.own_values
            secret = variable.sensitive or variable.ephemeral or variable.name in hidden
            yield Field(
                key=f"stacks.{stack.name}.{variable.name}",
                name=variable.name,
                kind=FieldKind.SECRET if secret else _KINDS.get(variable.type, FieldKind.YAML),
                type=str(variable.type),
                description=variable.description,
                required=variable.required and not given,
                default=_default(variable, below, secret=secret),
                default_from=_place(below),
                rules=variable.rules,
                deprecated=variable.deprecated or "",
                wired=below is not None and _is_wired(below.written()),
            )

    def _below(self, setting: Setting | None) -> Setting | None:
        """Give what the layers below the cell's own files say."""
        while setting is not None and self._is_own(setting.node.layer):
            setting = setting.overridden
        return None if setting is None or setting.unset else setting

    def _is_own(self, path: str) -> bool:
        return path in {self._own, f"{self._own}.yaml"} or path.startswith(f"{self._own}/")

    def _choices(self, level: Level) -> dict[str, tuple[str, ...]]:
        """Give the keys of which only some values have a meaning, with these."""
        found: dict[str, tuple[str, ...]] = {}
        fleet = self._planned.snapshot.fleet
        if level.placement is not None:
            found[level.placement] = _placements(fleet.cells, level, fleet.levels)
        for path in level.layers:
            found.update(_layer_choices(self._session, path))
        for pool in fleet.addresses.pools_for(level.name):
            if pool.sizes and pool.key not in found:
                found[pool.key] = tuple(pool.sizes)
        return found


def _rooms(session: FleetSession, cell: CellAddress, uses: Resources | None) -> Mapping[str, int | None]:
    """Tell for each place how many more such cells fit; empty for a cell that is there already."""
    fleet = session.snapshot().fleet
    if cell in fleet.cells:
        return {}
    try:
        book = with_claims(read_book(fleet)[0], pending(session, fleet))
    except DiagnosticError:
        return {}
    return {name: book.room(name, uses) for name in book.places}


def _room(room: int | None) -> str:
    if room is None:
        return ""
    return f"room for {room} more" if room else _FULL


def _placements(
    cells: Mapping[CellAddress, object], level: Level, levels: tuple[Level, ...]
) -> tuple[str, ...]:
    """Give the names of the cells in which a cell of the level may be placed."""
    hosting = {item.name for item in place_levels(levels_below(levels, level.name))}
    return tuple(sorted({cell.cell for cell in cells if cell.level in hosting}))


def _references(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("${cell.")[1:]]


def _layer_choices(session: FleetSession, path: str) -> dict[str, tuple[str, ...]]:
    """Give the values for which there are layers, of a path with one reference: `tiers/${cell.tier}.yaml`."""
    before, opening, rest = path.partition("${cell.")
    key, closing, after = rest.partition("}")
    if not opening or not closing or "${" in after or not key.replace("_", "").isalnum():
        return {}
    folder, _, start = before.rpartition("/")
    pattern = f"{start}*{after}"
    if "/" in pattern:
        return {}
    try:
        names = sorted(item.name for item in (session.root / folder).iterdir())
    except OSError:
        return {}
    found = (name for name in names if fnmatchcase(name, pattern) and not name.startswith("."))
    return {key: tuple(name[len(start) : len(name) - len(after)] for name in found)}


def _is_wired(value: Value) -> bool:
    """Tell whether a value is mostly made of references."""
    leaves = list(_leaves(value))
    return sum(isinstance(leaf, str) and holds_reference(leaf) for leaf in leaves) * 2 > len(leaves)


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _kind_of(setting: Setting | None) -> FieldKind:
    value = setting.node.value if setting is not None else ""
    if setting is not None and (setting.entries is not None or setting.is_list):
        return FieldKind.YAML
    if isinstance(value, bool):
        return FieldKind.SWITCH
    return FieldKind.NUMBER if isinstance(value, int | Decimal) else FieldKind.TEXT


def _default(variable: Variable, below: Setting | None, *, secret: bool) -> str:
    if secret:
        # What a layer says of it is a reference, if all is well; it is not shown in case it is not.
        return ""
    if below is not None:
        return _shown(below)
    if not variable.default or variable.default == "null":
        return ""
    value: Json = read_json(variable.default)
    return value if isinstance(value, str) else flow_style(value)


def _shown(setting: Setting | None) -> str:
    if setting is None:
        return ""
    value = setting.written()
    return value if isinstance(value, str) else flow_style(_plain(value))


def _shown_default(setting: Setting | None) -> str:
    if setting is not None and setting.node.merge_tag is MergeTag.PLACE:
        return "chosen by a rule"
    return _shown(setting)


def _plain(value: object) -> Json:
    """What is written in a file is JSON: references are texts there."""
    return value  # type: ignore[return-value]


def _place(setting: Setting | None) -> str:
    return _file_and_line(setting.node.position) if setting is not None else ""


def _file_and_line(position: Position) -> str:
    return f"{position.file}:{position.line}"
