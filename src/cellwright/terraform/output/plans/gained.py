"""What a newer provider writes into every resource's state though nothing has happened to the resource.

Version 6 of the AWS provider gives each resource of a region the attribute `region`, each bucket
`bucket_region`, and some resources the ARN that they lacked. In a state that an earlier version wrote these
are missing, so every look finds them until an apply writes that state. No resource changes its region or its
ARN: to gain them is never drift.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cellwright.terraform.output.plans.attributes import same

_PROVIDER = "/hashicorp/aws"
_GAINED = frozenset(("arn", "bucket_region", "region", "secret_arn"))


def real_drift(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield what of `resource_drift` has happened to resources, without what states have only gained."""
    for item in items:
        if (found := _without_gains(item)) is not None:
            yield found


def _without_gains(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    change = item["change"]
    before, after = change.get("before") or {}, change.get("after") or {}
    if change["actions"] != ["update"] or not str(item.get("provider_name") or "").endswith(_PROVIDER):
        return item
    gained = {name for name in _GAINED if before.get(name) is None and after.get(name) is not None}
    if not gained:
        return item
    before = {**before, **{name: after[name] for name in gained}}
    return None if same(before, after) else {**item, "change": {**change, "before": before}}
