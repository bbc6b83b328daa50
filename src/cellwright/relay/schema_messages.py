"""Schemas that the daemon hands out, or a program that asks providers for them: as JSON, by provider."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cellwright.relay.messages import MessageError
from cellwright.terraform.type_schemas import TypeSchemas


def encode_schemas(known: Mapping[str, TypeSchemas]) -> dict[str, Any]:
    """What is known of schemas by provider, as JSON."""
    return {
        address: {"schemas": _as_text(found.schemas), "identities": _as_text(found.identities)}
        for address, found in known.items()
    }


def decode_schemas(body: Mapping[str, Any]) -> dict[str, TypeSchemas]:
    """From JSON, also from that of an older relay, which has no schemas of identities in it.

    Raises:
        MessageError: something is missing or of another type.
    """
    try:
        return {address: _type_schemas(found) for address, found in body.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise MessageError("schemas that can't be read") from fault


def _type_schemas(found: str | Mapping[str, Any]) -> TypeSchemas:
    if isinstance(found, str):
        return TypeSchemas(b64decode(found, validate=True))
    identities = found["identities"]
    return TypeSchemas(
        b64decode(found["schemas"], validate=True),
        None if identities is None else b64decode(identities, validate=True),
    )


def _as_text(content: bytes | None) -> str | None:
    return None if content is None else b64encode(content).decode()
