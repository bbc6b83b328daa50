"""A saved plan, as `show -json` prints it, read into what is shown and decided on."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.plan import Action, PlanSummary, ResourceChange, ResourceCounts
from cellwright.terraform.attributes import attribute_changes

NO_CHANGES = PlanSummary(ResourceCounts(), (), (), applyable=False)

_SINGLE = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "read": Action.READ,
    "forget": Action.FORGET,
}
_FORMAT = "1."


def parse_plan(content: bytes) -> Mapping[str, Any]:
    """Read `show -json PLAN` into the document that Terraform describes ("JSON Output Format").

    It holds sensitive values in clear: never store or show it.

    Raises:
        DiagnosticError: it is no plan, or of a format that is not known here.
    """
    try:
        document = json.loads(content)
        known = str(document["format_version"]).startswith(_FORMAT)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise DiagnosticError(error("Terraform's plan can't be read: it is not JSON", _UPGRADE)) from fault
    if not known:
        version = document["format_version"]
        raise DiagnosticError(error(f"Terraform's plan has the unknown format {version}", _UPGRADE))
    return dict(document)


def summarise_plan(document: Mapping[str, Any]) -> PlanSummary:
    """Reduce a plan to its summary; drift (`resource_drift`) has happened already and is left out.

    Raises:
        DiagnosticError: the document has not the form of a plan.
    """
    try:
        changes = tuple(_changes(document.get("resource_changes") or ()))
        outputs = _outputs(document.get("output_changes") or {})
    except (KeyError, TypeError, AttributeError) as fault:
        raise DiagnosticError(error("Terraform's plan has an unknown form", _UPGRADE)) from fault
    applyable = document.get("applyable")  # OpenTofu does not say
    return PlanSummary(
        _count(changes),
        changes,
        outputs,
        bool(changes or outputs) if applyable is None else bool(applyable),
    )


def _changes(found: Iterable[Mapping[str, Any]]) -> Iterable[ResourceChange]:
    for item in found:
        change = item["change"]
        action = _action(change, item)
        if action is not None:
            yield ResourceChange(item["address"], action, attribute_changes(change))


def _action(change: Mapping[str, Any], item: Mapping[str, Any]) -> Action | None:
    actions = change["actions"]
    if len(actions) > 1:
        return Action.REPLACE
    if actions[0] != "no-op":
        return _SINGLE[actions[0]]
    if change.get("importing"):
        return Action.IMPORT
    return Action.MOVE if "previous_address" in item else None


def _outputs(found: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(name for name, change in found.items() if change["actions"] != ["no-op"]))


def _count(changes: Iterable[ResourceChange]) -> ResourceCounts:
    tally = dict.fromkeys(Action, 0)
    for change in changes:
        tally[change.action] += 1
    return ResourceCounts(
        tally[Action.CREATE], tally[Action.UPDATE], tally[Action.DELETE], tally[Action.REPLACE]
    )


_UPGRADE = "use a Terraform or OpenTofu that this version of Cellwright knows, or a newer Cellwright"
