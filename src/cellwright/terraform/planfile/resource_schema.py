"""The resource types whose schemas are known here: those of the provider that is part of the binary.

A schema says of which types the attributes are, and which are sensitive. A plan says neither in full: in a
resource that is replaced, what the provider's schema calls sensitive is not marked.
"""

from dataclasses import dataclass

from cellwright.terraform.planfile.value_type import DYNAMIC, STRING, ValueType, object_type


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """The schema of a resource type without sensitive attributes."""

    type: ValueType
    identity: ValueType


_BUILT_IN = "terraform.io/builtin/terraform"
_DATA = ResourceSchema(
    object_type(id=STRING, input=DYNAMIC, output=DYNAMIC, triggers_replace=DYNAMIC), object_type(id=STRING)
)


def known_schema(provider: str, type_name: str) -> ResourceSchema | None:
    """The schema of a resource type; None if only its provider knows it."""
    return _DATA if (provider, type_name) == (_BUILT_IN, "terraform_data") else None
