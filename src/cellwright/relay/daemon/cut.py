"""Cutting a schema answer down to the types that a unit uses, without decoding any schema."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cellwright.relay.protobuf import ProtobufError, entry_key, fields

SCHEMA_MAPS = frozenset((2, 3, 8, 9, 10, 11))
"""Resources, data sources, ephemeral resources, list resources, actions (10 in protocol 5, 11 in 6) and state
stores (10 in 6). Not functions (7): which of them a configuration calls is not looked for. All else in the
answer (provider, provider meta, capabilities, anything new) stays."""
IDENTITY_MAPS = frozenset((1,))
_DIAGNOSTICS = {SCHEMA_MAPS: 4, IDENTITY_MAPS: 2}


@dataclass(frozen=True, slots=True)
class Cuttable:
    """A whole answer and where the entries of its maps lie."""

    whole: bytes
    kept: tuple[tuple[int, int], ...]
    entries: dict[str, tuple[tuple[int, int], ...]]

    @classmethod
    def of(cls, whole: bytes, maps: frozenset[int] = SCHEMA_MAPS) -> "Cuttable":
        """Index an answer.

        Raises:
            ProtobufError: it is none, or it reports trouble: then it must not be kept.
        """
        kept: list[tuple[int, int]] = []
        entries: dict[str, tuple[tuple[int, int], ...]] = {}
        for item in fields(whole):
            if item.number == _DIAGNOSTICS[maps]:
                raise ProtobufError("an answer with diagnostics")
            if item.number in maps:
                key = entry_key(whole, item)
                entries[key] = (*entries.get(key, ()), (item.start, item.end))
            else:
                kept.append((item.start, item.end))
        return cls(whole, tuple(kept), entries)

    def cut(self, names: AbstractSet[str] | None) -> bytes:
        """The answer with only the types in `names` (which may name other things too); None means all."""
        if names is None:
            return self.whole
        spans = list(self.kept)
        for name in names & self.entries.keys():
            spans += self.entries[name]
        return b"".join(self.whole[start:end] for start, end in sorted(spans))
