"""All that a plan does, to be digested: what differs between before and after, whole and with its secrets."""

from collections.abc import Mapping
from typing import Any

from cellwright.model.text.own_name import without_name
from cellwright.model.text.own_values import OwnValues
from cellwright.model.value import Json
from cellwright.terraform.output.plans.attributes import same

_DONE = frozenset(("resource_changes", "output_changes", "deferred_changes", "action_invocations"))
"""What a plan does, of all that Terraform prints about it."""

_SIDES = (("before", "after"), ("before_identity", "after_identity"))
_ABSENT = object()


def whole_of(document: Mapping[str, Any]) -> Json:
    """Give all that a plan does, secrets in clear: to be digested with a key, never kept or shown.

    What stays as it is, such as the ids of real objects, is left out: two units differ in it always.
    """
    return {name: reduced(document[name]) for name in sorted(_DONE & document.keys())}


def nameless(found: Json, cell: str) -> Json:
    """Take a cell's own name out of every text of what a plan does.

    So two cells' plans are alike only if each of them is the other with its own name in it.
    """
    if isinstance(found, str):
        return without_name(found, cell)
    if isinstance(found, Mapping):
        return {without_name(key, cell): nameless(item, cell) for key, item in found.items()}
    if isinstance(found, list):
        return [nameless(item, cell) for item in found]
    return found


def without_own(found: Json, own: OwnValues) -> Json:
    """Take all that is a cell's own out of every text of what a plan does."""
    if isinstance(found, str):
        return own.without(found)
    if isinstance(found, Mapping):
        return {own.without(key): without_own(item, own) for key, item in found.items()}
    if isinstance(found, list):
        return [without_own(item, own) for item in found]
    return found


def reduced(found: Any) -> Json:  # noqa: ANN401  JSON
    """Leave out of every change what stays as it is; secrets in clear, as in `whole_of`."""
    if isinstance(found, list):
        return [reduced(item) for item in found]
    if not isinstance(found, Mapping):
        return found  # type: ignore[no-any-return]  # JSON
    if "actions" in found:
        return _change(found)
    return {name: reduced(item) for name, item in found.items()}


def _change(change: Mapping[str, Any]) -> dict[str, Json]:
    reduced = dict(change)
    for before, after in _SIDES:
        if before in change and after in change:
            reduced[before], reduced[after] = _differing(change[before], change[after])
    return reduced


def _differing(before: Any, after: Any) -> tuple[Json, Json]:  # noqa: ANN401  JSON
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [
            name
            for name in {**before, **after}
            if not same(before.get(name, _ABSENT), after.get(name, _ABSENT))
        ]
        return tuple({name: side[name] for name in names if name in side} for side in (before, after))  # type: ignore[return-value]  # two
    return (None, None) if same(before, after) else (before, after)
