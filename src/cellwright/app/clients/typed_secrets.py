"""Refuses secrets that are typed: they would be in the repository, and are in the list of processes."""

from collections.abc import Callable, Collection, Iterator, Mapping

from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.yaml.references import holds_reference, is_made_of_references
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.hidden_keys import overlaps
from cellwright.model.names import means_secret
from cellwright.model.text.suggestion import nearest
from cellwright.model.value import Json

_OFTEN = ("password", "secret", "token", "credentials")
_LIKE = 0.8
"""How much like a secret's name one must be to be that name with a slip in it (by difflib's ratio)."""


def refuse_typed_secrets(snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json]) -> None:
    """Go on only if what is sensitive among new settings of a cell is given by references.

    There is no way to type it unseen either: what is written is committed.

    Raises:
        DiagnosticError: something is not; its value is not repeated.
    """
    typed = typed_secrets(snapshot, cell, settings)
    advice = "give a reference: --set {}='${{secret.SOURCE.NAME}}'"
    variables = [f"environment.{name}" for name in _variables(settings)]
    passed = "export it where the fleet is run from, named in `terraform.environment_pass` of fleet.yaml"
    found = [(name, advice.format(name)) for name in typed] + [(name, passed) for name in variables]
    if found:
        raise DiagnosticError(
            *(
                error(
                    f"'{name}' is sensitive, and its value would be in the repository for all to read",
                    f"{how}; change the secret, which others may have seen by now",
                )
                for name, how in found
            )
        )


def typed_secrets(snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json]) -> list[str]:
    """Give the keys of settings, with dots, that are sensitive and have their values written out."""
    return [".".join(path) for path in _paths(snapshot, cell, settings)]


def written_out(snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json]) -> list[tuple[str, ...]]:
    """Give where settings have what may be a secret: sensitive keys, and variables of the environment.

    A word beside a reference counts here, since what is shown can't be taken back. Of a cell that can't be
    read as a whole, names tell.
    """
    variables = [("environment", name) for name in _variables(settings)]
    if cell not in snapshot.fleet.cells:
        return [*_by_name(settings), *variables]
    mistyped = _mistyped(snapshot, cell, settings)
    return [*_paths(snapshot, cell, settings, is_made_of_references), *mistyped, *variables]


def _mistyped(
    snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json]
) -> Iterator[tuple[str, ...]]:
    """Yield what stands where no input can be, or has a name that is nearly that of a secret."""
    for stack, inputs in _mapping(settings.get("stacks")).items():
        unit = snapshot.fleet.units.get(UnitAddress(cell.level, cell.cell, stack))
        if not isinstance(inputs, Mapping):
            yield "stacks", stack
            continue
        known = snapshot.stacks.facts(unit.stack).sensitive if unit is not None else frozenset()
        inside = unit.inputs if unit is not None else {}
        for name, value in inputs.items():
            if name not in inside and _is_like(name, known) and _is_typed(value, is_made_of_references):
                yield "stacks", stack, name


def _is_like(name: str, known: Collection[str]) -> bool:
    return means_secret(name) or nearest(name.lower(), sorted({*known, *_OFTEN}), _LIKE) is not None


def _by_name(settings: Mapping[str, Json], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in settings.items():
        if means_secret(name):
            yield *above, name
        elif isinstance(value, Mapping):
            yield from _by_name(value, (*above, name))


def _paths(
    snapshot: Snapshot,
    cell: CellAddress,
    settings: Mapping[str, Json],
    refers: Callable[[str], bool] = holds_reference,
) -> Iterator[tuple[str, ...]]:
    yield from _inputs(snapshot, cell, settings, refers)
    yield from _keys(snapshot, cell, settings, refers)


def _inputs(
    snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json], refers: Callable[[str], bool]
) -> Iterator[tuple[str, ...]]:
    for stack, inputs in _mapping(settings.get("stacks")).items():
        unit = snapshot.fleet.units.get(UnitAddress(cell.level, cell.cell, stack))
        if unit is None:
            continue
        secret = snapshot.stacks.facts(unit.stack).sensitive | unit.secret_inputs
        for name, value in _mapping(inputs).items():
            if name in secret and _is_typed(value, refers):
                yield "stacks", stack, name


def _keys(
    snapshot: Snapshot, cell: CellAddress, settings: Mapping[str, Json], refers: Callable[[str], bool]
) -> Iterator[tuple[str, ...]]:
    hidden = snapshot.fleet.cells[cell].sensitive
    waiting: list[tuple[tuple[str, ...], Json]] = [((key,), value) for key, value in settings.items()]
    while waiting:
        path, value = waiting.pop(0)
        if any(path[: len(item)] == item for item in hidden):
            if _is_typed(value, refers):
                yield path
        elif isinstance(value, Mapping) and any(overlaps(path, item) for item in hidden):
            waiting.extend(((*path, key), inner) for key, inner in value.items())


def _variables(settings: Mapping[str, Json]) -> Iterator[str]:
    for name, value in _mapping(settings.get("environment")).items():
        if means_secret(name) and _is_typed(value, is_made_of_references):
            yield name


def _is_typed(value: Json, refers: Callable[[str], bool], *, inside: bool = False) -> bool:
    """Tell whether a value has a text, or is a number, that is written out."""
    if isinstance(value, str):
        return bool(value) and not refers(value)
    if isinstance(value, Mapping):
        return any(_is_typed(item, refers, inside=True) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_is_typed(item, refers, inside=True) for item in value)
    return not inside and value is not None and not isinstance(value, bool)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
