"""What a plan says of a resource's change besides its values: why it happens, and what forces it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cellwright.model.runs.plan import Action, AttributeChange

_REASONS = {
    "replace_because_tainted": "tainted",
    "replace_by_request": "asked for with --replace",
    "replace_by_triggers": "by its replace_triggered_by",
    "delete_because_no_resource_config": "not in the stack any more",
    "delete_because_wrong_repetition": "its count or for_each has changed",
    "delete_because_count_index": "beyond its count",
    "delete_because_each_key": "its key is not in for_each any more",
    "delete_because_no_module": "its module is not in the stack any more",
    "delete_because_no_move_target": "nothing is there to which it is moved",
}
"""Of the reasons that Terraform names, those that the values don't tell."""


def note_of(action: Action, item: Mapping[str, Any]) -> str:
    """Tell of one of a plan's `resource_changes` why it happens, and if it is imported or moved besides."""
    said = [_REASONS[reason] for reason in (item.get("action_reason"),) if reason in _REASONS]
    if item.get("deposed"):
        said.append("a former object that could not be destroyed before")
    importing = item["change"].get("importing")
    if importing and action is not Action.IMPORT:
        identifier = str(importing.get("id", ""))
        said.append(f"imported from {identifier}" if identifier else "imported")
    if item.get("previous_address") and action is not Action.MOVE:
        said.append(f"moved from {item['previous_address']}")
    return ", ".join(said)


def actions_of(document: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Tell by resource which actions its change begins, before it or after it, in their order.

    They do something to real objects, and no resource of the plan shows it.
    """
    found: dict[str, list[tuple[tuple[int, int], str]]] = {}
    for item in document.get("action_invocations") or ():
        trigger = item.get("lifecycle_action_trigger")
        if trigger:
            order = trigger.get("action_trigger_block_index", 0), trigger.get("actions_list_index", 0)
            when = "before it" if str(trigger["action_trigger_event"]).startswith("Before") else "after it"
            told = order, f"{when} {item['address']} is invoked"
            found.setdefault(trigger["triggering_resource_address"], []).append(told)
    return {address: tuple(text for _, text in sorted(told)) for address, told in found.items()}


def forcing(
    changes: Iterable[AttributeChange], paths: Sequence[Sequence[str | int]]
) -> tuple[AttributeChange, ...]:
    """Mark the attributes for which a resource is replaced; `paths` are Terraform's `replace_paths`."""
    causes = [_written(path) for path in paths]
    return tuple(
        replace(item, forces=True) if any(_meet(item.path, cause) for cause in causes) else item
        for item in changes
    )


def _written(path: Sequence[str | int]) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")


def _meet(one: str, other: str) -> bool:
    """Tell whether one path is the other, or lies below it."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))
