"""What may be written where the cursor is."""

from collections.abc import Iterator

from cellwright.app.editing.choice import Choice
from cellwright.app.editing.edited import EditedFleet, PlannedCell, Role
from cellwright.app.editing.fleet_file.completion import fleet_choices
from cellwright.app.editing.inputs import InputPlace, input_at, inside
from cellwright.app.editing.place import Place, place_at
from cellwright.app.editing.references import continuations
from cellwright.app.fleet.schema.settings import cell_keys
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import Level
from cellwright.model.binary import KEYS, PRODUCTS
from cellwright.model.text.url_credentials import shown_address
from cellwright.stacks.types.constraint import ListOf, MapOf, ObjectOf, Primitive, SetOf, TypeConstraint

_OWN = ("enabled", "version")
"""The keys of a stack's settings that are none of its inputs."""


def complete(fleet: EditedFleet, path: str, line: int, column: int) -> tuple[Choice, ...]:
    """Give what may be written at a place (counted from 0) of a file."""
    role = fleet.role(path)
    if role is None:
        return ()
    place = place_at(fleet.text(path), line, column)
    if not role.levels:
        return fleet_choices(fleet, place)
    if place.reference is not None:
        level, planned = _asked(fleet, path, role, place)
        said = continuations(fleet, level, planned, place.reference)
        return tuple(Choice(text, detail) for text, detail in said.items())
    found = _values(fleet, role, place) if place.in_value else _keys(fleet, path, role, place)
    return tuple({choice.text: choice for choice in found}.values())


def _asked(fleet: EditedFleet, path: str, role: Role, place: Place) -> tuple[Level, PlannedCell | None]:
    """Give the level whose stack the place is in, and its cell."""
    found = input_at(fleet, role.levels, place.path)
    level = found.level if found is not None else role.levels[-1]
    known = fleet.known(path)
    return level, next((item for item in known if item.address.level == level.name), None)


def _keys(fleet: EditedFleet, path: str, role: Role, place: Place) -> Iterator[Choice]:
    levels, above = inside(fleet, role.levels, place.above)
    if not above:
        return _top_keys(fleet, path, levels)
    if above == ("stacks",):
        stacks = [(stack, f"a stack of {level.name}") for level in levels for stack in level.stacks.values()]
        return (Choice(stack.name, said, shown_address(stack.source), is_key=True) for stack, said in stacks)
    if above == ("levels",):
        placed = (level.name for level in fleet.session.levels() if level.placement is not None)
        return (Choice(name, "a level", is_key=True) for name in placed)
    if above == ("terraform",):
        return (Choice(key, "", cell_keys().words[f"terraform.{key}"], is_key=True) for key in KEYS)
    found = input_at(fleet, levels, above)
    return _input_keys(found) if found is not None else iter(())


def _top_keys(fleet: EditedFleet, path: str, levels: tuple[Level, ...]) -> Iterator[Choice]:
    for key in RESERVED:
        yield Choice(key, "", cell_keys().words[key], is_key=True)
    for level in levels:
        if level.placement is not None:
            yield Choice(level.placement, "", cell_keys().words["PLACEMENT"], is_key=True)
    for item in fleet.known(path):
        for key, _ in item.merged.present():
            if key not in RESERVED:
                yield Choice(key, "a key of the cell", is_key=True)


def _input_keys(place: InputPlace) -> Iterator[Choice]:
    if not place.steps:
        for name, item in (place.contract.variables if place.contract else {}).items():
            needs = "required" if item.required else f"default {item.default}" if item.default else ""
            shown = "sensitive" if item.sensitive else needs
            detail = ", ".join(part for part in (str(item.type), shown) if part)
            yield Choice(name, detail, item.description, is_key=True)
        for key in _OWN:
            yield Choice(key, "", cell_keys().words[f"stacks.NAME.{key}"], is_key=True)
        return
    kind = _inside_type(place)
    if isinstance(kind, ObjectOf):
        for name, attribute in kind.attributes.items():
            yield Choice(name, str(attribute), is_key=True)


def _inside_type(place: InputPlace) -> TypeConstraint | None:
    kind: TypeConstraint | None = place.variable.type if place.variable is not None else None
    for step in place.steps[1:]:
        match kind:
            case ObjectOf(attributes):
                kind = attributes[step].type if step in attributes else None
            case MapOf(element) | ListOf(element) | SetOf(element):
                kind = element
            case _:
                return None
    return kind.element if isinstance(kind, ListOf | SetOf) else kind


def _values(fleet: EditedFleet, role: Role, place: Place) -> Iterator[Choice]:
    levels, path = inside(fleet, role.levels, place.path)
    for level in levels:
        if path == (level.placement,):
            for host in _hosts(fleet, level):
                yield from (Choice(name, f"a cell of {host.name}") for name in fleet.cells_of(host)[:500])
            yield Choice("!place", "a rule that places the cell")
            return
    if path == ("terraform", "product"):
        yield from (Choice(item) for item in PRODUCTS)
    found = input_at(fleet, levels, path)
    if found is None or not found.steps:
        return
    kind, item = _inside_type(found), found.variable
    if found.steps == ("enabled",) or kind is Primitive.BOOL:
        yield from (Choice("true"), Choice("false"))
    if item is not None and len(found.steps) == 1:
        yield from (Choice(text, "a choice") for text in item.choices)
        if isinstance(item.type, ListOf | SetOf):
            yield Choice("!append", "adds to the list of the layers below")
        if isinstance(item.type, MapOf | ObjectOf | ListOf | SetOf):
            yield Choice("!replace", "takes nothing of the layers below")
    yield Choice("!unset", "as if no layer had set it")


def _hosts(fleet: EditedFleet, level: Level) -> tuple[Level, ...]:
    """Give the levels in which cells of one may be placed, one for each folder of cells."""
    levels = fleet.session.levels()
    below = levels[: next((at for at, item in enumerate(levels) if item.name == level.name), 0)]
    return tuple({item.cells: item for item in reversed(below)}.values())
