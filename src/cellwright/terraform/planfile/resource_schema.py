"""Schemas of resource types: of which types their attributes are, and which are sensitive.

A plan says neither in full: in a resource that is replaced, what the provider's schema calls sensitive is not
marked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from cellwright.terraform.planfile.marks import Path
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value import PlanValue
from cellwright.terraform.planfile.value_type import DYNAMIC, STRING, ValueType, object_type


class Nesting(Enum):
    """How often a block or an object stands in another."""

    ONE = "one"
    LIST = "list"
    SET = "set"
    MAP = "map"


Secrets: TypeAlias = Mapping[str, "Nested | None"]
"""The attributes that are sensitive (None), and those in which some are."""
_NO_SECRETS: Secrets = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Nested:
    """An attribute or a block in which something is sensitive."""

    nesting: Nesting
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """The schema of a resource type."""

    type: ValueType
    identity: ValueType | None = None
    """None if it is not known, or there is none."""
    secrets: Secrets = field(default_factory=lambda: _NO_SECRETS)


def sensitive_paths(value: PlanValue, secrets: Secrets, place: Path = ()) -> Iterator[Path]:
    """Find the parts of a value that the schema calls sensitive.

    Raises:
        UnreadablePlanError: one is in a set.
    """
    if not isinstance(value, dict):  # null or unknown as a whole
        return
    for name, nested in secrets.items():
        if nested is None:
            yield (*place, name)
        else:
            yield from _in_nested(value.get(name), nested, (*place, name))


def _in_nested(value: PlanValue, nested: Nested, place: Path) -> Iterator[Path]:
    if nested.nesting is Nesting.ONE:
        yield from sensitive_paths(value, nested.secrets, place)
    elif nested.nesting is Nesting.SET and value:
        raise UnreadablePlanError("a sensitive part of a set")
    elif nested.nesting is Nesting.LIST and isinstance(value, list):
        for index, item in enumerate(value):
            yield from sensitive_paths(item, nested.secrets, (*place, index))
    elif nested.nesting is Nesting.MAP and isinstance(value, dict):
        for key, item in value.items():
            yield from sensitive_paths(item, nested.secrets, (*place, key))


_BUILT_IN = "terraform.io/builtin/terraform"
_DATA = ResourceSchema(
    object_type(id=STRING, input=DYNAMIC, output=DYNAMIC, triggers_replace=DYNAMIC), object_type(id=STRING)
)


def built_in_schema(provider: str, type_name: str) -> ResourceSchema | None:
    """The schema of a resource type of the provider that is part of the binary; None for others."""
    return _DATA if (provider, type_name) == (_BUILT_IN, "terraform_data") else None
