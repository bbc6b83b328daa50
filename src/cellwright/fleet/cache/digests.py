"""Digests of what cells are made of: equal content, equal digest."""

import hashlib

_SIZE = 20


def digest_of(content: bytes) -> bytes:
    """Digest bytes."""
    return hashlib.blake2b(content, digest_size=_SIZE).digest()


def digest_of_value(value: object) -> bytes:
    """Digest a value by how it shows itself; equal values must show alike, as built-in types and nodes do."""
    return digest_of(repr(value).encode("utf-8", "surrogatepass"))
