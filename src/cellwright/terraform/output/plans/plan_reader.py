"""Reads a saved plan, as `show -json` prints it, into its summary."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.limits import PLAN_VALUE, PLAN_VALUES
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.text.difference import differing
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.terraform.output.plans.attributes import attribute_changes, sensitive_values
from cellwright.terraform.output.plans.change_notes import actions_of, forcing, note_of
from cellwright.terraform.output.redaction import Redactor

NO_CHANGES = PlanSummary(ResourceCounts(), (), (), applyable=False)

_SINGLE = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "read": Action.READ,
    "forget": Action.FORGET,
}
_FORMAT = "1."

_ALWAYS_WHOLE = 500
"""Characters of a value that are kept whole even in a plan that is too large."""

_KEPT_OF_CUT = 2_000
"""Characters that are kept of each difference in a value that is cut; of more, their number and a digest."""


@dataclass(slots=True)
class _Kept:
    """Keeps the values of one plan: whole, as long as there is room."""

    redact: Callable[[str], str]
    cut: int = 0
    _room: int = PLAN_VALUES

    def value(self, change: AttributeChange) -> AttributeChange:
        """Mask what is secret, then cut what is too long; in the other order half a secret might be left."""
        whole = self.redact(change.before), self.redact(change.after)
        limit = max(min(self._room, PLAN_VALUE), _ALWAYS_WHOLE)
        before, after = differing(*whole, limit, _KEPT_OF_CUT)
        self.cut += (before, after) != whole
        self._room -= len(before) + len(after)
        # A path has keys of maps, also of those that a text holds as JSON.
        return replace(change, path=self.redact(change.path), before=before, after=after)

    def open(self, text: str) -> bool:
        """Tell whether nothing in a text is masked: its parts alone might not be known for secrets."""
        return self.redact(text) == text


def parse_plan(content: bytes) -> Mapping[str, Any]:
    """Read `show -json PLAN` into the document that Terraform describes ("JSON Output Format").

    It holds sensitive values in clear: never store or show it.

    Raises:
        DiagnosticError: it is no plan, or of a format that is not known here.
    """
    try:
        document = read_json(content)
        known = str(document["format_version"]).startswith(_FORMAT)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise DiagnosticError(error("Terraform's plan can't be read: it is not JSON", _UPGRADE)) from fault
    if not known:
        version = document["format_version"]
        raise DiagnosticError(error(f"Terraform's plan has the unknown format {version}", _UPGRADE))
    return dict(document)


def summarise_plan(document: Mapping[str, Any], redact: Callable[[str], str] = str) -> PlanSummary:
    """Reduce a plan to its summary; drift (`resource_drift`) is no planned change and is left out.

    Sensitive values are masked, also where a provider repeats one in an attribute that is not marked.
    `redact` masks what else is known to be secret.

    Raises:
        DiagnosticError: the document has not the form of a plan.
    """
    try:
        kept = _Kept(plan_redactor(document, redact))
        found = document.get("resource_changes") or ()
        changes = tuple(_changes(found, kept, actions_of(document)))
        counts = _count(changes, found)
        outputs = _outputs(document.get("output_changes") or {})
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
        raise DiagnosticError(error("Terraform's plan has an unknown form", _UPGRADE)) from fault
    applyable = document.get("applyable")  # OpenTofu does not say
    return PlanSummary(
        counts,
        changes,
        outputs,
        bool(changes or outputs) if applyable is None else bool(applyable),
        cut=kept.cut,
    )


def plan_redactor(document: Mapping[str, Any], redact: Callable[[str], str] = str) -> Callable[[str], str]:
    """Give a function that masks every sensitive value of a plan, besides what `redact` masks."""
    own = Redactor(_secrets(document), redact.public if isinstance(redact, Redactor) else ())
    return lambda text: own(redact(text))


def _secrets(document: Mapping[str, Any]) -> Iterator[Json]:
    for item in document.get("resource_changes") or ():
        yield from sensitive_values(item["change"])
    for change in (document.get("output_changes") or {}).values():
        yield from sensitive_values(change)
    declared = document.get("configuration", {}).get("root_module", {}).get("variables", {})
    for name, variable in (document.get("variables") or {}).items():
        if declared.get(name, {}).get("sensitive"):
            yield variable.get("value")


def _changes(
    found: Iterable[Mapping[str, Any]], kept: _Kept, actions: Mapping[str, Sequence[str]]
) -> Iterator[ResourceChange]:
    for item in found:
        action = action_of(item)
        if action is not None:
            attributes = tuple(map(kept.value, _attributes(action, item, kept)))
            # Of a former object that is destroyed besides, Terraform begins none.
            begun = () if item.get("deposed") else actions.get(item["address"], ())
            note = ", ".join(filter(None, (note_of(action, item), *begun)))
            yield ResourceChange(item["address"], action, attributes, kept.redact(note))


def refreshed(
    summary: PlanSummary, document: Mapping[str, Any], redact: Callable[[str], str] = str
) -> PlanSummary:
    """Complete the summary of a plan that only refreshes the state by what the state takes over.

    Raises:
        DiagnosticError: the document has not the form of a plan.
    """
    try:
        kept = _Kept(plan_redactor(document, redact))
        drift = [item for item in document.get("resource_drift") or () if _differs(item)]
        changes = tuple(
            ResourceChange(item["address"], action, tuple(map(kept.value, _attributes(action, item, kept))))
            for item in drift
            for action in (Action.DROP if item["change"]["actions"] == ["delete"] else Action.REFRESH,)
        )
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
        raise DiagnosticError(error("Terraform's plan has an unknown form", _UPGRADE)) from fault
    applyable = summary.applyable or bool(changes)
    counts = ResourceCounts(refresh=len(changes))
    return replace(summary, counts=counts, resources=changes, applyable=applyable, cut=kept.cut)


def _differs(item: Mapping[str, Any]) -> bool:
    return bool(item["change"]["actions"] != ["no-op"])


def _attributes(action: Action, item: Mapping[str, Any], kept: _Kept) -> tuple[AttributeChange, ...]:
    if action is Action.MOVE:
        return (AttributeChange("address", item["previous_address"], item["address"]),)
    if action is Action.IMPORT:
        return (AttributeChange("id", "", str(item["change"]["importing"].get("id", ""))),)
    if action is Action.DROP:
        return ()
    return forcing(attribute_changes(item["change"], kept.open), item["change"].get("replace_paths") or ())


def action_of(item: Mapping[str, Any]) -> Action | None:
    """What happens to the resource of one of a plan's `resource_changes`; None if nothing does."""
    change = item["change"]
    actions = change["actions"]
    if len(actions) > 1:
        return Action.FORGET_CREATE if "forget" in actions else Action.REPLACE
    if actions[0] != "no-op":
        return _SINGLE[actions[0]]
    if change.get("importing"):
        return Action.IMPORT
    return Action.MOVE if "previous_address" in item else None


def _outputs(found: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(name for name, change in found.items() if change["actions"] != ["no-op"]))


def _count(changes: Iterable[ResourceChange], found: Sequence[Mapping[str, Any]]) -> ResourceCounts:
    tally = dict.fromkeys(Action, 0)
    for change in changes:
        tally[change.action] += 1
    acting = [item for item in found if action_of(item) is not None]
    return ResourceCounts(
        add=tally[Action.CREATE] + tally[Action.FORGET_CREATE],
        change=tally[Action.UPDATE],
        destroy=tally[Action.DELETE],
        replace=tally[Action.REPLACE],
        forget=tally[Action.FORGET] + tally[Action.FORGET_CREATE],
        imports=sum(bool(item["change"].get("importing")) for item in acting),
        moves=sum("previous_address" in item for item in acting),
    )


_UPGRADE = "use a Terraform or OpenTofu that this version of Cellwright knows, or a newer Cellwright"
