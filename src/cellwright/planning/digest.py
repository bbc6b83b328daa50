"""Digests of settings; a secret's digest is keyed, so that it tells nothing without the key."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from cellwright.model.text.json_text import CANONICAL
from cellwright.model.value import Json

SIZE = 20
"""Bytes of a digest: with 160 bits no two settings of any fleet have the same by chance."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Json) -> bytes:
    """`value` as canonical JSON: sorted keys, no spaces, whole numbers as integers.

    Terraform has one number type, so 1 and 1.0 are the same setting.
    """
    plain = _plain(value)
    try:
        text = _ENCODER.encode(plain)
    except TypeError:  # a decimal that no float means
        text = CANONICAL.write(plain)
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Digester:
    """Makes digests; its keys (32 bytes each) are never written to the ledger."""

    key: bytes = field(repr=False)
    later: tuple[bytes, ...] = field(default=(), repr=False)
    """The keys that were added since, the newest last: each digest is digested again with each of them."""
    scoped: bool = True
    """Digests say where their value stands; those of ledgers of older versions did not."""

    def plain(self, value: Json) -> str:
        """The digest of a value that is no secret."""
        return hashlib.blake2b(canonical(value), digest_size=SIZE).hexdigest()

    def keyed(self, value: Json, *scope: str) -> str:
        """The digest of a secret: without the key nobody can test guesses against it.

        `scope` says where the value stands (kind, unit, name), so that equal secrets of two units have
        different digests.
        """
        digest = hashlib.blake2b(canonical(value), digest_size=SIZE, key=self.key).hexdigest()
        if self.scoped:
            digest = within_scope(digest, self.key, scope)
        return renewed(digest, *self.later)

    def with_key(self, key: bytes) -> "Digester":
        """What makes the digests once a key is added; they are scoped from then on."""
        return replace(self, later=(*self.later, key), scoped=True)


def within_scope(digest: str, key: bytes, scope: Sequence[str]) -> str:
    """The digest of what has `digest` and stands at `scope`."""
    return _of_digest(json.dumps([digest, *scope]), key, b"scope")


def renewed(digest: str, *keys: bytes) -> str:
    """The digest once `keys` are added: neither the value nor an earlier key is needed for it.

    A digest of several parts (see `JOINED`) is renewed part by part.
    """
    for key in keys:
        digest = JOINED.join(_of_digest(part, key, b"renewal") for part in digest.split(JOINED))
    return digest


JOINED = "+"
"""Between the parts of a digest: that of an input, then those of the sensitive outputs that it takes."""


def _of_digest(text: str, key: bytes, purpose: bytes) -> str:
    return hashlib.blake2b(text.encode(), digest_size=SIZE, key=key, person=purpose).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401  a recursive walk over JSON has no narrower type
    # Exact types are compared first, for speed: this runs for every value of a fleet.
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind is Decimal:
        # A float where its shortest text means the same number (1e-05): digests made before numbers were
        # decimals hold.
        shortest = float(value)
        return shortest if math.isfinite(shortest) and Decimal(repr(shortest)) == value else value
    if kind is dict:
        return {key: _plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [_plain(item) for item in value]
    return _plain(dict(value) if isinstance(value, Mapping) else list(value))
