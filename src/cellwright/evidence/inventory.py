"""Resources of a state as rows: addresses and ids, never any value that may be sensitive."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.evidence.sorting import Row, text_of

_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]*:(?P<region>[a-z0-9-]*):(?P<account>\d{0,12}):")
_PROVIDER = re.compile(r"\[\"(?:registry\.[a-z]+\.[a-z]+/)?(?P<name>[^\"]+)\"\]")
_SECRET_IDS = ("random_", "tls_", "vault_")
"""Kinds of resources whose id may be what they have made."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource of a state, without what is sensitive."""

    unit: str
    address: str
    type: str
    provider: str
    attributes: Mapping[str, Any]
    """Those of the top level that are not marked as sensitive, in whole or in part."""
    labels: Mapping[str, str]
    """Of the unit's cell."""

    @property
    def id(self) -> str:
        """The provider's id; empty where it may be a secret."""
        return "" if self.type.startswith(_SECRET_IDS) else text_of(self.attributes.get("id"))

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
        module = text_of(resource.get("module"))
        base = f"{f'{module}.' if module else ''}{kind}.{text_of(resource.get('name'))}"
        provider = _PROVIDER.search(text_of(resource.get("provider")))
        for found in resource.get("instances") or ():
            if isinstance(found, Mapping):
                yield Instance(
                    unit=unit,
                    address=f"{base}{_index(found.get('index_key'))}",
                    type=kind,
                    provider=provider["name"] if provider else "",
                    attributes=_open_attributes(found),
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


def _open_attributes(instance: Mapping[str, Any]) -> Mapping[str, Any]:
    attributes = instance.get("attributes")
    if not isinstance(attributes, Mapping):
        return {}
    hidden = set(_sensitive(instance.get("sensitive_attributes")))
    return {name: value for name, value in attributes.items() if name not in hidden}


def _sensitive(paths: Any) -> Iterator[str]:  # noqa: ANN401  what a state holds
    """The attributes of the top level in which something is marked as sensitive."""
    for path in paths if isinstance(paths, list) else ():
        first = path[0] if isinstance(path, list) and path else path
        name = first.get("value") if isinstance(first, Mapping) else first
        if isinstance(name, str):
            yield name


def _index(key: Any) -> str:  # noqa: ANN401  what a state holds
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{text_of(key)}"]'
