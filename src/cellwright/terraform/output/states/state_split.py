"""Resources of one state in another one: both as they will be, without a program that runs."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.states.state_instance import instance_address
from cellwright.model.text.json_text import COMPACT, read_json

_FORMAT = 4


@dataclass(frozen=True, slots=True)
class SplitStates:
    """Two states between which resources were moved."""

    source: bytes
    target: bytes
    moved: tuple[str, ...]
    """Addresses of the instances that the source had."""
    there: tuple[str, ...]
    """Addresses of those that the target has had already: the move was begun before."""


def split_states(source: bytes, target: bytes | None, wanted: Sequence[str]) -> SplitStates:
    """Move resources from one state to another; an address may be a resource, an instance or a module.

    Both get the next serial; a target that is not there yet begins a new state.

    Raises:
        DiagnosticError: a state is none of version 4, no resource has such an address, or the target has
            another one of that address.
    """
    before, after = _read(source), _read(target) if target else _empty(_read(source))
    left: list[Any] = []
    moved: list[str] = []
    there = [address for address in _addresses(after) if any(_is_part(address, name) for name in wanted)]
    for resource in before["resources"]:
        going = [
            item
            for item in resource["instances"]
            if any(_is_part(instance_address(resource, item), name) for name in wanted)
        ]
        moved += [instance_address(resource, item) for item in going]
        for item in going:
            _put(after, resource, item)
        staying = [item for item in resource["instances"] if item not in going]
        if staying:
            left.append({**resource, "instances": staying})
    unknown = [name for name in wanted if not any(_is_part(item, name) for item in (*moved, *there))]
    if unknown:
        known = ", ".join(_addresses(before)[:20]) or "none"
        raise DiagnosticError(error(f"the state has no {', '.join(unknown)}", f"it has: {known}"))
    before["resources"] = left
    after["lineage"] = after.get("lineage") or str(uuid.uuid4())
    for state in (before, after):
        state["serial"] = int(state["serial"]) + 1
    return SplitStates(_written(before), _written(after), tuple(moved), tuple(there))


def held_of(content: bytes | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """Give those of some addresses of which a state has anything.

    Raises:
        DiagnosticError: it is none of version 4.
    """
    known = _addresses(_read(content)) if content else ()
    return tuple(name for name in wanted if any(_is_part(item, name) for item in known))


def _read(content: bytes) -> dict[str, Any]:
    try:
        state = read_json(content)
        if state["version"] != _FORMAT or not isinstance(state["resources"], list):
            raise ValueError("another version")  # noqa: TRY301  as what can't be read
        return dict(state)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise DiagnosticError(
            error("the state can't be taken apart", "it is encrypted, or no state of version 4")
        ) from fault


def _empty(like: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": _FORMAT,
        "terraform_version": like.get("terraform_version", ""),
        "serial": 0,
        "lineage": str(uuid.uuid4()),
        "outputs": {},
        "resources": [],
        "check_results": None,
    }


def _addresses(state: Mapping[str, Any]) -> list[str]:
    return [
        instance_address(resource, item)
        for resource in state["resources"]
        if resource.get("mode") == "managed"
        for item in resource["instances"]
    ]


def _is_part(address: str, name: str) -> bool:
    """Tell whether an instance is what a name means: itself, its resource, or a module around it."""
    return address == name or address.startswith((f"{name}[", f"{name}."))


def _put(state: dict[str, Any], resource: Mapping[str, Any], instance: Mapping[str, Any]) -> None:
    """Add an instance; one that is there already stays if it is the same."""
    address = instance_address(resource, instance)
    for known in state["resources"]:
        if _identity(known) != _identity(resource):
            continue
        # A former object that could not be destroyed yet has the address of the one that replaced it.
        same = [
            item
            for item in known["instances"]
            if instance_address(known, item) == address and item.get("deposed") == instance.get("deposed")
        ]
        if same and same[0].get("attributes") != instance.get("attributes"):
            raise DiagnosticError(
                error(
                    f"the other state has another {address} already",
                    "remove one of the two from its state, then repeat this",
                )
            )
        if not same:
            known["instances"] = [*known["instances"], instance]
        return
    state["resources"] = [*state["resources"], {**resource, "instances": [instance]}]


def _identity(resource: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(resource.get(name) for name in ("module", "mode", "type", "name"))


def _written(state: Mapping[str, Any]) -> bytes:
    return f"{COMPACT.write(state)}\n".encode()
