"""What a provider says of some resource types, in the messages of its protocol: nothing of it is decoded."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TypeSchemas:
    """The answers to the two calls that ask a provider for schemas, reduced to some types."""

    schemas: bytes = field(repr=False)
    identities: bytes | None = field(default=None, repr=False)
    """The schemas of their identities; None where the provider has none, or that is not known."""
