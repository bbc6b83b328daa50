"""Units that have one state: which of them it belongs to can't be told."""

from collections.abc import Iterator, Mapping, Sequence

from cellwright.foreign.literals import literal
from cellwright.foreign.paths import PATH_SETTINGS
from cellwright.foreign.tree import ForeignUnit, ForeignValue, Late, Unreadable, leaves
from cellwright.model.address import UnitAddress
from cellwright.model.states.state_place import place_digest
from cellwright.model.unit import Backend


def shared_states(units: Sequence[ForeignUnit], addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the keys of units whose state another unit has, each with the key of one."""
    owners: dict[str, list[str]] = {}
    for unit in units:
        backend = unit.backend
        if backend.kind in PATH_SETTINGS and _is_plain(backend.config):
            config = {name: literal(value) for name, value in backend.config.items()}
            place = place_digest(Backend(backend.kind, config), UnitAddress.parse(addresses[unit.key]))
            owners.setdefault(place, []).append(unit.key)
    for keys in owners.values():
        if len(keys) > 1:
            yield from ((key, keys[1] if key == keys[0] else keys[0]) for key in keys)


def _is_plain(value: ForeignValue) -> bool:
    return not any(isinstance(item, Unreadable | Late) for item in leaves(value))
