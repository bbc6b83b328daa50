"""Reads drift from the plan of a unit whose settings have not changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.drift import OUTPUT, DriftedResource, FoundDrift
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.value import Json
from cellwright.terraform.output.plans.attributes import attribute_changes
from cellwright.terraform.output.plans.gained import real_drift
from cellwright.terraform.output.plans.whole_plan import nameless, reduced, whole_of

_WHOLE = frozenset(("create", "delete", "forget", "read"))
"""Actions that are about a resource as a whole: all of its attributes would be named."""
_MOST_PATHS = 50
"""Of one resource that are kept."""


def read_drift(
    document: Mapping[str, Any],
    plan: PlanSummary,
    cell: str,
    keyed: Callable[[Json], str],
    redact: Callable[[str], str] = str,
) -> FoundDrift:
    """Give what differs, by resource, without values; `keyed` digests what has secrets in clear.

    What a plan would change comes first; what Terraform has noticed besides, and would leave as it is, comes
    after it: attributes that are ignored, or that the provider computes.

    Raises:
        DiagnosticError: the document has not the form of a plan.
    """
    try:
        changes = {item["address"]: item for item in document.get("resource_changes") or ()}
        acts = {item.address: item.action.value for item in plan.resources}
        resources = [_resource(changes[address], action, keyed, redact) for address, action in acts.items()]
        outputs = [_output(name, document, keyed) for name in plan.outputs]
        noticed = list(_noticed(document, frozenset(acts), keyed, redact))
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
        advice = "use a Terraform or OpenTofu that this version of Cellwright knows, or a newer Cellwright"
        raise DiagnosticError(error("drift can't be read from Terraform's plan", advice)) from fault
    found = FoundDrift(resources=(*resources, *outputs, *noticed), counts=plan.counts)
    if not found.is_drift:
        return found
    whole = whole_of(document)
    return FoundDrift(
        resources=found.resources,
        counts=plan.counts,
        digest=keyed(whole),
        nameless=keyed(nameless(whole, cell)),
    )


def _resource(
    item: Mapping[str, Any],
    action: str,
    keyed: Callable[[Json], str],
    redact: Callable[[str], str],
    *,
    repaired: bool = True,
) -> DriftedResource:
    paths = () if action in _WHOLE else _paths(item["change"], redact)
    digest = keyed([item["address"], action, reduced(item["change"])])
    return DriftedResource(
        address=item["address"], action=action, paths=paths, repaired=repaired, digest=digest
    )


def _output(name: str, document: Mapping[str, Any], keyed: Callable[[Json], str]) -> DriftedResource:
    change = document["output_changes"][name]
    return DriftedResource(address=f"{OUTPUT}{name}", action="update", digest=keyed([name, reduced(change)]))


def _noticed(
    document: Mapping[str, Any],
    planned: frozenset[str],
    keyed: Callable[[Json], str],
    redact: Callable[[str], str],
) -> Iterator[DriftedResource]:
    for item in real_drift(document.get("resource_drift") or ()):
        actions = item["change"]["actions"]
        if item["address"] not in planned and actions != ["no-op"]:
            yield _resource(item, actions[0], keyed, redact, repaired=False)


def _paths(change: Mapping[str, Any], redact: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(redact(item.path) for item in attribute_changes(change))[:_MOST_PATHS]
