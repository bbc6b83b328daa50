"""Digests of settings: equal settings, equal digest; a secret's digest tells nothing without the key."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cellwright.model.value import Json

SIZE = 20
"""Bytes of a digest: 160 bits, far beyond chance even for every unit of every fleet."""


def canonical(value: Json) -> bytes:
    """Write `value` in its one form: sorted keys, no spaces, whole floats as integers.

    Terraform has one number type, so 1 and 1.0 are the same setting.
    """
    text = json.dumps(_whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Digester:
    """Makes digests; `key` (32 bytes) never enters the ledger."""

    key: bytes = field(repr=False)

    def plain(self, value: Json) -> str:
        """Digest something that anybody may know."""
        return hashlib.blake2b(canonical(value), digest_size=SIZE).hexdigest()

    def keyed(self, value: Json) -> str:
        """Digest a secret: without the key nobody can test guesses against it."""
        return hashlib.blake2b(canonical(value), digest_size=SIZE, key=self.key).hexdigest()


def _whole(value: Any) -> Any:  # noqa: ANN401  a recursive walk over JSON has no narrower type
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
