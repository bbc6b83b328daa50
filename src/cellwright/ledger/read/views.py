"""Tables read in one pass and decoded row by row, when somebody asks for one: most of them nobody does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.ledger.database.codec import load_outputs
from cellwright.ledger.database.rows import load_address, load_head
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, RecordedOutput

HeadRow: TypeAlias = tuple[str | None, str | None, str | None, int | None]
"""Fingerprint, failed fingerprint, lineage, serial."""

_REMEMBERED = 2_000


def after(prefix: str) -> str:
    """Give the first text after all that begin with `prefix`, in byte order; it ends in ASCII."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


@dataclass(frozen=True, slots=True)
class HeadsView(Mapping[UnitAddress, AppliedHead]):
    """The heads of all units; `rows` are by address as text."""

    rows: Mapping[str, HeadRow]

    def __getitem__(self, address: UnitAddress) -> AppliedHead:
        """Decode one."""
        return load_head(str(address), *self.rows[str(address)])

    def __iter__(self) -> Iterator[UnitAddress]:
        """Yield the addresses of all units that the ledger knows."""
        return map(load_address, self.rows)

    def __len__(self) -> int:
        """Count them."""
        return len(self.rows)

    def __contains__(self, address: object) -> bool:
        """Tell whether the ledger knows a unit."""
        return str(address) in self.rows


@dataclass(frozen=True, slots=True)
class OutputsView(Mapping[UnitAddress, Mapping[str, RecordedOutput]]):
    """The outputs of all units; `texts` are by address as text."""

    texts: Mapping[str, str]
    _decoded: dict[UnitAddress, Mapping[str, RecordedOutput]] = field(default_factory=dict, repr=False)

    def __getitem__(self, address: UnitAddress) -> Mapping[str, RecordedOutput]:
        """Decode one unit's; remembered for a while, as a whole account's clients take the same."""
        found = self._decoded.get(address)
        if found is None:
            if len(self._decoded) >= _REMEMBERED:
                self._decoded.clear()
            found = self._decoded[address] = load_outputs(self.texts[str(address)])
        return found

    def __iter__(self) -> Iterator[UnitAddress]:
        """Yield the addresses of all units that were applied."""
        return map(load_address, self.texts)

    def __len__(self) -> int:
        """Count them."""
        return len(self.texts)
