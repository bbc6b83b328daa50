"""Resources of a state as rows: addresses and ids, never any value that may be sensitive."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.evidence.sorting import Row, text_of
from cellwright.model.states.state_instance import instance_address, open_attributes

_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]*:(?P<region>[a-z0-9-]*):(?P<account>\d{0,12}):")
_PROVIDER = re.compile(r"\[\"(?:registry\.[a-z]+\.[a-z]+/)?(?P<name>[^\"]+)\"\]")


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource of a state, without what is sensitive."""

    unit: str
    address: str
    type: str
    provider: str
    attributes: Mapping[str, Any]
    """Those that may be shown."""
    labels: Mapping[str, str]
    """Of the unit's cell."""

    @property
    def id(self) -> str:
        """The provider's id; empty where it may be a secret."""
        return text_of(self.attributes.get("id"))

    @property
    def region(self) -> str:
        """By the resource itself, else by its cell."""
        own = text_of(self.attributes.get("region")) or self._arn("region")
        return own or self.labels.get("region", "")

    @property
    def account(self) -> str:
        """By the resource itself, else by its cell."""
        return self._arn("account") or text_of(self.attributes.get("owner_id")) or self._of_cell()

    def _of_cell(self) -> str:
        return self.labels.get("account", "") or self.labels.get("account_id", "")

    def _arn(self, part: str) -> str:
        found = _ARN.match(text_of(self.attributes.get("arn")))
        return found[part] if found else ""


def instances_of(unit: str, labels: Mapping[str, str], state: Mapping[str, Any]) -> Iterator[Instance]:
    """Yield the managed resources of a state of version 4, in its order; what can't be read is left out."""
    resources = state.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if not isinstance(resource, Mapping) or resource.get("mode") != "managed":
            continue
        kind = text_of(resource.get("type"))
        provider = _PROVIDER.search(text_of(resource.get("provider")))
        instances = resource.get("instances")
        for found in instances if isinstance(instances, list) else ():
            if isinstance(found, Mapping):
                yield Instance(
                    unit=unit,
                    address=text_of(instance_address(resource, found)),
                    type=kind,
                    provider=provider["name"] if provider else "",
                    attributes=open_attributes(kind, found),
                    labels=labels,
                )


def inventory_row(item: Instance) -> Row:
    """One resource as a row."""
    return {
        "unit": item.unit,
        "address": item.address,
        "type": item.type,
        "provider": item.provider,
        "id": item.id,
        "region": item.region,
        "account": item.account,
    }
