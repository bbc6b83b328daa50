"""Reducing a schema answer to the types that a unit uses, without decoding any schema."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256

from cellwright.terraform.protobuf import Field, ProtobufError, entry_key, fields

SCHEMA_MAPS = frozenset((2, 3, 8, 9, 10, 11))
"""The fields of a schema answer that are reduced: resources, data sources, ephemeral resources, list
resources, state stores (10) and actions (11). Not functions (7): which of them
a configuration calls is not known. All else (provider, provider meta, capabilities, anything new) stays."""
IDENTITY_SCHEMA_MAPS = frozenset((1,))
_CAPABILITIES, _SCHEMA_OPTIONAL = 6, 2
"""Where a schema answer says that a process need not be asked for it."""
_DIAGNOSTICS = {SCHEMA_MAPS: 4, IDENTITY_SCHEMA_MAPS: 2}


@dataclass(frozen=True, slots=True)
class FilterableResponse:
    """A full answer, and where the entries of its maps begin and end."""

    full: bytes
    kept: tuple[tuple[int, int], ...]
    """What every reduced answer contains."""
    entries: dict[str, tuple[tuple[int, int], ...]]
    """What belongs to each type name."""

    @classmethod
    def of(cls, full: bytes, maps: frozenset[int]) -> "FilterableResponse":
        """Index an answer.

        Raises:
            ProtobufError: it is not valid, or it has diagnostics: then it must not be kept.
        """
        kept: list[tuple[int, int]] = []
        entries: dict[str, tuple[tuple[int, int], ...]] = {}
        for item in fields(full):
            if item.number == _DIAGNOSTICS[maps]:
                raise ProtobufError("an answer with diagnostics")
            if item.number in maps:
                key = entry_key(full, item)
                entries[key] = (*entries.get(key, ()), (item.start, item.end))
            else:
                kept.append((item.start, item.end))
        return cls(full, tuple(kept), entries)

    @property
    def unordered_digest(self) -> bytes:
        """The same for answers whose fields and map entries are the same in another order."""
        spans = [*self.kept, *(span for found in self.entries.values() for span in found)]
        each = sorted(sha256(self.full[start:end]).digest() for start, end in spans)
        return sha256(b"".join(each)).digest()

    @property
    def needs_schema_call(self) -> bool:
        """Whether each process of the provider must be asked for its schemas before it serves other calls.

        A provider that doesn't need it says so in its capabilities.
        """
        for item in fields(self.full):
            if item.number == _CAPABILITIES:
                flags = fields(self.full, item.body, item.end)
                return not any(flag.number == _SCHEMA_OPTIONAL and self._is_set(flag) for flag in flags)
        return True

    def _is_set(self, flag: Field) -> bool:
        return any(octet & 0x7F for octet in self.full[flag.body : flag.end])

    def only(self, names: AbstractSet[str] | None) -> bytes:
        """The answer with only the types in `names` (which may contain other words too); None means all."""
        if names is None:
            return self.full
        spans = list(self.kept)
        for name in names & self.entries.keys():
            spans += self.entries[name]
        return b"".join(self.full[start:end] for start, end in sorted(spans))
