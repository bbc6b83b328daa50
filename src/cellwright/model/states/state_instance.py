"""One instance of a resource in a Terraform state: its address, and what of it may be shown."""

from collections.abc import Iterator, Mapping
from typing import Any

_SECRET_IDS = ("random_", "tls_", "vault_")
"""Kinds of resources whose id may be what they have made: a `random_string` has its result as its id."""


def open_attributes(kind: str, instance: Mapping[str, Any]) -> dict[str, Any]:
    """Give the attributes of the top level that are not marked as sensitive, in whole or in part.

    The id is left out of a kind of resource that may have a secret there.
    """
    attributes = instance.get("attributes")
    if not isinstance(attributes, Mapping):
        return {}
    hidden = set(_sensitive(instance.get("sensitive_attributes")))
    if kind.startswith(_SECRET_IDS):
        hidden.add("id")
    return {name: value for name, value in attributes.items() if name not in hidden}


def instance_address(resource: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    """Write an instance's address: `module.data.aws_s3_bucket.this["eu"]`."""
    module = f"{resource['module']}." if resource.get("module") else ""
    key = instance.get("index_key")
    index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
    return f"{module}{resource.get('type', '')}.{resource.get('name', '')}{index}"


def _sensitive(paths: Any) -> Iterator[str]:  # noqa: ANN401  what a state holds
    """The attributes of the top level in which something is marked as sensitive."""
    for path in paths if isinstance(paths, list) else ():
        first = path[0] if isinstance(path, list) and path else path
        name = first.get("value") if isinstance(first, Mapping) else first
        if isinstance(name, str):
            yield name
